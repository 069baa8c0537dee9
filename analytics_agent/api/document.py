"""A run as the one JSON document that every client shows. Names are CONTRACT's: they may grow and never change."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from typing_extensions import TypedDict

from analytics_agent.api.approval_view import ApprovalView, EstimateView, approval_views, estimate_view, waiting_view
from analytics_agent.api.budget_view import BudgetFields, StopView, budget_fields, stop_view
from analytics_agent.api.definition_view import DefinitionView, VerifiedView, definition_view, verified_view
from analytics_agent.api.replay_view import (
    ChangesView,
    ClaimView,
    PeriodView,
    ScheduleRef,
    changes_view,
    claims_view,
    period_view,
    schedule_ref,
)
from analytics_agent.domain.answer import Answer
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.confidential import notice
from analytics_agent.domain.conversation import Usage
from analytics_agent.domain.database import ModelSees
from analytics_agent.domain.delivery import Delivery, DeliveryState, RecipientKind
from analytics_agent.domain.evidence import Query, SqlFinding
from analytics_agent.domain.iso_time import moment
from analytics_agent.domain.model_use import ModelUse
from analytics_agent.domain.notices import asked_as, reads_as
from analytics_agent.domain.policy import rights_first
from analytics_agent.domain.question import Budget
from analytics_agent.domain.report import Published, Receipt, Report, ReportChart
from analytics_agent.domain.run import Run, RunStatus

NO_LIMIT = Budget()


class AnswerView(TypedDict):
    summary: str
    claims: list[ClaimView]


class ColumnView(TypedDict):
    name: str
    label: str
    type: str
    unit: str | None
    format: str
    decimals: int | None
    metric: str | None


class RuleFinding(TypedDict):
    rule: str
    severity: str
    message: str
    hint: str


class QueryView(TypedDict):
    id: str
    title: str
    sql: str
    sql_as_run: str
    source: str
    tables: list[str]
    predicates: list[str]
    rows: int
    milliseconds: float
    findings: list[RuleFinding]
    columns: list[ColumnView]
    truncated: bool
    inputs: list[str]
    method: str
    why_not_metrics: str
    estimate: EstimateView | None
    approval: str
    definitions: list[DefinitionView]
    verified: VerifiedView | None
    semantic_model: str


class FindingView(TypedDict):
    id: str
    operation: str
    title: str
    result: str
    inputs: list[str]
    parameters: dict[str, Any]
    method: str
    caveats: list[str]


class ElsewhereView(TypedDict):
    """Another database that may hold what is missing: the names found there, and what to ask it."""

    database: str
    found: list[str]
    question: str


class RefusalView(TypedDict):
    reason: str
    missing: str
    looked_in: list[str]
    instead: list[str]
    elsewhere: list[ElsewhereView]


class ClarificationView(TypedDict):
    question: str
    readings: list[str]
    answer: str | None


class ReportChartView(TypedDict):
    """A chart of the report, as a picture: `url` takes `?theme=dark` and `?width=narrow` too. `result` is what it shows."""

    title: str
    subtitle: str
    alt: str
    notes: list[str]
    result: str
    url: str


class ReportView(TypedDict):
    """Paths under the API's address; None where there is no such file."""

    html: str | None
    pdf: str | None
    charts: list[ReportChartView]


class PublishedView(TypedDict):
    uuid: str
    id: int
    title: str
    url: str


class SupersetView(TypedDict):
    dashboard_url: str | None
    datasets: list[PublishedView]
    charts: list[PublishedView]
    failure: str | None


class DeliveryView(TypedDict):
    """`recipient` as it is written, `kind` and `name` its two halves. `reason` says why it was not sent, or not yet.

    waiting: on its way. sent. held: the recipient may not see it. failed. uncertain: handed over without an answer, so it is sent
    again only on request.
    """

    id: str
    recipient: str
    kind: RecipientKind
    name: str
    version: str
    state: DeliveryState
    reason: str | None
    attempts: int
    changed_at: str | None


class UsageView(TypedDict):
    turns: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    cache_write_1h_tokens: int
    cost_usd: float
    seconds: float
    model_seconds: float
    warehouse_seconds: float


class ModelUseView(TypedDict):
    """How a step used a model. `hash` is of the prompt and its tools; `instead_of` is the model that was overloaded; `batched` turns went
    through a message batch."""

    step: str
    model: str
    prompt: str
    hash: str
    settings: str
    turns: int
    instead_of: str | None
    batched: bool


class Document(TypedDict):
    """A run. `answer`, `primary`, `refusal` and `clarification` are None until, and unless, there is one. `approval` is a statement that
    waits until it is approved, `approvals` are all that were asked about. `notices` say how it was made:
    what the model was shown, where that was not everything. `reads_as` is with whose rights, where these are not the asker's. A `partial`
    answer was put together without a model when a budget stopped the run; `stopped` says which. `asked_by` is whose it is where somebody
    else asked."""

    id: str
    status: RunStatus
    reason: str | None
    asked_by: str | None
    question: str
    database: str
    model: str
    as_of: str | None
    asked_at: str
    finished_at: str | None
    answer: AnswerView | None
    primary: str | None
    queries: list[QueryView]
    report: ReportView
    report_failure: str | None
    superset: SupersetView
    usage: UsageView
    budget: BudgetFields
    partial: bool
    stopped: StopView | None
    model_use: list[ModelUseView]
    refusal: RefusalView | None
    clarification: ClarificationView | None
    approval: ApprovalView | None
    approvals: list[ApprovalView]
    findings: list[FindingView]
    headline: str | None
    caveats: list[str]
    not_answered: list[str]
    readings: list[str]
    schedule: ScheduleRef | None
    period: PeriodView | None
    changes: ChangesView | None
    deliveries: list[DeliveryView]
    model_sees: ModelSees
    reads_as: str | None
    notices: list[str]


def document(run: Run, deliveries: Sequence[Delivery] = (), *, most: Budget = NO_LIMIT, asked_by: str | None = None) -> Document:
    """Pure: the same run gives the same document. Deliveries go on after a run has finished, so they are not in it. `most` is the highest
    budget that its reader may give it, `asked_by` whose it is where it is not its reader's."""
    asked, answer, evidence = run.question, run.answer, run.evidence
    caveats = (*(evidence.caveats if evidence else ()), *(answer.caveats if answer else ()))
    return {
        "id": asked.run_id,
        "status": run.status,
        "reason": run.reason,
        "asked_by": asked_by,
        "question": asked.text,
        "database": asked.database,
        "model": asked.model,
        "as_of": asked.as_of.isoformat() if asked.as_of else None,
        "asked_at": moment(asked.asked_at),
        "finished_at": moment(run.finished_at) if run.finished_at else None,
        "answer": _answer(answer) if answer else None,
        "primary": evidence.primary if evidence else None,
        "queries": [_query(query) for query in run.queries],
        "report": _report(asked.run_id, run.report),
        "report_failure": run.report.failure,
        "superset": _superset(run.receipt or Receipt()),
        "usage": _usage(run),
        "budget": budget_fields(asked.budget),
        "partial": answer is not None and answer.partial,
        "stopped": stop_view(run.stopped, most) if run.stopped and run.status == "over_budget" else None,
        "model_use": [_model_use(use) for use in run.model_use],
        "refusal": _plain(run.refusal),
        "clarification": _plain(run.clarification),
        "approval": waiting_view(run.approvals),
        "approvals": approval_views(run.approvals),
        "findings": [_plain(finding) for finding in run.findings],
        "headline": answer.headline if answer else None,
        "caveats": list(rights_first(caveats)),
        "not_answered": list(answer.not_answered) if answer else [],
        "readings": list(evidence.readings) if evidence else [],
        "schedule": schedule_ref(asked),
        "period": period_view(run.replayed),
        "changes": changes_view(run.changes),
        "deliveries": [delivery_view(one) for one in deliveries],
        "model_sees": run.model_sees,
        "reads_as": reads_as(asked) or None,
        "notices": [text for text in (asked_as(asked), *run.notices, notice(asked, run.model_sees)) if text],
    }


def usage_fields(usage: Usage) -> dict[str, Any]:
    """Tokens by kind and dollars, to a millionth: below that is the noise of adding."""
    return {**asdict(usage), "cost_usd": round(usage.cost_usd, 6)}


def delivery_view(one: Delivery) -> DeliveryView:
    return {
        "id": one.id,
        "recipient": str(one.recipient),
        "kind": one.recipient.kind,
        "name": one.recipient.name,
        "version": one.version,
        "state": one.state,
        "reason": one.reason,
        "attempts": one.attempts,
        "changed_at": moment(one.changed_at) if one.changed_at else None,
    }


def _answer(answer: Answer) -> AnswerView:
    return {"summary": answer.summary, "claims": claims_view(answer.claims)}


def _query(query: Query) -> QueryView:
    return {
        "id": query.id,
        "title": query.title,
        "sql": query.sql,
        "sql_as_run": query.sql_as_run,
        "source": query.source,
        "tables": list(query.tables),
        "predicates": list(query.predicates),
        "rows": query.rows,
        "milliseconds": query.milliseconds,
        "findings": [_rule(finding) for finding in query.findings],
        "columns": [_column(column) for column in query.columns],
        "truncated": query.truncated,
        "inputs": list(query.inputs),
        "method": query.method,
        "why_not_metrics": query.why_not_metrics,
        "estimate": estimate_view(query.estimate),
        "approval": query.approval,
        "definitions": [definition_view(each) for each in query.definitions],
        "verified": verified_view(query.verified),
        "semantic_model": query.semantic_model,
    }


def _rule(finding: SqlFinding) -> RuleFinding:
    return {"rule": finding.rule, "severity": finding.severity, "message": finding.message, "hint": finding.hint}


def _column(column: Any) -> ColumnView:
    kept: ColumnView = {name: getattr(column, name) for name in ColumnView.__annotations__}  # type: ignore[assignment]
    return kept


def report_paths(run_id: str, html: Artifact | None, pdf: Artifact | None) -> tuple[str | None, str | None]:
    base = f"/v1/analyses/{run_id}/report"
    return f"{base}.html" if html else None, f"{base}.pdf" if pdf else None


def _report(run_id: str, report: Report) -> ReportView:
    html, pdf = report_paths(run_id, report.html, report.pdf)
    return {
        "html": html,
        "pdf": pdf,
        "charts": [_chart(run_id, number, chart) for number, chart in enumerate(report.charts, start=1)],
    }


def _chart(run_id: str, number: int, chart: ReportChart) -> ReportChartView:
    return {
        "title": chart.title,
        "subtitle": chart.subtitle,
        "alt": chart.alt,
        "notes": list(chart.notes),
        "result": chart.result,
        "url": f"/v1/analyses/{run_id}/charts/{number}.svg",
    }


def _superset(receipt: Receipt) -> SupersetView:
    return {
        "dashboard_url": receipt.dashboard_url,
        "datasets": [_published(item) for item in receipt.objects if item.kind == "dataset"],
        "charts": [_published(item) for item in receipt.objects if item.kind == "chart"],
        "failure": receipt.failure,
    }


def _published(item: Published) -> PublishedView:
    return {"uuid": item.uuid, "id": item.id, "title": item.title, "url": item.url}


def _usage(run: Run) -> UsageView:
    usage: UsageView = {"turns": run.turns, **usage_fields(run.usage), **asdict(run.timings)}  # type: ignore[typeddict-item]
    return usage


def _model_use(use: ModelUse) -> ModelUseView:
    prompt, _, digest = use.prompt.partition(" ")
    view: ModelUseView = {**asdict(use), "prompt": prompt, "hash": digest}  # type: ignore[typeddict-item]
    return view


def _plain(record: Any) -> Any:
    """A record whose fields are already the document's, tuples as lists."""
    return None if record is None else asdict(record, dict_factory=lambda pairs: {name: _listed(value) for name, value in pairs})


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
