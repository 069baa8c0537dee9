"""How a question was read, in sentences for the asker: scope, definitions, conditions, and what the metrics leave out."""

from collections.abc import Sequence
from datetime import date, timedelta

from analytics_agent.domain.period import Span, called, day_called, is_whole, months_called
from analytics_agent.semantic.reader.conditions import Named
from analytics_agent.semantic.reader.lexicon import Metric
from analytics_agent.semantic.reader.periods import unit_span
from analytics_agent.semantic.reader.reading import Reading
from analytics_agent.semantic.reader.sentence import Sentence
from analytics_agent.semantic.reader.words import closed
from analytics_agent.semantic.reader.years import in_years
from analytics_agent.semantic.request import Filter, Period

SCOPE = "Scope: "
"""Begins the note that names the rows in question; synthesize puts it before its figures."""


def notes(sentence: Sentence, reading: Reading, metrics: tuple[Metric, ...], named: tuple[Named, ...]) -> tuple[str, ...]:
    scope = _scope(sentence, reading, named)
    defined = definitions(metrics)
    values = [_value(sentence, n) for n in named]
    compared = _compared(sentence, reading)
    others = [f for f in reading.request.filters if f.op not in _SAID and not _is_bound(sentence, f) and not in_years(sentence, f)]
    conditions = [_condition(sentence, f) for f in others]
    dates = [f"Dates: by {_small(sentence.lexicon.dimensions[field].label)}."] if (field := _other_date(sentence, reading)) else []
    return tuple(dict.fromkeys([*([SCOPE + scope] if scope else []), *defined, *values, *compared, *conditions, *dates]))


def _other_date(sentence: Sentence, reading: Reading) -> str | None:
    """The date that a period is of, where it is not the one that is meant when nothing is said."""
    field = reading.request.time.field if reading.request.time else None
    return field if field in sentence.lexicon.dimensions else None


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def definitions(metrics: tuple[Metric, ...]) -> list[str]:
    """What each measure is, and who vouches for that. Of a draft its own figures say that nobody has reviewed it."""
    return [f"{m.label}: {m.description}{_vouched(m)}" for m in metrics if m.description or _vouched(m)]


def _vouched(metric: Metric) -> str:
    if metric.status != "certified":
        return ""
    return f" Certified by {metric.vouched_by}." if metric.vouched_by else " Certified."


def _compared(sentence: Sentence, reading: Reading) -> list[str]:
    """A "why" says what it was compared with, which the question need not have said."""
    if reading.kind != "why" or reading.comparison is None:
        return []
    now, before = (_side(sentence, reading.comparison.field, side) for side in (reading.comparison.now, reading.comparison.before))
    return [f"Compared: {now} with {before}."]


def _side(sentence: Sentence, field: str, value: str) -> str:
    """A period as it is written, a season or a month by its name."""
    path, _, unit = field.partition(":")
    if not unit:
        words = sentence.lexicon.dimensions[path].values.get(value, ()) if value.isdigit() else ()
        return words[0] if words else value
    whole = unit_span(date.fromisoformat(value), unit, 0)
    return span(Period(whole.start, whole.end))


_SAID = frozenset({"=", "in", "!=", "not_in", "not_null"})
"""What the scope and the values say already."""
_PREPOSITIONS = closed("in at from to on with during")
_OPENERS = closed("when in at on before after during with without")


def _scope(sentence: Sentence, reading: Reading, named: tuple[Named, ...]) -> str:
    """The rows in question as an opening of a sentence, in the asker's own words: "for Newark in July 2013"."""
    compared = reading.comparison.field if reading.comparison else None
    sides = set(reading.request.dimensions) if reading.kind in ("comparison", "share") else set()
    places = _places(sentence, [n for n in named if n.path != compared and n.path not in sides])
    period = [dated(reading.request.time)] if reading.request.time and (compared is None or ":" not in compared) else []
    years = [said for each in reading.request.filters if (said := in_years(sentence, each))]
    return " ".join([*dict.fromkeys(places), *period, *_up_to(sentence, reading.request.filters), *years])


def _up_to(sentence: Sentence, filters: tuple[Filter, ...]) -> list[str]:
    """A period without a beginning."""
    return [up_to(f) for f in filters if _is_bound(sentence, f)]


def up_to(bound: Filter) -> str:
    return f"up to and including {day_called(date.fromisoformat(str(bound.values[0])) - timedelta(days=1))}"


def _is_bound(sentence: Sentence, item: Filter) -> bool:
    """The end of a period without a beginning, which belongs to the scope."""
    dimension = sentence.lexicon.dimensions.get(item.field)
    return item.op == "<" and dimension is not None and dimension.role == "time" and isinstance(item.values[0], str)


def _places(sentence: Sentence, named: Sequence[Named]) -> list[str]:
    """ "from Germany or France": values that stand in one list share their preposition."""
    places: list[str] = []
    for left, right in zip((None, *named), named, strict=False):
        if left is not None and left.path == right.path and left.negated == right.negated and places:
            joint = "or" if "or" in sentence.between(left.segment, right.segment) else "and"
            places[-1] = f"{places[-1]} {joint} {sentence.text(right.segment)}"
        else:
            places.append(_place(sentence, right))
    return places


def _place(sentence: Sentence, named: Named) -> str:
    text = sentence.text(named.segment)
    if text.split()[0].lower() in _OPENERS:
        return text
    cue = sentence.cue(named.segment)
    preposition = "for all but" if named.negated else cue if cue in _PREPOSITIONS else "for"
    return f"{preposition} {text}"


def dated(period: Period) -> str:
    """in July 2013; on 4 July 2013; from 10 to 20 November."""
    text = span(period)
    if " to " in text:
        return f"from {text}"
    return f"on {text}" if (period.end - period.start).days == 1 else f"in {text}"


def _value(sentence: Sentence, named: Named) -> str:
    label = sentence.lexicon.dimensions[named.path].label
    joiner = "is known and is not" if named.negated else "is"  # a comparison with nothing is never true: such rows are left out too
    return f"“{sentence.text(named.segment)}”: {label[:1].lower()}{label[1:]} {joiner} {' or '.join(named.values)}."


def _condition(sentence: Sentence, f: Filter) -> str:
    dimension = sentence.lexicon.dimensions[f.field]
    words = {"is_null": "is empty", ">": "over", "<": "under", ">=": "at least", "<=": "at most"}
    values = (" and " if f.op == "between" else " ").join(
        f"{v:,}" if isinstance(v, int | float) and dimension.unit else str(v) for v in f.values
    )
    return f"{dimension.label} {words.get(f.op, f.op)} {values} {dimension.unit or '' if f.values else ''}".strip() + "."


def spelling_notes(sentence: Sentence) -> tuple[str, ...]:
    return tuple(f"Spelling: “{typed}” is read as {word}." for typed, word in sentence.spelled)


def caveats(metrics: tuple[Metric, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for m in metrics for text in m.caveats))


def span(period: Period) -> str:
    """July 2013; 2013; 4 July 2013; July to September 2013; 10 to 20 November 2013 in full."""
    start, last = period.start, period.end - timedelta(days=1)
    if start == last:
        return day_called(start)
    if start.day == 1 and period.end.day == 1 and (start.year, start.month) == (last.year, last.month):
        return f"{start:%B} {start.year}"
    if (start.month, start.day, period.end.month, period.end.day) == (1, 1, 1, 1) and start.year == last.year:
        return str(start.year)
    whole = Span(start, period.end)
    if is_whole(whole, "month"):
        return called(whole) if is_whole(whole, "year") else months_called(whole)
    return f"{day_called(start)} to {day_called(last)}"
