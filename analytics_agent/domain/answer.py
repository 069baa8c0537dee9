"""What synthesize wrote: prose whose every figure was filled in from a stored result."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure in the prose. `shown` is the text the reader sees, `value` the unrounded value behind it.

    `expression` is the reference that was evaluated ("r1[0].late_share", "difference(r1[1].mean, r1[0].mean)");
    `result`, `row`, `column` point to its (first) source cell.
    """

    shown: str
    value: float | int | str | bool | None
    unit: str | None
    result: str
    expression: str
    row: int | None = None
    column: str | None = None


@dataclass(frozen=True)
class Claim:
    """One sentence or two that stand on their figures. `text` is Markdown with the figures in place, in order.

    `heading` states the claim's finding in a few words without figures ("Kennedy slipped most"): plain text, not Markdown.
    `unchecked` are words that claim something which no stored result can show or which code does not read: "unexpectedly".
    """

    text: str
    figures: tuple[Figure, ...]
    finding: str | None = None
    heading: str = ""
    unchecked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """`summary` is the claims run together, as Markdown. `headline` states the finding as plain text."""

    headline: str
    summary: str
    claims: tuple[Claim, ...]
    caveats: tuple[str, ...] = ()
    not_answered: tuple[str, ...] = ()
    partial: bool = False
    """Put together by code from what was found until the run was stopped; no model wrote it."""
