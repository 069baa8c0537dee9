"""An evaluation in figures: how much was answered, how much of it right, what was refused, what it took, and how sure that is."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from analytics_agent.evals.intervals import Interval, bootstrap, mean, percentile, wilson
from analytics_agent.evals.score import Answered

Lines = Sequence[Answered]
_SPENT = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "cost_usd")


def summary(lines: Lines, *, complete: bool = True) -> dict[str, Any]:
    """`questions` counts questions, everything else what came of asking them, each as often as it was asked.

    correct: a right answer, a refusal where one was expected, a question back where one was expected. silent_errors: answered and
    wrong, or answered where it should not have been; their rate is of what was answered, which is what a reader meets.
    """
    by_question = _by_question(lines)
    trials = max((line.trial for line in lines), default=1)
    figures: dict[str, Any] = {"questions": len(by_question), "asked": len(lines), "trials": trials, "complete": complete}
    figures |= _counts(lines) | _rates(lines)
    figures |= {name: _summed(lines, name) for name in _SPENT}
    figures |= {"seconds": round(sum(line.seconds for line in lines), 3), "latency": _latency(lines)}
    figures["intervals"] = _intervals(by_question, several=trials > 1)
    if trials > 1:
        figures["correct_every_time"] = _rate(sum(all(line.correct for line in each) for each in by_question), len(by_question))
    figures["tags"] = {tag: {"asked": len(each)} | _counts(each) | _rates(each) for tag, each in sorted(_by_tag(lines).items())}
    return figures


def _by_question(lines: Lines) -> list[Lines]:
    found: dict[str, list[Answered]] = defaultdict(list)
    for line in lines:
        found[line.id].append(line)
    return list(found.values())


def _by_tag(lines: Lines) -> dict[str, list[Answered]]:
    found: dict[str, list[Answered]] = defaultdict(list)
    for line in lines:
        for tag in line.tags:
            found[tag].append(line)
    return found


def _counts(lines: Lines) -> dict[str, int]:
    outcomes = [line.outcome for line in lines]
    return {
        "answered": sum(line.is_answered for line in lines),
        "right": outcomes.count("right"),
        "correct": sum(line.correct is True for line in lines),
        "refused": outcomes.count("refused"),
        "asked_back": sum(line.asked_back for line in lines),
        "failed": sum(outcome in ("failed", "over_budget", "cancelled") for outcome in outcomes),
        "unscored": sum(line.correct is None for line in lines),
        "silent_errors": sum(line.silent for line in lines),
    }


def _rates(lines: Lines) -> dict[str, float | None]:
    answerable = [line for line in lines if line.expect == "answer"]
    return {
        "coverage": _rate(sum(line.is_answered for line in answerable), len(answerable)),
        "correct_rate": _correct_rate(lines),
        "silent_error_rate": _silent_rate(lines),
        **_found("refusal", lines, "refuse", lambda line: line.outcome == "refused"),
        **_found("ask", lines, "ask", lambda line: line.asked_back),
    }


def _found(name: str, lines: Lines, expected: str, did: Callable[[Answered], bool]) -> dict[str, float | None]:
    """Precision: of what was refused (or asked back), how much should be. Recall: of what should be, how much was."""
    wanted, done = [line for line in lines if line.expect == expected], [line for line in lines if did(line)]
    both = sum(line.expect == expected for line in done)
    return {f"{name}_precision": _rate(both, len(done)), f"{name}_recall": _rate(both, len(wanted))}


def _correct_rate(lines: Lines) -> float | None:
    scored = [line for line in lines if line.correct is not None]
    return _rate(sum(line.correct is True for line in scored), len(scored))


def _silent_rate(lines: Lines) -> float | None:
    """0 where nothing was answered: nothing was answered wrongly."""
    answered = sum(line.is_answered for line in lines)
    return _rate(sum(line.silent for line in lines), answered) if answered else 0.0


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _summed(lines: Lines, name: str) -> float:
    total = sum(line.usage.get(name) or 0 for line in lines)
    return round(total, 6) if isinstance(total, float) else total


def _latency(lines: Lines) -> dict[str, float | None]:
    seconds = [line.seconds for line in lines]
    return {name: _rounded(percentile(seconds, share)) for name, share in (("p50", 0.5), ("p95", 0.95))}


def _intervals(by_question: Sequence[Lines], *, several: bool) -> dict[str, list[float] | None]:
    """At 95 %. Of one trial Wilson's; of several a bootstrap over questions."""
    scored = [[line for line in each if line.correct is not None] for each in by_question]
    correct = [[float(line.correct is True) for line in each] for each in scored if each]
    silent = [kept for each in by_question if (kept := [float(line.silent) for line in each if line.is_answered])]
    return {"correct_rate": _interval(correct, several=several), "silent_error_rate": _interval(silent, several=several)}


def _interval(marks: Sequence[Sequence[float]], *, several: bool) -> list[float] | None:
    found: Interval | None
    if several:
        found = bootstrap(marks, lambda drawn: mean([mark for each in drawn for mark in each]))
    else:
        flat = [mark for each in marks for mark in each]
        found = wilson(round(sum(flat)), len(flat))
    return [round(end, 4) for end in found] if found else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
