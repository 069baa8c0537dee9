"""What a call of a run works on, read in one statement and at one moment: one part of PostgresStore.

A call of a few milliseconds would else ask a dozen times for the same run, its conversation, its documents and its database.
"""

from functools import cache, cached_property
from typing import Any, TypeVar

from sqlalchemy import JSON, Select, bindparam, func, select

from analytics_agent.adapters.record_json import from_json
from analytics_agent.adapters.store.catalogs import CatalogTables
from analytics_agent.adapters.store.databases import DatabaseTables
from analytics_agent.adapters.store.engine import no_such_run
from analytics_agent.adapters.store.loop import LoopTables
from analytics_agent.adapters.store.models import CatalogRow, DatabaseRow, ModelPauseRow, QueryRow, RunRow, ToolResultRow
from analytics_agent.adapters.store.pauses import PauseTables
from analytics_agent.adapters.store.run_document import listed, of_row, run_parts
from analytics_agent.adapters.store.runs import RunTables
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.database import Database
from analytics_agent.domain.event import Step
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.run import Run
from analytics_agent.domain.turn import ToolResult, Turn

T = TypeVar("T")


class KnownTables(RunTables, LoopTables, PauseTables, DatabaseTables, CatalogTables):
    """Reads `runs` with their parts, `databases`, `catalogs` and `model_pauses`."""

    async def known(self, run_id: str, step: Step) -> "AtOneMoment":
        async with self.alone() as connection:
            row = (await connection.execute(_wanted(), {"run": run_id, "step": step})).one_or_none()
        if row is None:
            raise no_such_run(run_id)
        return AtOneMoment(self, row, step)

    def kept_catalog(self, row: Any) -> Catalog | None:
        """That of the run's database, where it is still the one that was read last."""
        kept = self.catalogs.get(row.its_database)
        return kept[1] if kept and kept[0] == row.catalog_read_at else None


class AtOneMoment:
    """`row` is one of `_wanted`. What is of another run, step or database is asked of the store."""

    def __init__(self, store: KnownTables, row: Any, step: Step) -> None:
        self._store = store
        self._row = row
        self._step = step

    @cached_property
    def _run(self) -> Run:
        return of_row(self._row)

    @cached_property
    def _turns(self) -> tuple[Turn, ...]:
        return tuple(from_json(record, Turn) for record in self._row.turn_records or () if record["step"] == self._step)

    @cached_property
    def _results(self) -> tuple[ToolResult, ...]:
        return tuple(from_json(record, ToolResult) for record in self._row.result_records or ())

    @cached_property
    def _queries(self) -> tuple[Query, ...]:
        return tuple(from_json(record, Query) for record in self._row.query_records or ())

    async def run(self, run_id: str) -> Run:
        return self._run if run_id == self._row.id else await self._store.run(run_id)

    async def turns(self, run_id: str, step: Step | None = None) -> tuple[Turn, ...]:
        return self._turns if self._is_of(run_id, step) else await self._store.turns(run_id, step)

    async def tool_results(self, run_id: str, step: Step) -> tuple[ToolResult, ...]:
        return self._results if self._is_of(run_id, step) else await self._store.tool_results(run_id, step)

    async def document(self, run_id: str, name: str, kind: type[T]) -> T | None:
        if run_id != self._row.id:
            return await self._store.document(run_id, name, kind)
        body = (self._row.bodies or {}).get(name)
        return None if body is None else from_json(body, kind)

    async def queries(self, run_id: str) -> tuple[Query, ...]:
        return self._queries if run_id == self._row.id else await self._store.queries(run_id)

    async def query_by_key(self, run_id: str, key: str) -> Query | None:
        if run_id != self._row.id:
            return await self._store.query_by_key(run_id, key)
        number = (self._row.query_numbers or {}).get(key)
        return None if number is None else next(query for query in self._queries if query.id == f"r{number}")

    async def database(self, name: str) -> Database:
        """One that is not there is asked for again: the store says which there are."""
        is_here = name == self._row.its_database and self._row.uri is not None
        return self._store.read_database(self._row) if is_here else await self._store.database(name)

    async def catalog(self, database: str) -> Catalog | None:
        found = self._store.kept_catalog(self._row) if database == self._row.its_database else None
        return found or await self._store.catalog(database)

    async def model_pause(self, model: str) -> float:
        return max(0.0, float((self._row.pauses or {}).get(model, 0.0)))

    def _is_of(self, run_id: str, step: Step | None) -> bool:
        return run_id == self._row.id and step == self._step


@cache
def _wanted() -> Select[Any]:
    """As `whole_runs`, and with the parts also of a run that has finished meanwhile."""
    its_database = RunRow.question["database"].as_string()
    numbers = func.json_object_agg(QueryRow.key, QueryRow.number, type_=JSON)
    left = func.extract("epoch", ModelPauseRow.until - func.clock_timestamp())
    parts = {
        **run_parts(),
        "result_records": listed(ToolResultRow.record, ToolResultRow.turn, ToolResultRow.position).where(
            ToolResultRow.step == bindparam("step")
        ),
        "query_numbers": select(numbers).where(QueryRow.run_id == RunRow.id),
        "pauses": select(func.json_object_agg(ModelPauseRow.model, left, type_=JSON)).where(ModelPauseRow.until > func.clock_timestamp()),
    }
    columns = [part.correlate(RunRow).scalar_subquery().label(name) for name, part in parts.items()]
    of_database = [DatabaseRow.__table__, its_database.label("its_database"), CatalogRow.read_at.label("catalog_read_at")]
    wanted = select(RunRow.__table__, *columns, *of_database).outerjoin_from(RunRow, DatabaseRow, DatabaseRow.name == its_database)
    return wanted.outerjoin(CatalogRow, CatalogRow.database == DatabaseRow.name).where(RunRow.id == bindparam("run"))
