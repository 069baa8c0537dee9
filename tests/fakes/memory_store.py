"""ports.Store in dictionaries, held to the port by the same suite as PostgreSQL (tests/ports/test_store.py)."""

from collections.abc import Callable, Collection, Iterator
from copy import copy
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from fakes.memory_catalogs import MemoryCatalogs
from fakes.memory_deliveries import MemoryDeliveries
from fakes.memory_erasure import MemoryErasure
from fakes.memory_keys import MemoryKeys
from fakes.memory_model_versions import MemoryModelVersions
from fakes.memory_pauses import MemoryPauses
from fakes.memory_schedules import MemorySchedules
from fakes.memory_spending import MemorySpending
from fakes.memory_statements import MemoryStatements
from fakes.run_summary import summary_of

from analytics_agent.adapters.store.requests import too_many_at_once, too_many_today
from analytics_agent.domain.approval import Approvals
from analytics_agent.domain.audit import asked_by
from analytics_agent.domain.batch import WaitingTurn
from analytics_agent.domain.conversation import Usage
from analytics_agent.domain.database import Database
from analytics_agent.domain.event import Event, EventKind, News, Step
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.finding import Findings
from analytics_agent.domain.model_use import model_use
from analytics_agent.domain.model_version import ModelChange
from analytics_agent.domain.notices import notices_of
from analytics_agent.domain.question import Question
from analytics_agent.domain.quota import UNDER_WAY, Quota
from analytics_agent.domain.replay import told
from analytics_agent.domain.report import Report
from analytics_agent.domain.rights import GRANT
from analytics_agent.domain.run import FINISHED, Clarification, Run, RunStatus, RunSummary, Timings
from analytics_agent.domain.tier import TIER, answered_by
from analytics_agent.domain.turn import ToolResult, Turn
from analytics_agent.errors import Conflict, UnknownDatabase, UnknownRun

T = TypeVar("T")


@dataclass
class _Kept:
    question: Question
    idempotency_key: str | None
    status: RunStatus = "queued"
    reason: str | None = None
    frozen: Run | None = None
    finished_at: datetime | None = None
    documents: dict[str, Any] = field(default_factory=dict)
    clarifications: list[Clarification] = field(default_factory=list)
    events: dict[str, Event] = field(default_factory=dict)
    turns: dict[tuple[str, str, int], Turn] = field(default_factory=dict)
    tool_results: dict[tuple[str, str, int, str], ToolResult] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    openings: int = 1


class MemoryStore(
    MemoryErasure,
    MemoryModelVersions,
    MemoryCatalogs,
    MemoryKeys,
    MemoryDeliveries,
    MemoryPauses,
    MemorySchedules,
    MemorySpending,
    MemoryStatements,
):
    """Nothing is awaited inside a call, so each call is as atomic as a transaction."""

    def __init__(self) -> None:
        super().__init__()
        self._runs: dict[str, _Kept] = {}
        self._databases: dict[str, Database] = {}
        self._waiting: dict[str, WaitingTurn] = {}

    async def ping(self) -> None: ...

    async def close(self) -> None: ...

    def _kept(self, run_id: str) -> _Kept:
        if run_id not in self._runs:
            raise UnknownRun("There is no such run.")
        return self._runs[run_id]

    # runs
    async def create_run(self, question: Question, *, idempotency_key: str | None = None, quota: Quota | None = None) -> Run:
        for kept in self._earlier(question, idempotency_key):
            if _asked(kept.question) != _asked(question):
                raise Conflict("This idempotency key was used for another question.")
            return self._read(kept)
        self._check(question.owner, quota or Quota())
        self._runs[question.run_id] = _Kept(question, idempotency_key)
        self._note(asked_by(question), f"asked:{question.run_id}")
        return self._read(self._runs[question.run_id])

    def _check(self, owner: str, quota: Quota) -> None:
        mine = [kept for kept in self._runs.values() if kept.question.owner == owner and kept.question.schedule is None]
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        if quota.questions_per_day is not None and sum(kept.question.asked_at >= today for kept in mine) >= quota.questions_per_day:
            raise too_many_today(quota.questions_per_day, (today + timedelta(days=1) - datetime.now(UTC)).total_seconds())
        if quota.questions_at_once is not None and sum(kept.status in UNDER_WAY for kept in mine) >= quota.questions_at_once:
            raise too_many_at_once(quota.questions_at_once)

    def _read(self, kept: _Kept) -> Run:
        return kept.frozen or _run(kept, self._usage_of(kept.question.run_id))

    def _earlier(self, question: Question, key: str | None) -> Iterator[_Kept]:
        for kept in self._runs.values():
            same_key = key is not None and kept.idempotency_key == key and kept.question.owner == question.owner
            if same_key or kept.question.run_id == question.run_id:
                yield kept

    async def run(self, run_id: str) -> Run:
        return self._read(self._kept(run_id))

    async def known(self, run_id: str, step: Step) -> "MemoryStore":
        """As it is now: what is stored later is not in it."""
        kept = self._kept(run_id)
        then = copy(self)
        parts = {part.name: copy(getattr(kept, part.name)) for part in fields(kept)}
        then._runs = {**self._runs, run_id: _Kept(**parts)}
        then._databases, then._catalogs, then.ledger = dict(self._databases), dict(self._catalogs), list(self.ledger)
        return then

    async def runs(self, *, owner: str | None, limit: int = 50, before: datetime | None = None) -> tuple[Run, ...]:
        newest_first = sorted(self._runs.values(), key=lambda kept: (kept.question.asked_at, kept.question.run_id), reverse=True)
        mine = [kept for kept in newest_first if owner is None or kept.question.owner == owner]
        return tuple(self._read(kept) for kept in mine if before is None or kept.question.asked_at < before)[:limit]

    async def run_summaries(self, *, owner: str | None, limit: int = 50, before: datetime | None = None) -> tuple[RunSummary, ...]:
        return tuple(summary_of(run) for run in await self.runs(owner=owner, limit=limit, before=before))

    async def runs_of_schedule(
        self, schedule_id: str, *, limit: int = 50, since: datetime | None = None, before: datetime | None = None, made: bool = False
    ) -> tuple[Run, ...]:
        found = [
            kept
            for kept in self._runs.values()
            if kept.question.schedule == schedule_id
            and (since is None or (kept.question.scheduled_for or since) >= since)
            and (before is None or (kept.question.scheduled_for or before) < before)
            and (kept.status == "succeeded" or not made)
        ]
        found.sort(key=lambda kept: (kept.question.scheduled_for, kept.question.asked_at), reverse=True)
        return tuple(self._read(kept) for kept in found[:limit])

    async def owner_and_status(self, run_id: str) -> tuple[str, RunStatus]:
        kept = self._kept(run_id)
        return kept.question.owner, kept.status

    async def waiting_runs(self, *, older_than: timedelta) -> tuple[str, ...]:
        old = datetime.now(UTC) - older_than
        waiting = [kept for kept in self._runs.values() if kept.status == "queued" and kept.question.asked_at < old]
        return tuple(kept.question.run_id for kept in sorted(waiting, key=lambda kept: kept.question.asked_at))

    async def begun_runs(self) -> tuple[str, ...]:
        begun = [kept for kept in self._runs.values() if kept.status not in {*FINISHED, "queued"}]
        return tuple(kept.question.run_id for kept in sorted(begun, key=lambda kept: kept.question.asked_at))

    async def set_status(self, run_id: str, status: RunStatus, reason: str | None = None, *, opening: int = 0) -> bool:
        kept = self._kept(run_id)
        if kept.status in FINISHED or opening not in (0, kept.openings):
            return False
        kept.status, kept.reason = status, reason
        if status in FINISHED:
            self.release(run_id, status)
            kept.finished_at = datetime.now(UTC)
            kept.frozen = self._read(kept)
        return True

    async def ask_person(self, run_id: str, clarification: Clarification) -> None:
        asked = self._kept(run_id).clarifications
        for place, earlier in enumerate(asked):
            if (earlier.question, earlier.readings) != (clarification.question, clarification.readings):
                continue
            if clarification.answer is None:
                return
            if earlier.answer not in {None, clarification.answer}:
                raise Conflict("This question was already answered.")
            asked[place] = clarification
            return
        asked.append(clarification)

    async def clarification(self, run_id: str) -> Clarification | None:
        asked = self._runs[run_id].clarifications if run_id in self._runs else []
        return asked[-1] if asked else None

    async def save_document(self, run_id: str, name: str, record: object) -> None:
        self._kept(run_id).documents[name] = record

    async def change_document(self, run_id: str, name: str, kind: type[T], change: Callable[[T | None], T]) -> T:
        documents = self._kept(run_id).documents
        documents[name] = changed = change(documents.get(name))
        return changed

    async def document(self, run_id: str, name: str, kind: type[T]) -> T | None:
        found: T | None = self._runs[run_id].documents.get(name) if run_id in self._runs else None
        return found

    # events
    async def append_event(self, run_id: str, kind: EventKind, step: Step | None, data: dict[str, Any], *, key: str) -> None:
        events = self._kept(run_id).events
        events.setdefault(key, Event(len(events) + 1, datetime.now(UTC), kind, step, data))

    async def tell(self, run_id: str, news: News | None) -> None:
        if news is not None:
            await self.append_event(run_id, news.kind, news.step, news.data, key=news.key)

    async def events(self, run_id: str, *, after: int = 0, limit: int = 500) -> tuple[Event, ...]:
        events = self._runs[run_id].events.values() if run_id in self._runs else ()
        return tuple(event for event in events if event.seq > after)[:limit]

    # the agent loop
    async def turns(self, run_id: str, step: Step | None = None) -> tuple[Turn, ...]:
        turns = self._runs[run_id].turns.values() if run_id in self._runs else ()
        return tuple(turn for turn in turns if step is None or turn.step == step)

    async def save_tool_result(self, run_id: str, result: ToolResult, news: News | None = None) -> None:
        self._kept(run_id).tool_results.setdefault((result.step, result.line, result.turn, result.call_id), result)
        await self.tell(run_id, news)

    async def tool_results(self, run_id: str, step: Step) -> tuple[ToolResult, ...]:
        results = self._runs[run_id].tool_results.values() if run_id in self._runs else ()
        return tuple(sorted((result for result in results if result.step == step), key=lambda result: result.turn))

    async def add_query(
        self, run_id: str, query: Query, *, key: str, number: int | None = None, news: Callable[[Query], News] | None = None
    ) -> Query:
        queries = self._kept(run_id).queries
        taken = {int(one.id[1:]) for one in queries.values()}
        if number is None or number in taken:
            number = max(taken, default=0) + 1
        stored = queries.setdefault(key, replace(query, id=f"r{number}"))
        await self.tell(run_id, news(stored) if news else None)
        return stored

    async def query_by_key(self, run_id: str, key: str) -> Query | None:
        return self._runs[run_id].queries.get(key) if run_id in self._runs else None

    async def queries(self, run_id: str) -> tuple[Query, ...]:
        return tuple(sorted(self._runs[run_id].queries.values(), key=lambda one: int(one.id[1:]))) if run_id in self._runs else ()

    # turns that wait for a message batch
    async def queue_turn(self, turn: WaitingTurn) -> None:
        if self._kept(turn.order.run_id).status in FINISHED:
            self.reserved.pop(turn.order, None)
        else:
            self._waiting.setdefault(turn.id, turn)

    async def waiting_turns(self, *, run_id: str | None = None) -> tuple[WaitingTurn, ...]:
        waiting = sorted(self._waiting.values(), key=lambda turn: (turn.queued_at, turn.id))
        return tuple(turn for turn in waiting if run_id is None or turn.order.run_id == run_id)

    async def change_waiting(self, ids: Collection[str], change: Callable[[WaitingTurn], WaitingTurn | None]) -> tuple[WaitingTurn, ...]:
        kept = {name: change(turn) for name, turn in sorted(self._waiting.items()) if name in ids}
        for order in [self._waiting[name].order for name, turn in kept.items() if turn is None]:
            self.reserved.pop(order, None)
        self._waiting = {name: turn for name, turn in {**self._waiting, **kept}.items() if turn}
        return tuple(turn for turn in kept.values() if turn)

    # databases
    async def save_database(self, database: Database, *, same_tables: bool = False, change: ModelChange | None = None) -> None:
        earlier = self._databases.get(database.name)
        added_at = earlier.added_at if earlier else database.added_at or datetime.now(UTC)
        self._databases[database.name] = replace(database, added_at=added_at)
        self._follow(database, change)
        if not same_tables:
            self._forget_tables(database.name)

    async def change_database(self, name: str, made_of: Callable[[Database], Database], change: ModelChange | None = None) -> Database:
        before = await self.database(name)
        made = self._databases[name] = replace(made_of(before), name=name, uri=before.uri, added_at=before.added_at)
        self._follow(made, change)
        return made

    def _follow(self, database: Database, change: ModelChange | None) -> None:
        if change is not None:
            self._keep_version(database.name, database.semantic_model, change)
        if not database.profiled:
            self._profiles.pop(database.name, None)

    async def database(self, name: str) -> Database:
        if name not in self._databases:
            raise UnknownDatabase(f"There is no database {name!r}.", hint=f"Known: {', '.join(sorted(self._databases))}.")
        return self._databases[name]

    async def databases(self) -> tuple[Database, ...]:
        return tuple(self._databases[name] for name in sorted(self._databases))

    async def remove_database(self, name: str) -> None:
        self._databases.pop(name, None)
        self._forget_tables(name)
        self._versions.pop(name, None)

    # keys
    async def owner_names(self, owners: Collection[str]) -> dict[str, str]:
        asked = sorted((kept.question for kept in self._runs.values() if not kept.question.schedule), key=lambda one: one.asked_at)
        names = {one.owner: one.asked_by for one in asked if one.asked_by} | {key.id: key.name for key in self._keys.values()}
        return {owner: name for owner, name in names.items() if owner in owners}


def _asked(question: Question) -> dict[str, Any]:
    return {name: value for name, value in asdict(question).items() if name not in {"run_id", "asked_at"}}


def _run(kept: _Kept, usage: Usage) -> Run:
    turns, queries = tuple(kept.turns.values()), tuple(kept.queries.values())
    seconds = ((kept.finished_at or datetime.now(UTC)) - kept.question.asked_at).total_seconds()
    return Run(
        question=answered_by(told(kept.question, kept.documents.get("replayed")), kept.documents.get(TIER)),
        status=kept.status,
        reason=kept.reason,
        evidence=kept.documents.get("evidence"),
        queries=queries,
        findings=kept.documents.get("findings", Findings()).findings,
        answer=kept.documents.get("answer"),
        refusal=kept.documents.get("refusal"),
        clarification=kept.clarifications[-1] if kept.clarifications else None,
        report=kept.documents.get("report", Report()),
        receipt=kept.documents.get("receipt"),
        usage=usage,
        turns=len(turns),
        timings=Timings(max(0.0, seconds), sum(turn.seconds for turn in turns), sum(query.milliseconds for query in queries) / 1000),
        prompts=tuple(dict.fromkeys(turn.prompt for turn in turns)),
        model_use=model_use(turns),
        finished_at=kept.finished_at,
        notices=notices_of(turns, kept.documents.get(GRANT), kept.documents.get(TIER)),
        replayed=kept.documents.get("replayed"),
        changes=kept.documents.get("changes"),
        stopped=kept.documents.get("stopped"),
        approvals=kept.documents.get("approvals", Approvals()).asked,
        openings=kept.openings,
        model_sees=kept.documents["briefing"].model_sees if "briefing" in kept.documents else "full",
    )
