"""A run's database as its owner may read it: the catalog, statements checked and run, results stored. What the tools of explore and a
replay share."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import uuid4

from analytics_agent.activities.at_hand import at_hand
from analytics_agent.activities.drift import Drift
from analytics_agent.activities.engine_words import as_shown
from analytics_agent.activities.estimating import CostGuard
from analytics_agent.activities.evidence import store_result
from analytics_agent.activities.free_columns import free_columns
from analytics_agent.activities.lateness import Lateness
from analytics_agent.activities.read_log import ReadLog
from analytics_agent.activities.reading import Reads, caveats
from analytics_agent.activities.refreshing import CatalogKeeper
from analytics_agent.activities.rights import Readable, RunRights, readable
from analytics_agent.activities.sight import note
from analytics_agent.activities.statement_queue import StatementQueue, Waiting, fingerprint
from analytics_agent.activities.tied import tied
from analytics_agent.activities.tool_call import call_key
from analytics_agent.domain.approval import CostLimit
from analytics_agent.domain.catalog import Dialect
from analytics_agent.domain.database import Database
from analytics_agent.domain.evidence import Query, ResultColumn, Verified
from analytics_agent.domain.model_version import model_digest
from analytics_agent.domain.orders import RunOrder, ToolOrder
from analytics_agent.domain.question import Question
from analytics_agent.domain.rights import has_own_rights
from analytics_agent.domain.statement import Caps, KeptRows, Place
from analytics_agent.errors import StatementFailed, StatementRefused
from analytics_agent.ports import Artifacts, Fetched, Rights, Store, Warehouse
from analytics_agent.semantic.as_of import as_of_statement
from analytics_agent.semantic.reach import day_of
from analytics_agent.semantic.verified_queries import recognized
from analytics_agent.sql.check import check
from analytics_agent.sql.verdict import Verdict

BYTE_CAP = 64_000_000


@dataclass(frozen=True)
class Limits:
    """Most rows and bytes that a statement's result keeps, and seconds it may run."""

    row_cap: int
    timeout_seconds: float
    byte_cap: int = BYTE_CAP


class RunWarehouse:
    """`open_warehouse` gives the warehouse of a database, kept open between calls."""

    def __init__(
        self,
        store: Store,
        artifacts: Artifacts,
        open_warehouse: Callable[[Database], Warehouse],
        rights: Rights,
        limits: Limits,
        queue: StatementQueue,
        most: CostLimit,
        keeper: CatalogKeeper,
    ) -> None:
        self._store = store
        self._artifacts = artifacts
        self._open = open_warehouse
        self._rights = RunRights(store, rights)
        self._limits = limits
        self._queue = queue
        self._reads = Reads(store)
        self._log = ReadLog(store)
        self._cost = CostGuard(store, open_warehouse, most)
        self._keeper = keeper
        self._drift = Drift(keeper)
        self._lateness = Lateness(self)

    async def begin(self, question: Question) -> Readable:
        """With a catalog that is fresh enough, and the rights asked anew. Raises NotAllowed for an owner who may read nothing."""
        known = at_hand(self._store)
        database = await known.database(question.database)
        catalog = await self._keeper.fresh(database, await known.catalog(database.name))
        return self._narrowed(question, readable(database, catalog, await self._rights.ask(question, database, catalog)))

    async def readable(self, order: ToolOrder | RunOrder) -> Readable:
        """Raises NotAllowed where the owner may not read the database any more."""
        known = at_hand(self._store)
        question = (await known.run(order.run_id)).question
        database = await known.database(question.database)
        catalog = await known.catalog(database.name)
        if catalog is None:  # dropped since the run began: the database was added anew
            catalog = await self._keeper.fresh(database, None)
        return self._narrowed(question, readable(database, catalog, await self._rights.current(question, database, catalog)))

    def _narrowed(self, question: Question, view: Readable) -> Readable:
        is_narrow = has_own_rights(question.reader) or not view.grant.policy.is_open
        return replace(view, run_id=question.run_id, is_narrow=is_narrow)

    async def as_of(self, view: Readable) -> date | None:
        """The day the semantic model counts from: today, a fixed date, or the newest value of a column that may be read."""
        catalog, model = view.catalog, view.model
        if model is None or model.as_of.kind == "now":
            return datetime.now(UTC).date()
        if model.as_of.kind == "date":
            return date.fromisoformat(model.as_of.value)
        fetched = await self.looked_up(view, as_of_statement(model, catalog.dialect))
        newest = fetched.table.column(0)[0].as_py() if fetched.table.num_rows else None
        return day_of(newest, model.timezone)

    def check(self, view: Readable, sql: str) -> Verdict:
        """Raises StatementRefused."""
        policy, cap = view.grant.policy, self._limits.row_cap
        verdict = check(sql, dialect=view.whole.dialect, catalog=view.whole, row_cap=cap, policy=policy)
        if not verdict.ok:
            raise StatementRefused(verdict.findings)
        return verdict

    async def looked_up(self, view: Readable, sql: str, *, seconds: float | None = None) -> Fetched:
        """The rows of a statement of ours that makes no result. `seconds` is a time limit shorter than that of a statement."""
        verdict, place = self.check(view, sql), Place(uuid4().hex, view.database.name, "")
        await self._reads.note(view, verdict)
        async with self._queue.turn(place, view.database), self._drifting(view):
            fetched = await self._fetch(view, verdict, seconds)
        await self._log.looked(view, verdict)
        note(fetched.table, looked_up=True)
        return fetched

    async def result(self, order: ToolOrder, view: Readable, query: Query) -> Query:
        """Check, run and store one statement; a statement whose rows are stored is not run again."""
        key = call_key(order)
        return await at_hand(self._store).query_by_key(order.run_id, key) or await self._run(order, view, query, key)

    async def run_again(self, order: RunOrder, view: Readable, query: Query, *, key: str) -> Query:
        """A statement of an accepted run, checked as if it were new; one whose rows are stored is not run again."""
        stored = await self._store.query_by_key(order.run_id, key)
        return stored or await self._run(ToolOrder(order.run_id, "explore", 0, key, "replay"), view, query, key)

    async def _run(self, order: ToolOrder, view: Readable, query: Query, key: str) -> Query:
        verdict = self.check(view, query.sql)
        await self._reads.note(view, verdict)
        async with self._drifting(view):
            estimate, approval = await self._cost.weigh(order, view, query.title, verdict)
            kept = await self._kept(order, view, verdict, key)
        saved = kept.saved
        query, late = _vouched(query, view), await self._late(order.run_id, view, verdict)
        level = await tied(self._artifacts, query, kept.artifact, saved.rows)
        complete = replace(
            query,
            columns=query.columns or await self._free_columns(kept, query.sql, view.catalog.dialect),
            rows=saved.rows,
            artifact=kept.artifact,
            sql_as_run=verdict.shown,
            tables=verdict.tables,
            # What a compiled request restricts is said by itself: the rest of its statement is how tables belong together.
            predicates=query.predicates or (() if query.source == "metric" else verdict.predicates),
            caveats=tuple(dict.fromkeys((*late, *query.caveats, *level, *saved.notes, *caveats(view, verdict, saved.rows)))),
            milliseconds=round(saved.milliseconds, 1),
            truncated=saved.cut is not None,
            # SQL that we compiled is nobody's to mend: warnings are for those who wrote it.
            findings=verdict.findings if query.source == "free" else (),
            estimate=estimate,
            approval=approval,
            semantic_model=model_digest(view.database.semantic_model) if query.source in ("metric", "verified") else "",
        )
        await self._log.answered(view, verdict, key)
        return await store_result(self._store, order.run_id, order.step, complete, key=key, line=order.line)

    async def _late(self, run_id: str, view: Readable, verdict: Verdict) -> tuple[str, ...]:
        """Who asks as of another day does not ask for what is new."""
        question = (await at_hand(self._store).run(run_id)).question
        return await self._lateness.said(view, verdict.tables) if question.as_of is None else ()

    @asynccontextmanager
    async def _drifting(self, view: Readable) -> AsyncIterator[None]:
        """Around what the database may refuse because its tables changed."""
        try:
            yield
        except StatementFailed as failed:
            raise await self._drift.explained(view, failed) from None

    async def _kept(self, order: ToolOrder, view: Readable, verdict: Verdict, key: str) -> KeptRows:
        """The stored rows of a checked statement, run in its turn or by somebody else meanwhile."""
        database, limits = view.database, self._limits
        same = fingerprint(database, verdict.sql, limits.row_cap, limits.byte_cap)
        place = Place(f"{order.run_id}:{key}", database.name, order.run_id, same)
        async with self._queue.turn(place, database, Waiting(self._store, order, database.name, key).tell) as turn:
            if turn.rows is None:
                turn.rows = await self._save(view, verdict)
            return turn.rows

    async def _save(self, view: Readable, verdict: Verdict) -> KeptRows:
        limits = self._limits
        caps = Caps(limits.row_cap, limits.byte_cap)
        with as_shown(verdict), self._artifacts.draft() as draft:
            saved = await self._open(view.database).save(verdict.sql, to=draft, caps=caps, timeout_seconds=limits.timeout_seconds)
            return KeptRows(await self._artifacts.put_parquet(draft), saved)

    async def _free_columns(self, kept: KeptRows, sql: str, dialect: Dialect) -> tuple[ResultColumn, ...]:
        return free_columns(await self._artifacts.get_table(kept.artifact), sql, dialect, kept.saved.columns)

    async def _fetch(self, view: Readable, verdict: Verdict, seconds: float | None = None) -> Fetched:
        limits = self._limits
        timeout = min(seconds or limits.timeout_seconds, limits.timeout_seconds)
        with as_shown(verdict):
            return await self._open(view.database).run(verdict.sql, row_cap=limits.row_cap, timeout_seconds=timeout)


def _vouched(query: Query, view: Readable) -> Query:
    """Free SQL that is a verified query of the model as it is now, and was one only if it still is."""
    if query.source not in ("free", "verified"):
        return query
    found = recognized(view.model, query.sql)
    if found is None:
        return replace(query, source="free", verified=None)
    return replace(query, source="verified", verified=Verified(found.question, found.by, found.on), why_not_metrics="")
