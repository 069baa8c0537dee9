"""A ratio of two figures that the question names and no metric is: "the ratio of open shops to closed ones in Ulm, by year", "the
proportion of A out of all B".

It is tried where a question cannot be read otherwise. Each of the two is read as a question of its own, so that nothing of it is left over;
what stands behind the second is of both where both can be read with it ("in Ulm", "for each year"), and both then say the same by it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from analytics_agent.semantic.reader.lexicon import OWN_TIME, Lexicon, Metric
from analytics_agent.semantic.reader.reading import Ask, LookUp, Outcome, Reading
from analytics_agent.semantic.reader.tally import MEMBERS
from analytics_agent.semantic.reader.thresholds import whole
from analytics_agent.semantic.reader.words import is_verb_form, tokens
from analytics_agent.semantic.request import Counted, Figure, Filter, MetricRequest

Read = Callable[[str], Outcome]
_OPENING = (
    r"(?:what(?: is|'s| was| are| were)|calculate|compute|determine|get|give me|show(?: me)?|find|return|tell me|how (?:does|do|did))?"
)
_ASKED = re.compile(rf"^\s*{_OPENING}\s*(?:the\s+)?(?:ratio|proportion) of (?P<rest>.+?)[\s.?!]*$", re.IGNORECASE | re.DOTALL)
_VARIES = re.compile(
    r"\s(?:differ|vary|varies|compare)\s(?:by|across|among|over|with|between)\s(?:(?:the|all|different|various)\s)*", re.IGNORECASE
)
_JOINT = re.compile(r"\s(to|out of|per)\s", re.IGNORECASE)
_TAIL = re.compile(r"\s(?=(?:in|for|by|per|during|at|within|across|since|between)\s)", re.IGNORECASE)
_NUMBER_OF = re.compile(r"^(?:the\s+)?(?:total\s+)?(?:number|count)\s+of\s+", re.IGNORECASE)
_ALL = re.compile(r"^(?:the\s+)?(?:all|every|total)\s+(?:of\s+)?(?:the\s+)?", re.IGNORECASE)
_EVERYTHING = re.compile(r"\s(?:overall|in total|in the (?:whole )?(?:database|data))$", re.IGNORECASE)
_EACH = re.compile(
    r"^(?:(?:for|in|within|across|per|by)\s)?(?:each|every|per)\s|^per\s|^across\s(?:(?:the|all|different|various)\s)*", re.IGNORECASE
)
_ARTICLE = re.compile(r"^(?:the|its|their)\s", re.IGNORECASE)
_SENTENCE = re.compile(r"[.?!]\s")
_OF_ONE = ("average", "mean", "total")
MOST_CUTS = 6


@dataclass(frozen=True)
class Figures:
    """The two as they were read, and as they were called; `shared` is the first with what is said of both and of nothing else."""

    upper: Reading
    lower: Reading
    shared: Reading
    called: tuple[str, str, str]


def ratio_of(question: str, lexicon: Lexicon, read: Read) -> Outcome | None:
    """The ratio, or names to look up for it; None where it is none, or can be read in two ways."""
    asked = _ASKED.match(question)
    if asked is None:
        return None
    rest = _VARIES.sub(" by ", asked["rest"])
    splits = [(rest[: at.start()].strip(), at[1].lower(), rest[at.end() :].strip()) for at in _JOINT.finditer(rest)][:MOST_CUTS]
    found = [each for split in splits for each in _figures(*split, lexicon, read)]
    ratios = {str(replace(each.request, purpose="")): each for each in (_ratio(one, lexicon) for one in found) if each is not None}
    if len(ratios) == 1:
        return next(iter(ratios.values()))
    return next(_names(splits, read), None) if not ratios else None


def _figures(first: str, joint: str, second: str, lexicon: Lexicon, read: Read) -> Iterator[Figures]:
    for at in [None, *(cut.start() for cut in _TAIL.finditer(second))][: MOST_CUTS + 1]:
        body, tail = (second, "") if at is None else (second[:at].strip(), _EACH.sub("by ", second[at:].strip()))
        if not body or (tail and _ends_open(body)):
            continue
        (upper, one), (lower, other) = _read(first, tail, lexicon, read), _read(body, tail, lexicon, read)
        if one is None or other is None:
            continue
        if upper is not None and lower is not None:
            if _fit(upper, lower, joint) and (shared := _shared(upper, lower, one, other, lexicon)) is not None:
                yield Figures(upper, lower, shared, (first, body, tail))
        elif joint != "out of" and one.request.metrics != other.request.metrics:
            # "Population per area by state": which population it is, the state says.
            blank = [replace(each, request=replace(each.request, filters=(), dimensions=(), time=None)) for each in (one, other)]
            if (shared := _shared(blank[0], blank[1], one, other, lexicon)) is not None:
                yield Figures(blank[0], blank[1], shared, (first, body, tail))


def _names(splits: list[tuple[str, str, str]], read: Read) -> Iterator[LookUp]:
    for first, _, second in splits:
        for text in (first, second):
            yield from (outcome for asked in _questions(text) if isinstance(outcome := read(asked.format("")), LookUp))


def _questions(text: str) -> tuple[str, ...]:
    """A noun phrase as questions, with room for what is said of both figures: of things how many there are, of anything else what it is."""
    body = _EVERYTHING.sub("", text).replace("{", "").replace("}", "")
    counted = _NUMBER_OF.sub("", body)
    if counted != body:
        return (f"How many {counted}{{}}?",)
    return (f"How many {_ALL.sub('', body)}{{}}?", f"What is the {_ARTICLE.sub('', body)}{{}}?")


def _read(text: str, tail: str, lexicon: Lexicon, read: Read) -> tuple[Reading | None, Reading | None]:
    """One figure alone, and with the tail, each None where it is none or may be two. Both are asked for in the same way."""
    behind = f" {tail.replace('{', '').replace('}', '')}" if tail else ""
    forms = _questions(text)
    alone = _readable([read(form.format("")) for form in forms], lexicon, plain=True)
    kept = [form for form, found in zip(forms, alone, strict=True) if found is not None] or [*forms]
    whole = _readable([read(form.format(behind)) for form in kept], lexicon, plain=False)
    return _one(alone), _one(whole)


def _readable(outcomes: list[Outcome], lexicon: Lexicon, *, plain: bool) -> list[Reading | None]:
    """None for each that is no figure, and for all where the number of things may be two."""
    if isinstance(outcomes[0], Ask):
        return [None] * len(outcomes)
    return [_figure(outcome, lexicon, plain=plain) for outcome in outcomes]


def _one(found: list[Reading | None]) -> Reading | None:
    known = [each for each in found if each is not None]
    return known[0] if len({str(replace(each.request, purpose="")) for each in known}) == 1 else None


def _figure(outcome: Outcome, lexicon: Lexicon, *, plain: bool) -> Reading | None:
    """The outcome where it is one figure, by groups or not; `plain` has no period and no groups."""
    if not isinstance(outcome, Reading):
        return None
    outcome = _of_rows(outcome, lexicon)
    request = outcome.request
    bare = MetricRequest(request.purpose, request.metrics, request.dimensions, request.filters, request.time)
    is_alone = len(request.metrics) == 1 and not outcome.comparison and not outcome.drivers and not outcome.spelled
    return outcome if request == bare and is_alone and not (plain and (request.dimensions or request.time)) else None


def _of_rows(reading: Reading, lexicon: Lexicon) -> Reading:
    """How many things there are whose own number passes a limit, by rows: the mean of one record is its number, and so is its total."""
    request = reading.request
    limited = lexicon.metrics[request.metrics[0]]
    key, base = lexicon.keys.get(limited.fact), lexicon.base(limited.fact)
    called = {f"{mean} {d.label.lower()}": d for d in lexicon.dimensions.values() if d.dataset == limited.fact for mean in _OF_ONE}
    field = called.get(limited.label.lower())
    is_counted = request.counted == Counted() and request.dimensions == (key,) and len(request.having) == 1 and not request.members
    if not is_counted or field is None or base is None or limited.conditions or base.conditions:
        return reading
    limit = request.having[0]
    filters = (Filter(field.path, limit.op, (whole(limit.value),)), *(f for f in request.filters if f != Filter(str(key), "not_null")))
    plain = MetricRequest(request.purpose, (base.name,), filters=filters, time=request.time)
    kept = {name: getattr(request, name) for name in ("metrics", "filters", "dimensions", "having", "counted")}
    if request != replace(plain, **kept):
        return reading
    return replace(reading, request=plain, notes=tuple(n for n in reading.notes if not n.startswith((MEMBERS, f"{limited.label}:"))))


def _ends_open(body: str) -> bool:
    """ "papers published" in a year are not all papers, and the year is not of both."""
    last = tokens(body)[-1:]
    return not last or is_verb_form(last[0])


def _fit(upper: Reading, lower: Reading, joint: str) -> bool:
    """Both by conditions on the same fields, or a part by conditions and its whole without: what one alone has may be meant of both."""
    one, other = _fields(upper), _fields(lower)
    is_part = upper.request.metrics == lower.request.metrics and bool(one) and not other
    if joint == "out of" or is_part:
        return is_part
    is_same = upper.request.metrics == lower.request.metrics and upper.request.filters == lower.request.filters
    return one == other and not is_same


def _fields(reading: Reading) -> list[str]:
    return sorted(f.field for f in reading.request.filters)


def _shared(upper: Reading, lower: Reading, one: Reading, other: Reading, lexicon: Lexicon) -> Reading | None:
    """The first figure with what the tail says, where it says the same of both."""
    if one.request.metrics != upper.request.metrics or other.request.metrics != lower.request.metrics:
        return None
    said = [_beyond(whole.request.filters, alone.request.filters) for whole, alone in ((one, upper), (other, lower))]
    keys = [_keys(each.request, lexicon) for each in (one, other)]
    if said[0] is None or said[0] != said[1] or keys[0] != keys[1] or one.request.time != other.request.time:
        return None
    facts = {lexicon.metrics[each.request.metrics[0]].fact for each in (one, other)}
    if len(facts) > 1 and one.request.time is not None and one.request.time.field is not None:
        return None
    dimensions = one.request.dimensions if len(facts) == 1 else keys[0]
    return replace(one, request=replace(one.request, filters=said[0], dimensions=dimensions))


def _beyond(whole: tuple[Filter, ...], alone: tuple[Filter, ...]) -> tuple[Filter, ...] | None:
    """The filters that the tail adds, where it changes none of the others."""
    return tuple(f for f in whole if f not in alone) if set(alone) <= set(whole) else None


def _keys(request: MetricRequest, lexicon: Lexicon) -> tuple[str, ...]:
    """The dimensions, the fact's own time by its grain alone."""
    own = lexicon.facts.get(lexicon.metrics[request.metrics[0]].fact, {}).get("time")
    return tuple(key.replace(f"{own}:", f"{OWN_TIME}:", 1) if own and key.startswith(f"{own}:") else key for key in request.dimensions)


def _is_mixed(metrics: list[Metric], request: MetricRequest, lexicon: Lexicon) -> bool:
    """A mean over a total says nothing, unless each row of the answer is one record; nor does what is no ratio's part."""
    of_one_record = all(lexicon.keys.get(metric.fact) in request.dimensions for metric in metrics)
    is_mixed = len({metric.additivity == "additive" for metric in metrics}) > 1 and not of_one_record
    return is_mixed or any(metric.additivity == "semi_additive" or metric.is_share for metric in metrics)


def _known(found: Figures, lexicon: Lexicon) -> list[Filter]:
    """Of different records those of which the group is not known have nothing to do with one another."""
    facts = {lexicon.metrics[each.request.metrics[0]].fact for each in (found.upper, found.lower)}
    keys = [key for key in found.shared.request.dimensions if ":" not in key] if len(facts) > 1 else []
    return [Filter(key, "not_null") for key in keys if key not in [f.field for f in found.shared.request.filters]]


def _ratio(found: Figures, lexicon: Lexicon) -> Reading | None:
    request = found.shared.request
    if _is_mixed([lexicon.metrics[each.request.metrics[0]] for each in (found.upper, found.lower)], request, lexicon):
        return None
    sides: tuple[tuple[Reading, Figure], ...] = ((found.upper, "numerator"), (found.lower, "denominator"))
    own = tuple(replace(f, of=side) for reading, side in sides for f in reading.request.filters)
    upper, lower, tail = (_SENTENCE.split(_NUMBER_OF.sub("", text).strip())[0] for text in found.called)
    purpose = f"Ratio of {upper} to {lower} {tail}".strip()[:200]
    made = replace(
        request, purpose=purpose, filters=(*own, *request.filters, *_known(found, lexicon)), ratio_to=found.lower.request.metrics[0]
    )
    notes = dict.fromkeys(note for each in (found.shared, found.upper, found.lower) for note in each.notes if not note.startswith("Scope:"))
    scope = [note for note in found.shared.notes if note.startswith("Scope:") and not own]
    scope += [f"Scope: {tail}"] if own and tail and (request.filters or request.time) and not request.dimensions else []
    divided = f"Ratio: {upper} divided by {lower}."
    caveats = tuple(dict.fromkeys((*found.upper.caveats, *found.lower.caveats)))
    return replace(found.shared, request=made, notes=(*scope, divided, *notes), caveats=caveats)
