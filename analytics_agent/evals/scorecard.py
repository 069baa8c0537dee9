"""What the product scores, as a page and as data: one measurement for each suite and model, kept until it is measured again."""

from collections.abc import Sequence
from typing import Any

from analytics_agent.domain.money import dollars

Measured = dict[str, Any]
"""`suite`, `model`, `how` (in a sentence), `on` (a day) and `summary`, as summary.summary gives it."""

_SMALLEST_TAG = 5


def merged(before: Sequence[Measured], new: Sequence[Measured]) -> list[Measured]:
    """A new measurement replaces the one of its suite and model; the others stay."""
    kept = {(each["suite"], each["model"]): each for each in (*before, *new)}
    return [kept[key] for key in sorted(kept)]


def page(measured: Sequence[Measured]) -> str:
    return "\n".join([_HEAD, *_overview(measured), *(line for each in measured for line in _section(each))]).rstrip() + "\n"


_HEAD = """# Scorecard

Written by `make scorecard`, which measures the offline model on the embedded stack; what a Claude model scored is kept from the day it was
measured. What the figures mean, and when a result is right: [evaluations.md](evaluations.md). In brackets are 95 % intervals.
Seconds are those of questions asked four at a time on the machine that measured. The data is [scorecard.json](scorecard.json).
"""


def _overview(measured: Sequence[Measured]) -> list[str]:
    rows = [
        "| suite | model | questions | correct | answered | silent errors | median | 95th percentile |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for each in measured:
        figures = each["summary"]
        latency = figures["latency"]
        cells = (
            each["suite"],
            each["model"],
            f"{figures['questions']:,}",
            _with_interval(figures, "correct_rate"),
            _share(figures["coverage"]),
            f"{figures['silent_errors']}: {_with_interval(figures, 'silent_error_rate')}",
            _seconds(latency["p50"]),
            _seconds(latency["p95"]),
        )
        rows.append(f"| {' | '.join(cells)} |")
    return [*rows, ""]


def _section(each: Measured) -> list[str]:
    figures = each["summary"]
    lines = [f"## {each['suite']}, {each['model']}", "", f"{each['how']} Measured on {each['on']}.", "", "| | | |", "|---|--:|---|"]
    lines += [f"| {' | '.join(row)} |" for row in _rows(figures)]
    large = {tag: of_tag for tag, of_tag in figures["tags"].items() if of_tag["asked"] >= _SMALLEST_TAG}
    if large:
        lines += ["", "| tag | asked | correct | answered | refused | silent errors |", "|---|--:|--:|--:|--:|--:|"]
        names = ("asked", "correct", "answered", "refused", "silent_errors")
        lines += [f"| {tag} | {' | '.join(str(of_tag[name]) for name in names)} |" for tag, of_tag in large.items()]
    return [*lines, ""]


def _rows(figures: dict[str, Any]) -> list[tuple[str, str, str]]:
    rows = [
        ("correct", f"{figures['correct']} of {figures['asked']}", _with_interval(figures, "correct_rate")),
        ("answered", str(figures["answered"]), f"{_share(figures['coverage'])} of the questions that have an answer"),
        ("silent errors", str(figures["silent_errors"]), f"{_with_interval(figures, 'silent_error_rate')} of what was answered"),
        ("refused", str(figures["refused"]), _found(figures, "refusal")),
        ("asked back", str(figures["asked_back"]), _found(figures, "ask")),
        ("failed", str(figures["failed"]), "failed, over budget or cancelled"),
    ]
    if figures["unscored"]:
        rows.append(("not scored", str(figures["unscored"]), ""))
    if figures["input_tokens"] or figures["cache_read_tokens"]:
        read = figures["input_tokens"] + figures["cache_read_tokens"] + figures["cache_write_tokens"]
        rows.append(("tokens", f"{read:,} in, {figures['output_tokens']:,} out", f"{dollars(figures['cost_usd'])} at list prices"))
    return rows


def _found(figures: dict[str, Any], name: str) -> str:
    return f"precision {_share(figures[f'{name}_precision'])}, recall {_share(figures[f'{name}_recall'])}"


def _with_interval(figures: dict[str, Any], name: str) -> str:
    interval = figures["intervals"][name]
    return _share(figures[name]) + (f" ({_share(interval[0])} to {_share(interval[1])})" if interval else "")


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} s"
