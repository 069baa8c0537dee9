"""About this run: what was asked, how it was read, what it took."""

from collections.abc import Iterable
from datetime import datetime

from analytics_agent.domain.confidential import notice
from analytics_agent.domain.money import dollars
from analytics_agent.domain.run import Run
from analytics_agent.domain.sayings import said_once
from analytics_agent.domain.spending import stopped_in_words
from analytics_agent.report.document import Fact
from analytics_agent.report.numbers import NBSP, count, moment

_STATUS = {
    "refused": "This question could not be answered from this database.",
    "failed": "The run stopped before the answer was complete; what was found is kept below.",
    "cancelled": "The run was cancelled; what was found until then is kept below.",
    "over_budget": "",
    "needs_input": "The run waits for an answer; this is what was found so far.",
    "needs_approval": "",
    "queued": "The run has not begun.",
    "running": "",
    "succeeded": "",
}


def status_of(run: Run) -> str:
    """A sentence when there is no whole answer."""
    if run.answer and run.answer.partial:
        return stopped_in_words(run.stopped, len(run.queries)) if run.stopped else run.reason or "Stopped at a budget."
    reason = (run.refusal.reason if run.refusal else "") or run.reason or ""
    return " ".join(part for part in (_STATUS[run.status], reason) if part)


def facts_of(run: Run, generated_at: datetime, compared: str = "") -> tuple[Fact, ...]:
    """The record of the run, in the order people ask for it; `compared` says what was set against what. Empty ones are left out."""
    question = run.question
    facts = (
        Fact("Question", question.text.strip()),
        Fact("Run", f"{question.run_id}, {stamp(question.asked_at)}"),
        Fact("Read as", _sentences(said_once([*(run.evidence.readings if run.evidence else ()), compared]))),
        Fact("Relative dates from", moment(question.as_of) if question.as_of else ""),
        Fact("Scheduled for", stamp(question.scheduled_for) if question.scheduled_for else ""),
        Fact("Repeats", f"run {question.replays}" if question.replays else ""),
        Fact("Covers", run.replayed.period_name if run.replayed else ""),
        Fact("Compared with", _compared_with(run)),
        Fact("Database", question.database),
        Fact("Model", question.model),
        Fact("What it saw", notice(question, run.model_sees)),
        Fact("Prompts", " · ".join(run.prompts)),
        Fact("Queries", _queries(run)),
        Fact("Time", _time(run)),
        Fact("Cost", _cost(run)),
        Fact("Dashboard", _unpublished(run.receipt.failure) if run.receipt and run.receipt.failure else ""),
        Fact("Report made", stamp(generated_at)),
    )
    return tuple(fact for fact in facts if fact.value)


def _compared_with(run: Run) -> str:
    """The report or the answer before, by its run."""
    changes = run.changes
    if changes is None or changes.since_run is None:
        return ""
    return f"run {changes.since_run}{f', {changes.since_period}' if changes.since_period else ''}"


def _unpublished(reason: str) -> str:
    """That there is none and why, once where the reason says it."""
    return reason if reason.startswith("Not published") else f"Not published. {reason}"


def _sentences(texts: Iterable[str]) -> str:
    """Run together, each with its full stop."""
    trimmed = [text.strip() for text in texts]
    return " ".join(text if text.endswith((".", "!", "?")) else f"{text}." for text in trimmed if text)


def stamp(at: datetime) -> str:
    """A moment with its zone: "22 Nov 2026, 14:05 UTC"."""
    zone = at.tzname() or "UTC"
    return f"{moment(at.date())}, {at:%H:%M} {zone}"


def _queries(run: Run) -> str:
    asked = [query for query in run.queries if query.source != "computed"]
    used = set(run.evidence.results) if run.evidence else set()
    parts = [f"{len(asked)} run", f"{sum(q.id in used for q in asked)} used" if used else ""]
    computed = len(run.queries) - len(asked)
    return ", ".join(part for part in (*parts, f"{computed} computed from them" if computed else "") if part)


def _time(run: Run) -> str:
    times = run.timings
    if not times.seconds:
        return ""
    shares = [
        f"{seconds(times.model_seconds)} in the model" if times.model_seconds else "",
        f"{seconds(times.warehouse_seconds)} in the database",
    ]
    return f"{seconds(times.seconds)}, of which " + " and ".join(part for part in shares if part)


def seconds(value: float) -> str:
    if value >= 120:
        return f"{value / 60:.1f}{NBSP}min"
    return f"{value:.0f}{NBSP}s" if value >= 10 else f"{value:.2f}{NBSP}s" if value < 1 else f"{value:.1f}{NBSP}s"


def _cost(run: Run) -> str:
    if not run.turns:
        return ""
    return f"{dollars(run.usage.cost_usd)} · {count(run.turns, 'turn')} · {count(run.usage.tokens, 'token')}"
