"""A page of runs as a list shows them, in one statement: PostgreSQL takes the few fields out of the stored documents, so that
neither SQL nor claims nor findings leave it, however many of them a run has."""

from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import JSON, ColumnElement, Float, Select, case, column, func, literal_column, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics_agent.adapters.record_json import from_json
from analytics_agent.adapters.store.models import ClarificationRow, DocumentRow, LedgerRow, RunRow
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.question import Question
from analytics_agent.domain.replay import Replayed, told
from analytics_agent.domain.run import Clarification, RunSummary

T = TypeVar("T")

_PARTS = ("answer", "report", "receipt", "replayed")
"""Documents of a run's steps that a list needs; a finished run's frozen document holds them under the same names."""


async def read_summaries(connection: AsyncConnection, page: Select[Any]) -> tuple[RunSummary, ...]:
    """`page` selects ids of `runs`. The newest first."""
    rows = (await connection.execute(_wanted(page))).all()
    return tuple(_summary(row) for row in rows)


def _wanted(page: Select[Any]) -> Select[Any]:
    """`whole` is read once a run: each `->` of a `json` would parse all of the document again."""
    unfinished = RunRow.document.is_(None)
    fields = [column(name, JSON(none_as_null=True)) for name in ("question", *_PARTS, "clarification", "usage")]
    kept = case((unfinished, _parts()), else_=RunRow.document)
    whole = func.json_to_record(kept).table_valued(*fields).render_derived(name="whole", with_types=True)
    return (
        select(
            RunRow.status,
            RunRow.reason,
            RunRow.finished_at,
            RunRow.question.label("asked"),
            whole.c.question.label("answered"),
            whole.c.answer["headline"].as_string().label("headline"),
            whole.c.report["html"].label("html"),
            whole.c.report["pdf"].label("pdf"),
            whole.c.receipt["dashboard_url"].as_string().label("dashboard_url"),
            whole.c.replayed.label("replayed"),
            case((unfinished, _newest_clarification()), else_=whole.c.clarification).label("clarification"),
            case((unfinished, _paid()), else_=whole.c.usage["cost_usd"].as_string().cast(Float)).label("cost_usd"),
        )
        .select_from(RunRow.__table__.join(whole, true()))
        .where(RunRow.id.in_(page))
        .order_by(RunRow.asked_at.desc(), RunRow.id.desc())
    )


def _parts() -> ColumnElement[Any]:
    """What the steps of a run that has not finished have made so far, in the form of the document it will have."""
    of_run = (DocumentRow.run_id == RunRow.id) & DocumentRow.name.in_(_PARTS)
    made = select(func.json_object_agg(DocumentRow.name, DocumentRow.body)).where(of_run)
    return func.coalesce(made.correlate(RunRow).scalar_subquery(), func.json_build_object())


def _newest_clarification() -> ColumnElement[Any]:
    asks, readings, answer = ClarificationRow.question, ClarificationRow.readings, ClarificationRow.answer
    pairs: tuple[Any, ...] = (
        literal_column("'question'"),
        asks,
        literal_column("'readings'"),
        readings,
        literal_column("'answer'"),
        answer,
    )
    asked = select(func.json_build_object(*pairs, type_=JSON())).where(ClarificationRow.run_id == RunRow.id)
    return asked.order_by(ClarificationRow.id.desc()).limit(1).correlate(RunRow).scalar_subquery()


def _paid() -> ColumnElement[Any]:
    paid = select(func.sum(LedgerRow.cost_usd)).where(LedgerRow.run_id == RunRow.id)
    return paid.correlate(RunRow).scalar_subquery()


def _summary(row: Any) -> RunSummary:
    replayed = _optional(row.replayed, Replayed)
    question = from_json(row.answered, Question) if row.answered else told(from_json(row.asked, Question), replayed)
    until = row.finished_at or datetime.now(UTC)
    return RunSummary(
        question=question,
        status=row.status,
        reason=row.reason,
        headline=row.headline,
        html=_optional(row.html, Artifact),
        pdf=_optional(row.pdf, Artifact),
        dashboard_url=row.dashboard_url,
        clarification=_optional(row.clarification, Clarification),
        replayed=replayed,
        cost_usd=row.cost_usd or 0.0,
        seconds=round(max(0.0, (until - question.asked_at).total_seconds()), 3),
        finished_at=row.finished_at,
    )


def _optional(body: Any, kind: type[T]) -> T | None:
    return None if body is None else from_json(body, kind)
