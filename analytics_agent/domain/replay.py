"""What a run that repeats an accepted one covers, and what it found to be different."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from analytics_agent.domain.answer import Claim
from analytics_agent.domain.period import Span
from analytics_agent.domain.question import Question
from analytics_agent.domain.schedule import PeriodUnit


@dataclass(frozen=True)
class Replayed:
    """`question` is the text with the period in it, `as_of` the last day that counts. `unit` is None where nothing was moved;
    `period` is None where the question has none. `period_name` is for people: "summer 2014: June to August"."""

    source: str
    question: str
    as_of: date
    unit: PeriodUnit | None = None
    period: Span | None = None
    period_name: str = ""
    short_name: str = ""
    """As it stands in a sentence: "summer 2014"."""

    @property
    def covers(self) -> str | None:
        """The period for a list, None where it has none."""
        return self.short_name or self.period_name or None


@dataclass(frozen=True)
class Changes:
    """What changed since `since_run`, which covered `since_period` and was due or asked at `since`; `result` is the stored
    comparison. None of them is set for a first report, which has nothing to be compared with."""

    since_run: str | None = None
    since: datetime | None = None
    since_period: str = ""
    result: str | None = None
    claims: tuple[Claim, ...] = ()
    changed: bool = False
    corrected: bool = False
    """The same period has other values than before: past data was changed."""


def told(question: Question, replayed: Replayed | None) -> Question:
    """The question as this run answers it: with its own period, counted from its own day."""
    return replace(question, text=replayed.question, as_of=replayed.as_of) if replayed else question
