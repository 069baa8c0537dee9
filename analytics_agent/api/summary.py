"""A run as a list shows it: `GET /v1/analyses?view=summary`. Names are those of the whole document, or grow beside it."""

from collections.abc import Sequence

from typing_extensions import TypedDict

from analytics_agent.api.document import ClarificationView, DeliveryView, delivery_view, report_paths
from analytics_agent.api.replay_view import PeriodView, ScheduleRef, period_view, schedule_ref
from analytics_agent.domain.delivery import Delivery
from analytics_agent.domain.iso_time import moment
from analytics_agent.domain.run import RunStatus, RunSummary


class ReportPaths(TypedDict):
    """Paths under the API's address; None where there is no such file."""

    html: str | None
    pdf: str | None


class Spent(TypedDict):
    cost_usd: float
    seconds: float


class Summary(TypedDict):
    """A run, without what makes its document long: queries, claims, findings, charts. The fields mean what they mean there."""

    id: str
    status: RunStatus
    reason: str | None
    question: str
    headline: str | None
    database: str
    asked_at: str
    finished_at: str | None
    schedule: ScheduleRef | None
    period: PeriodView | None
    report: ReportPaths
    dashboard_url: str | None
    deliveries: list[DeliveryView]
    clarification: ClarificationView | None
    usage: Spent


def summary(run: RunSummary, deliveries: Sequence[Delivery] = ()) -> Summary:
    """Pure: the same run gives the same summary."""
    asked, waits = run.question, run.clarification
    html, pdf = report_paths(asked.run_id, run.html, run.pdf)
    return {
        "id": asked.run_id,
        "status": run.status,
        "reason": run.reason,
        "question": asked.text,
        "headline": run.headline,
        "database": asked.database,
        "asked_at": moment(asked.asked_at),
        "finished_at": moment(run.finished_at) if run.finished_at else None,
        "schedule": schedule_ref(asked),
        "period": period_view(run.replayed),
        "report": {"html": html, "pdf": pdf},
        "dashboard_url": run.dashboard_url,
        "deliveries": [delivery_view(one) for one in deliveries],
        "clarification": {"question": waits.question, "readings": list(waits.readings), "answer": waits.answer} if waits else None,
        "usage": {"cost_usd": round(run.cost_usd, 6), "seconds": run.seconds},
    }
