"""Two evaluations of one suite compared question by question: what became better, what worse, and whether that is more than chance."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from analytics_agent.errors import AskerError
from analytics_agent.evals.intervals import bootstrap, mcnemar, mean
from analytics_agent.evals.score import Answered

Lines = Sequence[Answered]


@dataclass(frozen=True)
class Pair:
    """One question in both, with all its trials."""

    id: str
    before: Lines
    after: Lines

    @property
    def gain(self) -> float:
        return _share(self.after) - _share(self.before)


def difference(before: Lines, after: Lines) -> dict[str, Any]:
    """What changed from one to the other, over the questions that both have and could score.

    One trial each: McNemar's exact test on the questions that changed. Several: the interval of the mean gain, by a bootstrap over
    questions. Cost and seconds are means of a question's change. Raises AskerError where they share no question.
    """
    pairs = _pairs(before, after)
    scored = [pair for pair in pairs if _scored(pair.before) and _scored(pair.after)]
    better = [pair for pair in scored if pair.gain > 0]
    worse = [pair for pair in scored if pair.gain < 0]
    return {
        "questions": len(pairs),
        "only_before": len({line.id for line in before} - {pair.id for pair in pairs}),
        "only_after": len({line.id for line in after} - {pair.id for pair in pairs}),
        "correct_rate": _change(scored, lambda lines: _share(lines)),
        "significance": _significance(scored, better, worse),
        "better": [_told(pair) for pair in better],
        "worse": [_told(pair) for pair in worse],
        "otherwise": [_told(pair) for pair in pairs if pair.gain == 0 and _ended(pair.before) != _ended(pair.after)],
        "silent_errors": {"before": _silent(pair.before for pair in pairs), "after": _silent(pair.after for pair in pairs)},
        "cost_usd": _change(pairs, lambda lines: mean([line.usage.get("cost_usd") or 0.0 for line in lines])),
        "seconds": _change(pairs, lambda lines: mean([line.seconds for line in lines])),
    }


def _pairs(before: Lines, after: Lines) -> list[Pair]:
    first, second = _by_id(before), _by_id(after)
    shared = [name for name in first if name in second]
    if not shared:
        raise AskerError("The two evaluations have no question in common.", hint="Compare two of the same suite.")
    for name in shared:
        if first[name][0].question != second[name][0].question:
            raise AskerError(f"The two evaluations ask {name!r} otherwise.", hint="Compare two of the same suite.")
    return [Pair(name, first[name], second[name]) for name in shared]


def _by_id(lines: Lines) -> dict[str, list[Answered]]:
    found: dict[str, list[Answered]] = defaultdict(list)
    for line in lines:
        found[line.id].append(line)
    return found


def _significance(scored: Sequence[Pair], better: Sequence[Pair], worse: Sequence[Pair]) -> dict[str, Any]:
    several = any(len(lines) > 1 for pair in scored for lines in (pair.before, pair.after))
    interval = bootstrap(scored, lambda drawn: mean([pair.gain for pair in drawn]))
    figures: dict[str, Any] = {
        "better": len(better),
        "worse": len(worse),
        "interval": [round(end, 4) for end in interval] if interval else None,
    }
    if several:
        certain = interval is not None and (interval[0] > 0 or interval[1] < 0)
        return {"method": "bootstrap over questions", **figures, "p": None, "certain": certain}
    p = mcnemar(len(better), len(worse))
    return {"method": "McNemar, exact", **figures, "p": round(p, 4), "certain": p < 0.05}


def _change(pairs: Sequence[Pair], figure: Callable[[Lines], float]) -> dict[str, Any]:
    """The mean of a figure before and after, and the 95 % interval of its mean change per question."""
    changes = [figure(pair.after) - figure(pair.before) for pair in pairs]
    interval = bootstrap(changes, mean)
    return {
        "before": round(mean([figure(pair.before) for pair in pairs]), 6),
        "after": round(mean([figure(pair.after) for pair in pairs]), 6),
        "change": round(mean(changes), 6),
        "interval": [round(end, 6) for end in interval] if interval else None,
    }


def _told(pair: Pair) -> dict[str, Any]:
    return {"id": pair.id, "question": pair.after[0].question, "before": _ended(pair.before), "after": _ended(pair.after)}


def _ended(lines: Lines) -> str:
    """In a word; of several trials each word with how often."""
    words = [line.outcome for line in lines]
    return words[0] if len(set(words)) == 1 else ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))


def _scored(lines: Lines) -> bool:
    return any(line.correct is not None for line in lines)


def _share(lines: Lines) -> float:
    return mean([float(line.correct) for line in lines if line.correct is not None])


def _silent(each: Any) -> int:
    return sum(line.silent for lines in each for line in lines)
