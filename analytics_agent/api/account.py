"""Keys, who I am, and what things cost."""

from datetime import datetime
from importlib.metadata import version
from typing import Annotated, Any, Literal, NotRequired

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from analytics_agent.api.authentication import ADMIN, Admin, Anyone, Asker, may
from analytics_agent.api.budget_view import BudgetFields, DayView, budget_fields, day_view
from analytics_agent.api.document import usage_fields
from analytics_agent.api.paging import with_zone
from analytics_agent.api.services import Given
from analytics_agent.domain.api_key import ApiKey
from analytics_agent.domain.cost import CostGroup
from analytics_agent.domain.iso_time import moment
from analytics_agent.domain.question import Budget
from analytics_agent.domain.spending import Pool
from analytics_agent.errors import Conflict

routes = APIRouter(prefix="/v1", tags=["account"])


class KeyBody(BaseModel):
    """A key to make."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=100, description="Whose key it is.")]
    scopes: Annotated[list[Literal["ask", "admin"]], Field(min_length=1, max_length=2)] = ["ask"]


class KeyView(TypedDict):
    id: str
    name: str
    scopes: list[str]
    created_at: str
    revoked_at: str | None


class NewKey(KeyView):
    """`key` is shown here and never again."""

    key: str


class KeyList(TypedDict):
    keys: list[KeyView]


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
        "today": day_view(limited["person"], used, "person"),
        "today_all": day_view(limited["installation"], used, "installation"),
        "version": version("analytics-agent"),
    }


@routes.get("/keys")
async def list_keys(asker: Admin, services: Given) -> KeyList:
    """Every key, without the keys themselves."""
    return {"keys": [_view(one) for one in await services.store.keys()]}


@routes.post("/keys", status_code=201)
async def create_key(body: KeyBody, asker: Admin, services: Given) -> NewKey:
    """Make a key. The answer is the only place where it is shown."""
    record, secret = await services.store.create_key(body.name, tuple(dict.fromkeys(body.scopes)))
    return {**_view(record), "key": secret}


@routes.delete("/keys/{key_id}", status_code=204)
async def revoke_key(key_id: str, asker: Admin, services: Given) -> Response:
    """Make a key useless at once. The last key that may administer stays: without it nobody could make another."""
    admins = [one.id for one in await services.store.keys() if ADMIN in one.scopes and one.revoked_at is None]
    if admins == [key_id]:
        raise Conflict("This is the last key with the scope admin.", hint="Make another one first.")
    await services.store.revoke_key(key_id)
    return Response(status_code=204)


@routes.get("/costs")
async def costs(
    asker: Asker,
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


def _view(key: ApiKey) -> KeyView:
    revoked_at = moment(key.revoked_at) if key.revoked_at else None
    return {"id": key.id, "name": key.name, "scopes": list(key.scopes), "created_at": moment(key.created_at), "revoked_at": revoked_at}
