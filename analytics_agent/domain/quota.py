"""How much a key or person may ask of the API. What a question may cost is a budget's (domain.question)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Quota:
    """None is without limit. A day is one of UTC; at once are those that are queued or running, not those that wait for a person."""

    requests_per_minute: int | None = None
    questions_per_day: int | None = None
    questions_at_once: int | None = None

    def or_else(self, other: "Quota") -> "Quota":
        """Each limit of this one, and the other's where this one says nothing."""
        return Quota(
            other.requests_per_minute if self.requests_per_minute is None else self.requests_per_minute,
            other.questions_per_day if self.questions_per_day is None else self.questions_per_day,
            other.questions_at_once if self.questions_at_once is None else self.questions_at_once,
        )

    @property
    def limits_questions(self) -> bool:
        return self.questions_per_day is not None or self.questions_at_once is not None


@dataclass(frozen=True)
class Counted:
    """Requests of a minute, this one included, and the seconds that are left of it."""

    count: int
    seconds_left: float


NO_LIMIT = Quota()
UNDER_WAY = frozenset({"queued", "running"})
"""Statuses of runs that count as asked at once."""
AGAIN_SECONDS = 5.0
"""When to ask again after having too many questions at once: one of them may be answered by then."""
