"""A whole run out of the tables: from its frozen document once it has finished, from its parts until then."""

from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import JSON, Select, case, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics_agent.adapters.record_json import from_json
from analytics_agent.adapters.store.models import ClarificationRow, DocumentRow, QueryRow, RunRow, TurnRow
from analytics_agent.adapters.store.spending import usage_from, usage_of_run
from analytics_agent.domain.answer import Answer
from analytics_agent.domain.approval import Approvals
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.evidence import Evidence, Query
from analytics_agent.domain.finding import Findings
from analytics_agent.domain.model_use import model_use
from analytics_agent.domain.notices import notices_of
from analytics_agent.domain.question import Question
from analytics_agent.domain.replay import Changes, Replayed, told
from analytics_agent.domain.report import Receipt, Report
from analytics_agent.domain.rights import GRANT, Grant
from analytics_agent.domain.run import Clarification, Refusal, Run, Timings
from analytics_agent.domain.spending import Stop
from analytics_agent.domain.tier import TIER, Tier, answered_by
from analytics_agent.domain.turn import Turn

T = TypeVar("T")


@cache
def whole_runs() -> Select[Any]:
    """Runs with all that they are put together from, in one statement and at one moment; `of_row` makes the record of each row."""
    unfinished = RunRow.document.is_(None)  # of a finished one the parts are not read at all
    columns = [case((unfinished, part.correlate(RunRow).scalar_subquery())).label(name) for name, part in run_parts().items()]
    return select(RunRow.__table__, *columns)


def run_parts() -> dict[str, Select[Any]]:
    """What `of_row` puts a run together from, besides its own row: each of `RunRow`, by the name under which it is looked for."""
    return {
        "turn_records": listed(TurnRow.record, TurnRow.saved_at, TurnRow.number),
        "query_records": listed(QueryRow.record, QueryRow.number),
        "bodies": select(func.json_object_agg(DocumentRow.name, DocumentRow.body, type_=JSON)).where(DocumentRow.run_id == RunRow.id),
        "asked": _newest_clarification(),
        "paid": usage_of_run(RunRow.id),
    }


async def read_run(connection: AsyncConnection, run_id: str) -> Run | None:
    row = (await connection.execute(whole_runs().where(RunRow.id == run_id))).one_or_none()
    return None if row is None else of_row(row)


def of_row(row: Any) -> Run:
    """`row` is one of `whole_runs`."""
    if row.document is not None:
        return from_json(row.document, Run)
    turns = tuple(from_json(record, Turn) for record in row.turn_records or ())
    queries = tuple(from_json(record, Query) for record in row.query_records or ())
    bodies = row.bodies or {}
    question = from_json(row.question, Question)
    findings = _optional(bodies.get("findings"), Findings)
    replayed = _optional(bodies.get("replayed"), Replayed)
    briefing = _optional(bodies.get("briefing"), Briefing)
    approvals = _optional(bodies.get("approvals"), Approvals)
    tier = _optional(bodies.get(TIER), Tier)
    return Run(
        question=answered_by(told(question, replayed), tier),
        status=row.status,
        reason=row.reason,
        evidence=_optional(bodies.get("evidence"), Evidence),
        queries=queries,
        findings=findings.findings if findings else (),
        answer=_optional(bodies.get("answer"), Answer),
        refusal=_optional(bodies.get("refusal"), Refusal),
        clarification=_optional(row.asked, Clarification),
        report=_optional(bodies.get("report"), Report) or Report(),
        receipt=_optional(bodies.get("receipt"), Receipt),
        usage=usage_from(row.paid),
        turns=len(turns),
        timings=_timings(question.asked_at, row.finished_at, turns, queries),
        prompts=tuple(dict.fromkeys(turn.prompt for turn in turns)),
        model_use=model_use(turns),
        finished_at=row.finished_at,
        notices=notices_of(turns, _optional(bodies.get(GRANT), Grant), tier),
        replayed=replayed,
        changes=_optional(bodies.get("changes"), Changes),
        stopped=_optional(bodies.get("stopped"), Stop),
        approvals=approvals.asked if approvals else (),
        openings=row.openings,
        model_sees=briefing.model_sees if briefing else "full",
    )


def listed(record: Any, *order: Any) -> Select[Any]:
    """The records of a run in the order of these columns, as one JSON list."""
    found = func.json_agg(aggregate_order_by(record, *order), type_=JSON)
    return select(found).where(record.class_.run_id == RunRow.id)


def _newest_clarification() -> Select[Any]:
    named = [part for name in ("question", "readings", "answer") for part in (name, getattr(ClarificationRow, name))]
    wanted = select(func.json_build_object(*named, type_=JSON)).where(ClarificationRow.run_id == RunRow.id)
    return wanted.order_by(ClarificationRow.id.desc()).limit(1)


async def read_turns(connection: AsyncConnection, run_id: str, step: str | None = None) -> tuple[Turn, ...]:
    """In the order in which they were stored."""
    wanted = select(TurnRow.record).where(TurnRow.run_id == run_id).order_by(TurnRow.saved_at, TurnRow.number)
    if step is not None:
        wanted = wanted.where(TurnRow.step == step)
    return tuple(from_json(record, Turn) for record in (await connection.execute(wanted)).scalars())


async def read_queries(connection: AsyncConnection, run_id: str) -> tuple[Query, ...]:
    wanted = select(QueryRow.record).where(QueryRow.run_id == run_id).order_by(QueryRow.number)
    return tuple(from_json(record, Query) for record in (await connection.execute(wanted)).scalars())


async def read_clarification(connection: AsyncConnection, run_id: str) -> Clarification | None:
    wanted = (
        select(ClarificationRow.question, ClarificationRow.readings, ClarificationRow.answer)
        .where(ClarificationRow.run_id == run_id)
        .order_by(ClarificationRow.id.desc())
        .limit(1)
    )
    row = (await connection.execute(wanted)).one_or_none()
    return None if row is None else Clarification(row.question, tuple(row.readings), row.answer)


def _optional(body: Any, kind: type[T]) -> T | None:
    return None if body is None else from_json(body, kind)


def _timings(asked_at: datetime, finished_at: datetime | None, turns: tuple[Turn, ...], queries: tuple[Query, ...]) -> Timings:
    """Until the run finishes, the seconds run on."""
    until = finished_at or datetime.now(UTC)
    return Timings(
        seconds=round(max(0.0, (until - asked_at).total_seconds()), 3),
        model_seconds=round(sum(turn.seconds for turn in turns), 3),
        warehouse_seconds=round(sum(query.milliseconds for query in queries) / 1000, 3),
    )
