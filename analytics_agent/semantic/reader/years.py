"""Periods of rows that are dated by a number: a column `year` has no days, so whole years are asked of it and nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.lexicon import Dimension, Lexicon
from analytics_agent.semantic.reader.reading import Refuse, Stop
from analytics_agent.semantic.reader.sentence import GROUPING, Sentence
from analytics_agent.semantic.reader.spans import Found
from analytics_agent.semantic.reader.words import Token, closed, stems
from analytics_agent.semantic.request import Filter

_BETWEEN = closed("in of is from between since before after until through the was with")
_SIDES = ("compare", "comparative", "change", "why", "growth", "contribute")
_SAID = {
    "=": ("in {0}", "{0}"),
    "between": ("from {0} to {1}", "{0} to {1}"),
    ">=": ("since {0}", "{0} or later"),
    "<=": ("up to and including {0}", "{0} or earlier"),
}
_DAY = timedelta(days=1)


def year_filters(sentence: Sentence, named: Sequence[Segment], fact: str, own: str | None, as_of: date | None) -> list[Filter]:
    """Conditions for periods that are years of a column: of one that is named right before them ("model year 2015"), or of the rows'
    own `year` where they have no date. What they account for is used up. Raises Stop for what whole years cannot say."""
    years = [d for d in sentence.lexicon.dimensions.values() if _is_year(d) and sentence.lexicon.reaches(fact, d.path)]
    found = []
    for segment in [s for s in named if s.period is not None and not s.period.earlier]:
        path = _named(sentence, segment, years) or (_bare(years, fact) if own is None else None)
        if path is not None and segment.period is not None:
            found.append(_filter(sentence, segment, segment.period, path, as_of))
            sentence.use(segment)
    if len(found) > 1:
        raise Stop(Refuse("Years of two periods are not set side by side here: ask for one, or split by year."))
    return found


def _is_year(dimension: Dimension) -> bool:
    words = dimension.label.lower().split()
    return dimension.role == "dimension" and "year" in words and not dimension.values and "fiscal" not in words


def _bare(years: Sequence[Dimension], fact: str) -> str | None:
    """The fact's own column that is called year and nothing else: a year of birth dates something else."""
    fits = [d.path for d in years if d.dataset == fact and d.label.lower() == "year"]
    return fits[0] if len(fits) == 1 else None


def _named(sentence: Sentence, period: Segment, years: Sequence[Dimension]) -> str | None:
    last = period.first - 1
    while last >= 0 and sentence.tokens[last].lower in _BETWEEN:
        last -= 1
    segment = next((s for s in sentence.segments if s.first <= last <= s.last), None) if last >= 0 else None
    fits = [m.name for m in segment.of("dimension") if m.name in {d.path for d in years}] if segment else []
    if segment is None or len(fits) != 1 or sentence.used(segment):
        return None
    if sentence.cue(segment) not in GROUPING:  # "by model year since 2015" is a split too
        sentence.use(segment)
    return fits[0]


def without_named_years(tokens: Sequence[Token], lexicon: Lexicon) -> tuple[Token, ...]:
    """The words for the calendar, which takes "year 2015" for a period: in "model year 2015" the year is the model's word."""
    return tuple(
        replace(t, lower="", stem="") if t.lower == "year" and _is_named(tokens, at, lexicon) else t for at, t in enumerate(tokens)
    )


def _is_named(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    for first in range(max(0, at - 2), at):
        words = stems(" ".join(token.lower for token in tokens[first : at + 1]))
        named = [m.name for m in lexicon.lookup(words) if m.kind == "dimension"]
        if any(_is_year(lexicon.dimensions[name]) for name in named if name in lexicon.dimensions):
            return True
    return False


def _filter(sentence: Sentence, segment: Segment, found: Found, path: str, as_of: date | None) -> Filter:
    whole, label = found.whole, sentence.lexicon.dimensions[path].label.lower()
    goes_on = whole.unit == "range" and ((as_of is not None and whole.end == as_of + _DAY) or whole.end == whole.start + _DAY)
    first, last = whole.start.year, (whole.end - _DAY).year
    begins, ends = found.is_open or _is_first(whole.start), goes_on or _is_first(whole.end)
    if (found.pair and sentence.has(*_SIDES)) or not begins or not ends:
        said = sentence.text(segment)
        raise Stop(
            Refuse(f"Of “{said}” only whole years are known here, by {label}: ask for one, “in 2015”, or split by year.", missing=said)
        )
    if found.is_open:
        return Filter(path, "<=", (last,))
    if goes_on and not _is_first(whole.end):
        return Filter(path, ">=", (first,))
    return Filter(path, "=", (first,)) if first == last else Filter(path, "between", (first, last))


def _is_first(day: date) -> bool:
    return (day.month, day.day) == (1, 1)


def in_years(sentence: Sentence, item: Filter) -> str:
    """A condition on a year as part of a sentence: "in 2015", "with model year 2010 or later"; nothing for any other."""
    dimension = sentence.lexicon.dimensions.get(item.field)
    if dimension is None or not _is_year(dimension) or item.op not in _SAID or not all(isinstance(value, int) for value in item.values):
        return ""
    bare, named = _SAID[item.op]
    label = dimension.label.lower()
    return bare.format(*item.values) if label == "year" else f"with {label} {named.format(*item.values)}"
