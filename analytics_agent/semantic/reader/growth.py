"""Figures beside those of an earlier period: "month over month", "compared to the previous year", "growth of revenue by region in 2025".

Two periods that are both named are read in shape.py; here one is, and the other lies before it.
"""

from dataclasses import dataclass, field, replace

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.lexicon import Metric
from analytics_agent.semantic.reader.periods import Found
from analytics_agent.semantic.reader.ranking import Ranking
from analytics_agent.semantic.reader.reading import Ask, Refuse, Stop
from analytics_agent.semantic.reader.sentence import Sentence
from analytics_agent.semantic.request import Compared, Order

_UNITS = ("day", "week", "month", "quarter", "year")
_ON, _THAN = tuple(f"on_{unit}" for unit in _UNITS), tuple(f"than_{unit}" for unit in _UNITS)
LONGEST_STEP = 31
"""Days of a period that is one step of a course, and none by itself."""
_GROWTH = ("growth", "growth_rate", "fastest")
_LOOSE = {"previous", "prior", "preceding", "last"}
_DOWN = {
    "decline",
    "declines",
    "declined",
    "decrease",
    "decreases",
    "decreased",
    "drop",
    "drops",
    "dropped",
    "fall",
    "falls",
    "fell",
    "fallen",
}


@dataclass(frozen=True)
class Grown:
    """`compare` of the request; `grain` is the time that the rows are split by for it, `periods` what is left of those that were named."""

    compare: Compared
    periods: list[Found]
    grain: str = ""
    order: tuple[Order, ...] = field(default=())


def grown(
    sentence: Sentence,
    metrics: tuple[Metric, ...],
    groups: list[str],
    periods: list[Found],
    earlier: Compared | None,
    ranking: Ranking | None,
) -> Grown | None:
    """How figures are to be compared with earlier ones, where one of the phrases for it is there. `earlier` is what the period says by
    itself ("the same month last year"). Stops where it is not clear how."""
    named, own = _referred(sentence, periods)
    units = list(
        dict.fromkeys([op[3:] for op in _ON if sentence.operators(op)] + [op[5:] for op in _THAN if sentence.operators(op)] + named)
    )
    is_growth = bool(sentence.operators(*_GROWTH)) or sentence.in_percent or _moved(sentence, groups, periods, ranking)
    if not (earlier or units or is_growth):
        return None
    if not units and not earlier and (pair := _pair(own)) is not None:
        earlier, own = _between(pair), [pair[1]]
    if len(units) + bool(earlier) > 1:
        raise Stop(Refuse("The question compares with more than one earlier period. Ask for one comparison at a time."))
    time = next((key.partition(":")[2] for key in groups if ":" in key), "")
    whole = _whole(own)
    grain, compare = ("", earlier) if earlier else _compared(units, whole, time, is_noun=sentence.has(*_GROWTH))
    order = _ordered(sentence, metrics, ranking)
    if sentence.in_percent:
        sentence.take("share")
    sentence.take(*_ON, *_THAN, *_GROWTH, "in_figures", "change", "compare", "comparative", "trend")
    return Grown(compare, own, grain, order)


def _pair(own: list[Found]) -> tuple[Found, Found] | None:
    """Two periods that were both named: "growth from January to February"."""
    if len(own) == 1 and own[0].pair and len(own[0].spans) == 2:
        first, second = own[0].spans
        return replace(own[0], spans=(first,), pair=False), replace(own[0], spans=(second,), pair=False)
    if len(own) == 2 and all(len(each.spans) == 1 for each in own):
        before, now = sorted(own, key=lambda each: each.whole.start)
        return before, now
    return None


def _between(pair: tuple[Found, Found]) -> Compared:
    """How the later of two periods finds the earlier one."""
    before, now = (each.whole for each in pair)
    if before.unit == now.unit and before.end == now.start and before.unit in _UNITS:
        return "previous_period"
    if before.unit == now.unit and before.moved(1) == now:
        return "previous_year"
    raise Stop(Refuse("Growth is told from one period to the next, or from a year before. Name two such periods, or compare the two."))


def _moved(sentence: Sentence, groups: list[str], periods: list[Found], ranking: Ranking | None) -> bool:
    """ "did orders rise in May" and "which region declined most in 2025": a change in one period. Over a longer one it is its course."""
    if ranking is not None and any(_is_superlative(sentence, s) for s in sentence.operators("change")):
        return True
    if not sentence.operators("change") or len(periods) != 1 or len(periods[0].spans) != 1 or sentence.has("trend", "compare"):
        return False
    span = periods[0].spans[0]
    is_short = (span.end - span.start).days <= LONGEST_STEP and not any(":" in key for key in groups)
    return ranking is not None or is_short


def _is_superlative(sentence: Sentence, change: Segment) -> bool:
    """ "the biggest drop", "dropped the most": what is ranked is the change, whatever periods are named."""
    left, right = sentence.before(change), sentence.after(change)
    return (left is not None and left.is_operator("most", "least", "top")) or (right is not None and right.is_operator("most", "least"))


def _referred(sentence: Sentence, own: list[Found]) -> tuple[list[str], list[Found]]:
    """In "June 2025 against the previous month" the second is May, whatever day it is today. "Last year" is so beside something shorter."""
    if len(own) != 2:
        return [], own
    first, second = own
    words = [t.lower for t in sentence.tokens[second.first : second.last + 1] if t.lower != "the"]
    if len(words) != 2 or words[0] not in _LOOSE or words[1] not in _UNITS or len(first.spans) != 1:
        return [], own
    if words[0] == "last" and not (words[1] == "year" and first.whole.unit != "year" and first.spans[0].dated):
        return [], own
    return [words[1]], [first]


def _whole(own: list[Found]) -> Found:
    if len(own) == 1:
        return own[0]
    if own:
        raise Stop(Refuse("Figures are compared with earlier ones for one period at a time. Name one."))
    advice = "Say the period that is compared with the one before it: “… in 2025”, “… last month”."
    raise Stop(Refuse(f"From when to when is not said. {advice}", missing="a period"))


def _compared(units: list[str], whole: Found, time: str, *, is_noun: bool) -> tuple[str, Compared]:
    """(grain to add, what each row is compared with). "Did it rise in May" is since April; "the growth in May" does not say."""
    unit = whole.whole.unit
    if units:
        return _by_unit(units[0], unit, time)
    if time or unit == "year" or not is_noun:
        return "", "previous_period"
    before = f"the {unit} before" if unit in _UNITS else "the period before"
    readings = (f"Compared to {before}: the growth since then", "Compared to the same period of the previous year: the growth over a year")
    raise Stop(Ask("Growth since when?", readings))


def _by_unit(wanted: str, unit: str, time: str) -> tuple[str, Compared]:
    if time == wanted or (not time and unit == wanted):
        return "", "previous_period"
    if wanted == "year":
        return "", "previous_year"
    if not time and _UNITS.index(wanted) < (_UNITS.index(unit) if unit in _UNITS else len(_UNITS)):
        return wanted, "previous_period"
    raise Stop(Refuse(f"A {time or unit} has no {wanted} before it to be compared with. Name a {wanted}, or ask by {wanted}."))


def _ordered(sentence: Sentence, metrics: tuple[Metric, ...], ranking: Ranking | None) -> tuple[Order, ...]:
    """ "grew fastest" is by percent; "grew most" does not say."""
    if ranking is None:
        return ()
    percent, figures = sentence.has("growth_rate", "fastest") or sentence.in_percent, sentence.has("in_figures")
    if not (percent or figures or sentence.has("growth", "change")):
        return ()
    if percent == figures:
        label = metrics[0].label
        readings = (f"Growth rate: {label} by its change in percent", f"Absolute growth: {label} by the change itself")
        raise Stop(Ask("Most in percent, or in figures?", readings))
    falls = any(t.lower in _DOWN for t in sentence.tokens)
    way = "asc" if (ranking.direction == "desc") == falls else "desc"
    return (Order(f"{metrics[0].name}_{'percent_change' if percent else 'change'}", way),)  # type: ignore[arg-type]
