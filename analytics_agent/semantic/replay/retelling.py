"""What a report for another period says of itself: the question, the titles of its queries, how it was read. Nothing speaks of the old
period: a mention that cannot be moved goes, with the text around it."""

import re
from collections.abc import Sequence
from datetime import date

from analytics_agent.domain.evidence import Evidence, Query
from analytics_agent.domain.mentions import Shift, cut, mentions, retold
from analytics_agent.domain.period import is_whole, shifted
from analytics_agent.domain.policy import says_rights
from analytics_agent.domain.question import Question
from analytics_agent.semantic.definitions import says_unreviewed
from analytics_agent.semantic.lateness import says_late
from analytics_agent.semantic.replay.moving import Plan

_DIGIT = re.compile(r"\d")
_ISO = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")


def question(asked: Question, primary: Query | None, plan: Plan) -> str:
    """ "How many flights were cancelled in June 2013?": with the period where the text names one, else followed by it."""
    if plan.shift is None:
        return asked.text
    text = retold(asked.text, plan.shift, with_year=True)
    if text is None:
        return f"{(_titled(primary, plan) if primary else None) or cut(asked.text)} ({plan.short})"
    return text if _shows(text, plan) else f"{text.rstrip()} ({plan.short})"


def _shows(text: str, plan: Plan) -> bool:
    """Whether a reader knows the period from the text alone."""
    if plan.period is None or plan.short in text:
        return True
    years = {str(plan.period.start.year), str(plan.period.last.year)}
    whole_year = is_whole(plan.period, "year")
    named = mentions(text) > 0 and any(year in text for year in years)
    only_year = re.sub("|".join(years), "", text)
    return named and (whole_year or mentions(only_year) > 0 or mentions(text) > 1) and "up to" not in plan.short


def text(said: str, plan: Plan) -> str:
    """A title with its period moved; without any figure where that cannot be done."""
    told = retold(said, plan.shift) if plan.shift else said
    return told if told is not None else " ".join(word for word in said.split() if not _DIGIT.search(word))


def title(query: Query, plan: Plan) -> str:
    """Its title with the period moved; by its measures where that cannot be done, and free SQL without the period."""
    return _titled(query, plan) or cut(query.title)


def _titled(query: Query, plan: Plan) -> str | None:
    told = retold(query.title, plan.shift) if plan.shift else query.title
    counted = (query.request or {}).get("counted") is not None
    labels = [column.label for column in query.columns if column.metric or (counted and not column.dimension)]
    return told if told is not None else ", ".join(labels) or None


def readings(evidence: Evidence, plan: Plan) -> tuple[str, ...]:
    """How the question was read; the period is said where none of the sentences that are left says it."""
    if plan.shift is None:
        return evidence.readings
    kept = [text for each in evidence.readings if (text := retold(each, plan.shift, with_year=True)) is not None]
    said = any(plan.short in text or (plan.name and plan.name in text) for text in kept)
    return (*kept, *(() if said or not plan.name else (f"Period: {plan.name}.",)))


def caveats(evidence: Evidence, governed: Sequence[str], plan: Plan) -> tuple[str, ...]:
    """What the governed metrics say now, and what was said of the question. A sentence with a figure was about the old rows: it goes, and
    so does what was said of rights that the asker had then, of how new the data was and of how a definition stood."""
    said = [text for text in evidence.caveats if not (says_rights(text) or says_late(text) or says_unreviewed(text))]
    if plan.shift is None:
        return tuple(dict.fromkeys((*governed, *said)))
    moved = [retold(text, plan.shift) for text in said if not _DIGIT.search(text) or mentions(text)]
    kept = [text for text in moved if text is not None and not _DIGIT.search(text)]
    return tuple(dict.fromkeys((*governed, *kept)))


def value(given: object, column_name: str, plan: Plan) -> object:
    """A value that names a group of rows, where it is a time: "2013-05-01" of a column of months, 2013 of a column of years."""
    if plan.shift is None or plan.unit is None:
        return given
    if isinstance(given, str) and _ISO.fullmatch(given.strip()):
        told = _point(given.strip(), plan.shift)
        return given if told is None else told
    words = set(re.split(r"[^a-z]+", column_name.lower()))
    number = int(given) if isinstance(given, int | str) and str(given).isdigit() else None
    if number is not None and plan.unit in words and plan.unit in ("year", "month", "quarter"):
        size = {"month": 12, "quarter": 4}.get(plan.unit)
        moved = (number - 1 + plan.steps) % size + 1 if size else number + plan.steps
        return str(moved) if isinstance(given, str) else moved
    return given


def _point(written: str, shift: Shift) -> str | None:
    """A group of rows begins on its day, also on the last one of the period."""
    if len(written) == len("2013-06"):
        return retold(written, shift)
    day = date.fromisoformat(written)
    return shifted(day, shift.unit, shift.steps).isoformat() if shift.before.start <= day < shift.before.end else written
