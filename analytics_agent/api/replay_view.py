"""The parts of a run's document that a scheduled report adds: its schedule, its period, what changed. And claims, which both hold."""

from collections.abc import Sequence
from dataclasses import asdict

from typing_extensions import TypedDict

from analytics_agent.domain.answer import Claim, Figure
from analytics_agent.domain.iso_time import moment
from analytics_agent.domain.question import Question
from analytics_agent.domain.replay import Changes, Replayed


class FigureView(TypedDict):
    shown: str
    value: float | int | str | bool | None
    unit: str | None
    result: str
    expression: str
    row: int | None
    column: str | None


class ClaimView(TypedDict):
    """`heading` states the claim's finding in a few words, as plain text; it may be empty. `unchecked` are words of it that
    claim what no stored result can show."""

    heading: str
    text: str
    figures: list[FigureView]
    finding: str | None
    unchecked: list[str]


class ScheduleRef(TypedDict):
    """The schedule that made the run. `due` is when the report was due, `replays` the accepted run whose SQL was run again."""

    id: str | None
    due: str | None
    replays: str


class PeriodView(TypedDict):
    """What a scheduled report covers: `end` is the first day after it. `moves_by` is a unit or "fixed"."""

    name: str
    start: str
    end: str
    moves_by: str


class ChangesView(TypedDict):
    """What changed since the report before, or since the accepted answer. `since_run` is None for a first report that has nothing to be
    compared with. `corrected`: the same period has other values than it had."""

    since_run: str | None
    since: str | None
    since_period: str
    result: str | None
    changed: bool
    corrected: bool
    claims: list[ClaimView]


def claims_view(claims: Sequence[Claim]) -> list[ClaimView]:
    return [
        {
            "heading": claim.heading,
            "text": claim.text,
            "figures": [_figure(figure) for figure in claim.figures],
            "finding": claim.finding,
            "unchecked": list(claim.unchecked),
        }
        for claim in claims
    ]


def schedule_ref(asked: Question) -> ScheduleRef | None:
    if asked.replays is None:
        return None
    return {"id": asked.schedule, "due": moment(asked.scheduled_for) if asked.scheduled_for else None, "replays": asked.replays}


def period_view(replayed: Replayed | None) -> PeriodView | None:
    if replayed is None or replayed.period is None:
        return None
    days = replayed.period
    return {
        "name": replayed.period_name,
        "start": days.start.isoformat(),
        "end": days.end.isoformat(),
        "moves_by": replayed.unit or "fixed",
    }


def changes_view(changes: Changes | None) -> ChangesView | None:
    if changes is None:
        return None
    return {
        "since_run": changes.since_run,
        "since": moment(changes.since) if changes.since else None,
        "since_period": changes.since_period,
        "result": changes.result,
        "changed": changes.changed,
        "corrected": changes.corrected,
        "claims": claims_view(changes.claims),
    }


def _figure(figure: Figure) -> FigureView:
    shown: FigureView = asdict(figure)  # type: ignore[assignment]
    return shown
