"""What somebody may see of a database, from all sources together, for administrators: what `policies show` and `sql check --as` look at."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from typing_extensions import TypedDict

from analytics_agent.api.authentication import Admin
from analytics_agent.api.problems import FieldProblem, InvalidRequest
from analytics_agent.api.reading_as import LONGEST_NAME, reader_named
from analytics_agent.api.services import Given, Services
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.iso_time import moment
from analytics_agent.domain.policy import Mask, Policy
from analytics_agent.domain.rights import Grant
from analytics_agent.errors import NotAllowed

routes = APIRouter(prefix="/v1", tags=["account"])


class MaskView(TypedDict):
    column: str
    kind: str
    first: int
    last: int
    size: float | None
    unit: str | None


class TableView(TypedDict):
    """`rows` are conditions in the database's SQL: of each inner list one must hold, and all of the outer one."""

    schema: str | None
    table: str
    rows: list[list[str]]
    masks: list[MaskView]
    hidden: list[str]


class PolicyView(TypedDict):
    """`everything`: tables that are not in `tables` are seen too, whole. `withheld` counts tables that are left out because a rule of
    theirs cannot be read, `until` is when it is asked for again. `why` says what stands in the way of somebody who sees nothing at all."""

    database: str
    reads_as: str | None
    hash: str
    everything: bool
    withheld: int
    until: str | None
    why: str | None
    tables: list[TableView]


@routes.get("/policies")
async def policy(
    asker: Admin,
    services: Given,
    database: Annotated[str, Query(max_length=63)],
    login: Annotated[str | None, Query(alias="as", max_length=LONGEST_NAME, description="The login name of the person.")] = None,
    models: Annotated[bool, Query(description="What a model outside may be shown, in place of what a person may see.")] = False,
) -> PolicyView:
    """What a person may see of a database, as it holds now, or what a model outside may be shown. The key of hashes is not told."""
    if (login is None) is not models:
        raise InvalidRequest([FieldProblem(field="as", message="Give either `as`, a login name, or `models=true`.")])
    known = await services.store.database(database)
    tables = [TableName(table.schema, table.name) for table in (await services.databases.catalog(database)).tables]
    if login is None:
        return _view(database, None, Grant(await services.rights.for_models(known, tables)), tables)
    return await _of_person(login, known, tables, services)


async def _of_person(login: str, database: Database, tables: list[TableName], services: Services) -> PolicyView:
    reader = await reader_named(login, services)
    try:
        return _view(database.name, login, await services.rights.grant(reader, database, tables), tables)
    except NotAllowed as error:
        return {**_view(database.name, login, Grant(Policy(())), tables), "why": str(error)}


def _view(database: str, login: str | None, grant: Grant, tables: list[TableName]) -> PolicyView:
    policy = grant.policy
    listed = [table for table in tables if policy.may_read(table) and (policy.tables is not None or policy.rule_of(table))]
    return {
        "database": database,
        "reads_as": login,
        "hash": policy.hash,
        "everything": policy.tables is None,
        "withheld": grant.withheld,
        "until": moment(grant.until) if grant.until else None,
        "why": None,
        "tables": [_table(table, policy) for table in listed],
    }


def _table(table: TableName, policy: Policy) -> TableView:
    rule = policy.rule_of(table)
    rows: list[list[str]] = [list(group) for group in rule.rows] if rule else []
    masks = [_mask(mask) for mask in rule.masks] if rule else []
    return {"schema": table.schema, "table": table.name, "rows": rows, "masks": masks, "hidden": list(rule.hidden) if rule else []}


def _mask(mask: Mask) -> MaskView:
    view: Any = {name: getattr(mask, name) for name in MaskView.__annotations__}
    made: MaskView = view
    return made
