"""Who I am, and what things cost."""

from datetime import datetime
from importlib.metadata import version
from typing import Annotated, Any, Literal, NotRequired

from fastapi import APIRouter, Query
from typing_extensions import TypedDict

from analytics_agent.api.authentication import ADMIN, Anyone, Viewer, may
from analytics_agent.api.budget_view import BudgetFields, DayView, budget_fields, day_view
from analytics_agent.api.document import usage_fields
from analytics_agent.api.keys import QuotaFields, quota_fields
from analytics_agent.api.paging import with_zone
from analytics_agent.api.services import Given
from analytics_agent.domain.cost import CostGroup
from analytics_agent.domain.iso_time import moment
from analytics_agent.domain.question import Budget
from analytics_agent.domain.spending import Pool

routes = APIRouter(prefix="/v1", tags=["account"])


class Me(TypedDict):
    id: str
    name: str
    kind: Literal["key", "person"]
    scopes: list[str]
    default_model: str
    models: list[str]
    publishes: bool
    """Whether there is a Superset to publish to."""
    mails: bool
    """Whether there is a mail server to send reports by."""
    run_budget: BudgetFields
    """What a question may use where it names no budget."""
    quota: QuotaFields
    """What this key or person may ask."""
    databases: list[str] | None
    """The only ones that this key may ask; None is all."""
    expires_at: str | None
    """When this key runs out."""
    today: DayView | None
    """The budget of this key or person for today (UTC); None without a limit."""
    today_all: DayView | None
    """That of everybody together, for administrators; None without a limit."""
    version: str


class CostView(TypedDict):
    group: str
    name: NotRequired[str]
    """Of a user, where one is known: `group` is the id."""
    runs: int
    turns: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    cache_write_1h_tokens: int
    cost_usd: float
    seconds: float


class CostList(TypedDict):
    by: str
    costs: list[CostView]
    total_usd: float


@routes.get("/me")
async def me(asker: Anyone, services: Given) -> Me:
    """Who asks, a key or a person of Superset, and what they may choose from."""
    limits = services.limits
    is_admin = may(asker, ADMIN)
    limited: dict[Pool, Budget] = {"person": limits.person, "installation": limits.installation if is_admin else Budget()}
    key = await services.store.key(asker.id) if asker.kind == "key" else None
    used = await services.store.used(asker.id, pools=[pool for pool, budget in limited.items() if budget != Budget()])
    return {
        "id": asker.id,
        "name": asker.name,
        "kind": asker.kind,
        "scopes": list(asker.scopes),
        "default_model": limits.default_model,
        "models": sorted(limits.models),
        "publishes": limits.publish,
        "mails": limits.mail,
        "run_budget": budget_fields(limits.budget),
        "quota": quota_fields(asker.quota.or_else(limits.quota)),
        "databases": None if asker.databases is None else list(asker.databases),
        "expires_at": moment(key.expires_at) if key and key.expires_at else None,
        "today": day_view(limited["person"], used, "person"),
        "today_all": day_view(limited["installation"], used, "installation"),
        "version": version("analytics-agent"),
    }


@routes.get("/costs")
async def costs(
    asker: Viewer,
    services: Given,
    by: CostGroup = "day",
    since: Annotated[datetime | None, Query(description="Only calls after this time.")] = None,
) -> CostList:
    """The ledger summed: your own runs, or everybody's for an administrator."""
    begin = with_zone(since, "since")
    lines = await services.store.costs(by=by, owner=None if may(asker, ADMIN) else asker.id, since=begin)
    views: list[Any] = [
        {"group": line.group, "runs": line.runs, "turns": line.turns, **usage_fields(line.usage), "seconds": round(line.seconds, 3)}
        for line in lines
    ]
    if by in ("user", "owner"):
        names = await services.store.owner_names([line.group for line in lines])
        views = [view | ({"name": names[view["group"]]} if view["group"] in names else {}) for view in views]
    return {"by": by, "costs": views, "total_usd": round(sum(line.usage.cost_usd for line in lines), 6)}
