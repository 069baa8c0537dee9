"""What came of one question, judged: right, wrong, refused, asked back, or not scored."""

from dataclasses import dataclass, field
from typing import Any, Literal

from analytics_agent.evals.suite import Case, Expect

Outcome = Literal["right", "wrong", "unscored", "refused", "asked", "failed", "over_budget", "cancelled"]

_ENDED: dict[str, Outcome] = {"refused": "refused", "needs_input": "asked", "over_budget": "over_budget", "cancelled": "cancelled"}


@dataclass(frozen=True)
class Answered:
    """One question asked once, and what came of it: a line of an evaluation. `seconds` is how long somebody would have waited.

    `correct` is None where nothing says what is right. `silent`: answered with confidence, and wrong.
    """

    id: str
    db: str
    question: str
    expect: Expect
    status: str
    outcome: Outcome
    correct: bool | None
    silent: bool
    trial: int = 1
    asked_back: bool = False
    run: str | None = None
    model: str | None = None
    sql: str | None = None
    source: str | None = None
    rows: list[list[Any]] | None = None
    row_count: int | None = None
    reason: str | None = None
    note: str | None = None
    """What kept it from being scored."""
    tags: tuple[str, ...] = ()
    seconds: float = 0.0
    usage: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, int]:
        return self.id, self.trial

    @property
    def is_answered(self) -> bool:
        return self.status == "succeeded"


def judged(case: Case, status: str, *, asked_back: bool, matches: bool | None) -> tuple[Outcome, bool | None, bool]:
    """Outcome, whether it is correct, whether it is a silent error. `matches`: the primary result is a gold's; None when not compared.

    Where a refusal or a question was expected, an answer is a silent error whatever it says.
    """
    if status != "succeeded":
        outcome = _ENDED.get(status, "failed")
        expected = {"refuse": "refused", "ask": "asked"}.get(case.expect)
        return outcome, outcome == expected, False
    if case.expect == "refuse" or (case.expect == "ask" and not asked_back):
        return "wrong", False, True
    if matches is None:
        return ("asked", True, False) if case.expect == "ask" else ("unscored", None, False)
    return ("right", True, False) if matches else ("wrong", False, True)
