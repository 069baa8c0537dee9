"""The audit log over HTTP: who did what, for administrators. Lines are only read here."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from typing_extensions import TypedDict

from analytics_agent.api.authentication import Admin
from analytics_agent.api.paging import with_zone
from analytics_agent.api.services import Given
from analytics_agent.domain.audit import Act, AuditFilter, AuditLine
from analytics_agent.domain.iso_time import moment

routes = APIRouter(prefix="/v1", tags=["audit"])


class AuditView(TypedDict):
    """One line. `actor` is a key's id or a person, `name` what they are called where it is known; `reads_as` whose rights were used where
    these are others'. `tables` are those whose rows answered, under the policy with the hash `policy`."""

    id: int
    at: str
    actor: str
    name: str | None
    act: str
    run: str | None
    database: str | None
    tables: list[str]
    reads_as: str | None
    policy: str | None
    about: str | None


class AuditPage(TypedDict):
    """The newest first. `next` is the `before` of the page that follows; None on the last."""

    lines: list[AuditView]
    next: int | None


@routes.get("/audit")
async def audit(
    asker: Admin,
    services: Given,
    since: Annotated[datetime | None, Query(description="Only from this time on.")] = None,
    until: Annotated[datetime | None, Query(description="Only before this time.")] = None,
    actor: Annotated[str | None, Query(max_length=200, description="A key's id, or a person.")] = None,
    act: Annotated[Act | None, Query(description="What was done.")] = None,
    database: Annotated[str | None, Query(max_length=63)] = None,
    table: Annotated[str | None, Query(max_length=200, description="Whose rows answered; with its schema or without.")] = None,
    run: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    before: Annotated[int | None, Query(ge=1, le=2**53, description="Only lines before the one of this number.")] = None,
) -> AuditPage:
    """Who asked what, which tables' rows answered, and what operators did. A question's text is in its run, not here."""
    wanted = AuditFilter(with_zone(since, "since"), with_zone(until, "until"), actor, act, database, table, run)
    lines = await services.store.audit(wanted, limit=limit, before=before)
    names = await services.store.owner_names({line.entry.actor for line in lines})
    return {"lines": [_view(line, names.get(line.entry.actor)) for line in lines], "next": lines[-1].id if len(lines) == limit else None}


def _view(line: AuditLine, name: str | None) -> AuditView:
    entry = line.entry
    return {
        "id": line.id,
        "at": moment(entry.at),
        "actor": entry.actor,
        "name": name,
        "act": entry.act,
        "run": entry.run_id,
        "database": entry.database,
        "tables": list(entry.tables),
        "reads_as": entry.reads_as or None,
        "policy": entry.policy or None,
        "about": entry.about or None,
    }
