"""How many members pass a condition, and which have nothing: "how many customers ordered more than three times", "products without sales
in June", "in how many months was revenue above 100,000".

Such a question is read a second time, where it cannot be read as it stands: what is counted or listed is then a group, "once" and "never"
are limits of what is counted of it, and words that a metric takes together ("customers ordered") are read apart.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from analytics_agent.semantic.reader.cover import Segment, apart
from analytics_agent.semantic.reader.groups import Group, with_names
from analytics_agent.semantic.reader.lexicon import Lexicon, Metric
from analytics_agent.semantic.reader.listing import thing_of
from analytics_agent.semantic.reader.measures import ask_metric
from analytics_agent.semantic.reader.reading import Reading, ReadingKind, Refuse, Stop
from analytics_agent.semantic.reader.sentence import Sentence
from analytics_agent.semantic.reader.spans import Unclear
from analytics_agent.semantic.reader.thresholds import TIMES
from analytics_agent.semantic.reader.words import closed
from analytics_agent.semantic.request import Counted, Filter, Having, MetricRequest

_ONCE = {"once": "1", "twice": "2", "thrice": "3"}
_NUMBER = r"\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_WORDS = (
    (re.compile(r"\bnot (?:even )?(?:once|a single time)\b", re.IGNORECASE), "never"),
    (re.compile(r"\b(?:not a single|not one|(?<!\d[ ,.])(?:zero|0)(?= [a-z]))", re.IGNORECASE), "no"),
    (re.compile(r"\b(did not|didn'?t|never|haven'?t|have not|hasn'?t|has not) (\w+) anything\b", re.IGNORECASE), r"\1 \2"),
    (re.compile(r"\b(\w+) nothing\b(?! but)", re.IGNORECASE), r"never \1"),
    (
        re.compile(r"\b(once|twice|thrice)\b(?! (?:a|an|per|every|each|again|in an?)\b)", re.IGNORECASE),
        lambda m: f"{_ONCE[m[1].lower()]} times",
    ),
    (re.compile(rf"\b({_NUMBER}) (?:times? or more|or more times)\b", re.IGNORECASE), r"at least \1 times"),
    (re.compile(rf"\b(?:only|just|precisely) ({_NUMBER}) times?\b", re.IGNORECASE), r"exactly \1 times"),
)
MEMBERS = "Members: "
"""Begins the note that names the members and their condition; synthesize puts it into its first sentence."""
NO_MEMBERS = "The question does not ask about members that pass a condition."
"""Said to nobody: another reading of the question was refused before."""
_NUMBER_OF = "Number of "
_LIMITS = {">": "more than {}", ">=": "at least {}", "<": "fewer than {}", "<=": "at most {}", "=": "exactly {}"}
_TRAILING = closed("to from at in on with by for into")
_GOING = closed("to from into at")
_LIMITING = ("over", "under", "at_least", "at_most", "exactly", "within")
_AS_MANY = closed("as more less the higher lower larger smaller a an per every each")


@dataclass(frozen=True)
class Tally:
    """`thing` is what is counted (`is_count`) or listed; `nothing` are the words that say that there is none of what follows them."""

    thing: Segment
    is_count: bool
    nothing: tuple[Segment, ...]
    in_times: bool


def said_plainly(question: str) -> str:
    """ "once", "nothing", "zero" in words that have one form: "1 times", "never", "no"."""
    for pattern, said in _WORDS:
        question = pattern.sub(said, question)
    return question


def tally(sentence: Sentence) -> Tally | None:
    """What is counted or listed, and the words of the condition; both are accounted for. None where the question is no such one."""
    nothing = tuple(s for s in sentence.operators("not") if _is_measured(sentence, sentence.after(s)))
    counting = sentence.has("count") or any(_begins_by_counting(sentence, s) for s in sentence.segments)
    times = _times(sentence)
    if not (nothing or counting or times):
        return None
    _read_apart(sentence)
    nothing = tuple(s for s in sentence.operators("not") if _is_measured(sentence, sentence.after(s)))
    thing = _counted(sentence) or _listed(sentence)
    is_count = thing is not None and _counting(sentence, thing) is not None
    if thing is None or not (is_count or nothing or times):
        return None
    _no_end_left_open(sentence)
    sentence.use(*nothing)
    if counted := _counting(sentence, thing):
        sentence.use(*counted)
    sentence.unknown -= set(times)
    return Tally(thing, is_count, nothing, bool(times))


# the words


def _is_measured(sentence: Sentence, segment: Segment | None) -> bool:
    """A metric, or the records of one; a word that is a value too is one, unless it is typed as the metric is called."""
    if segment is None or not (segment.of("metric") or any(m.name in sentence.lexicon.facts for m in segment.of("dataset"))):
        return False
    typed = tuple(token.lower for token in sentence.words(segment))
    return not segment.of("value") or (any(m.words == typed for m in segment.of("metric")) and typed not in _typed_values(segment))


def _typed_values(segment: Segment) -> list[tuple[str, ...]]:
    return [m.words for m in segment.of("value")]


def _times(sentence: Sentence) -> tuple[int, ...]:
    """The places of "times" behind a number. A number without a comparison may be meant as the least or as the very number."""
    found = []
    for segment in sentence.segments:
        at = segment.last + 1
        word = sentence.tokens[at].lower if at < len(sentence.tokens) else ""
        behind = sentence.tokens[at + 1].lower if at + 1 < len(sentence.tokens) else ""
        if segment.number is None or word not in TIMES or behind in _AS_MANY:
            continue
        if not sentence.limits(segment):
            number = f"{segment.number:g}"
            said = {"1": "once", "2": "twice"}.get(number, f"{sentence.text(segment)} times")
            times = f"{number} time" if number == "1" else f"{number} times"
            readings = (f"exactly {times}: no more and no less", f"at least {times}: that often or more")
            raise Unclear(segment.first, at, f"What does “{said}” mean here?", readings)
        found.append(at)
    return tuple(found)


def _begins_by_counting(sentence: Sentence, segment: Segment) -> bool:
    first = [token.lower for token in sentence.words(segment)[:2]]
    return bool(segment.of("metric")) and first in (["how", "many"], ["number", "of"])


def _read_apart(sentence: Sentence) -> None:
    """ "how many stores", "customers who ordered": one metric by their model, and here a thing and what is said of it."""
    for segment in list(sentence.segments):
        metrics = [sentence.lexicon.metrics[m.name] for m in segment.of("metric")]
        together = any(m.is_count and m.additivity != "additive" for m in metrics) and len(sentence.content(segment)) > 1
        if together or _begins_by_counting(sentence, segment):
            parts = apart(sentence.tokens, sentence.lexicon, segment)
            place = sentence.segments.index(segment)
            sentence.segments[place : place + 1] = parts.segments
            sentence.unknown |= set(parts.unknown)


def _no_end_left_open(sentence: Sentence) -> None:
    """ "How many airports did JetBlue fly to more than 100 times": they are where it flies to, and nothing here says so."""
    limits = {s.first for s in sentence.segments if s.is_operator(*_LIMITING)}
    for at, token in enumerate(sentence.tokens):
        after = sentence.tokens[at + 1] if at + 1 < len(sentence.tokens) else None
        stands_alone = after is None or after.breaks or after.lower in _TRAILING or (token.lower in _GOING and at + 1 in limits)
        if token.lower in _TRAILING and stands_alone and not any(s.first <= at <= s.last for s in sentence.segments):
            reason = f"What stands behind “{token.surface}” is not said."
            raise Stop(Refuse(f"{reason} Put what is counted right before what it did, as in “how many customers ordered …”."))


# what is counted or listed


def _counting(sentence: Sentence, thing: Segment) -> tuple[Segment, ...] | None:
    """The words that ask how many there are of a thing: "how many", "how many different"."""
    before = sentence.before(thing)
    more: tuple[Segment, ...] = ()
    if before is not None and before.is_operator("distinct"):
        more, before = (before,), sentence.before(before)
    return (before, *more) if before is not None and before.is_operator("count") else None


def _counted(sentence: Sentence) -> Segment | None:
    return next((s for s in sentence.segments if _is_thing(sentence, s) and _counting(sentence, s)), None)


def _listed(sentence: Sentence) -> Segment | None:
    asked = (s for s in sentence.segments if sentence.cue(s) in ("which", "what") or (sentence.clause_start(s) and sentence.plural(s)))
    return next((s for s in asked if _is_thing(sentence, s)), None)


def _is_thing(sentence: Sentence, segment: Segment) -> bool:
    """Something of which there are several: no number, nothing that is either so or not."""
    if segment.of("grain"):
        return True
    dimensions = [sentence.lexicon.dimensions[m.name] for m in segment.of("dimension")]
    if any(d.role == "dimension" and d.type != "boolean" and (d.display or not d.numeric) for d in dimensions):
        return True
    return not dimensions and any(m.name in sentence.lexicon.keys for m in segment.of("dataset"))


# the request


def counting(sentence: Sentence, asked: Tally, metrics: tuple[Metric, ...]) -> tuple[Metric, ...]:
    """Rows are counted where there are none, and where something was done so many times: what was sold is then the lines that were."""
    records = [m.name for s in sentence.free() if s != asked.thing for m in s.of("dataset") if m.name in sentence.lexicon.facts]
    base = sentence.lexicon.base(records[0]) if len(set(records)) == 1 and not metrics else None
    metrics = (base,) if base else metrics
    if not metrics or set(records) - {metric.fact for metric in metrics}:
        raise Stop(Refuse(NO_MEMBERS))
    if len(metrics) > 1:
        raise Stop(Refuse("Members are counted by one measure at a time. Leave all but one of them out."))
    needs_count = asked.nothing or asked.in_times or not _has_limit(sentence)
    return tuple(_count_of(sentence, metric, asked) for metric in metrics) if needs_count else metrics


def _has_limit(sentence: Sentence) -> bool:
    return any(s.number is not None and sentence.limits(s) for s in sentence.segments)


def _count_of(sentence: Sentence, metric: Metric, asked: Tally) -> Metric:
    if metric.is_count and metric.additivity == "additive":
        return metric
    lexicon = sentence.lexicon
    same = [m for m in lexicon.metrics.values() if m.fact == metric.fact and m.is_count and m.additivity == "additive"]
    same = [m for m in same if set(m.conditions) == set(metric.conditions)]
    if metric.is_mean or metric.is_share or not same:
        reason = f"{metric.label} is no number of things, so it cannot be told where there is none of it."
        raise Stop(Refuse(f"{reason} Ask by a count, or give a limit: “below 1 %”.", instead=tuple(m.label for m in same)))
    base = lexicon.base(metric.fact)
    if asked.in_times and len(same) > 1:
        raise Stop(ask_metric(lexicon, "How often by which count?", [m.name for m in same]))
    if base is None or base not in same:
        raise Stop(Refuse(f"{metric.label} is no plain number of records, so who has any is not told by it.", instead=(metric.label,)))
    if asked.nothing and not metric.is_count and not _is_done(sentence, metric, base):
        reason = f"A record may have no {_small(metric.label)} and be one all the same, so who has none is not told by records alone."
        raise Stop(Refuse(f"{reason} Ask for {_small(metric.label)} of each, or by a count.", instead=(base.label,)))
    return base


def _is_done(sentence: Sentence, metric: Metric, base: Metric) -> bool:
    """ "without sales": what is added up is of each record that there is, by the very word."""
    said = {stem for s in sentence.segments if any(m.name == metric.name for m in s.of("metric")) for stem in sentence.content(s)}
    return bool(said & base.bag)


def conditions(asked: Tally, metrics: tuple[Metric, ...], limits: Sequence[Having]) -> list[Having]:
    """None of it, or at least one where no limit was named."""
    if asked.nothing:
        if limits:
            raise Stop(Refuse("The question sets a limit and says that there is none. Ask for one of them."))
        return [Having(metrics[0].name, "=", 0)]
    return list(limits) or [Having(metrics[0].name, ">=", 1)]


def is_bare(reading: Reading) -> bool:
    """Whether members are counted that have any row at all."""
    return [(having.op, having.value) for having in reading.request.having] == [(">=", 1)]


def tallied(
    sentence: Sentence, asked: Tally, reading: Reading, found: tuple[Group, ...], filters: list[Filter], as_of: date | None
) -> Reading:
    """The reading with what is counted, and with members that no row belongs to."""
    thing = next((group for group in found if group.segment == asked.thing), None)
    if thing is None:
        raise Stop(Refuse(f"What is asked is not known for each of the {sentence.text(asked.thing)}.", missing=sentence.text(asked.thing)))
    others = tuple(group.key for group in found if group is not thing)
    fact = sentence.lexicon.metrics[reading.request.metrics[0]].fact
    request = reading.request
    if asked.nothing:
        thing = _at_home(sentence, thing, fact)
        if ":" in thing.key:
            request = _within_a_period(request, as_of)
        else:
            _only_of_members(sentence, thing, others, filters, fact)
            request = replace(request, members=True, filters=tuple(f for f in request.filters if not _is_named(f, thing)))
    dimensions = _shown(sentence, thing, fact, members=request.members, counted=asked.is_count)
    request = replace(request, dimensions=(*with_names(sentence, list(others), fact), *dimensions), order_by=(), limit=None)
    kind: ReadingKind = "list"
    if asked.is_count:
        kind = "breakdown" if others else "value"
        request = replace(request, dimensions=(*others, *dimensions), counted=Counted(others))
    name = sentence.text(asked.thing)
    return replace(reading, kind=kind, request=replace(request, purpose=_purpose(sentence, asked, name)))


def _is_named(item: Filter, thing: Group) -> bool:
    """That a member is known, which each that is listed is."""
    return item.op == "not_null" and item.field.partition(".")[0] == thing.key.partition(".")[0]


def _at_home(sentence: Sentence, thing: Group, fact: str) -> Group:
    """By the key of its own records, not by what the rows of others say."""
    keys = [sentence.lexicon.keys[m.name] for m in thing.segment.of("dataset") if m.name in sentence.lexicon.keys]
    is_foreign = not thing.segment.of("dimension") and thing.key.partition(".")[0] == fact and keys
    return replace(thing, key=keys[0]) if is_foreign else thing


def _within_a_period(request: MetricRequest, as_of: date | None) -> MetricRequest:
    """Days without rows are known within a period alone, and not after the last day of the data."""
    if request.time is None:
        raise Stop(Refuse("Days or months without any rows can only be told within a period. Say which, as in “in 2025”."))
    end = min(request.time.end, as_of + timedelta(days=1)) if as_of else request.time.end
    return replace(request, time=replace(request.time, end=end), fill=True)


def _only_of_members(sentence: Sentence, thing: Group, others: Sequence[str], filters: Sequence[Filter], fact: str) -> None:
    """Who has none is told from a list of all of them. What narrows that list must be known of them, and not of the rows they lack."""
    lexicon, own = sentence.lexicon, thing.key.partition(".")[0]
    label, said = _small(lexicon.dimensions[thing.key].label), sentence.text(thing.segment)
    if own == fact:
        display = lexicon.dimensions[thing.key].display
        other = lexicon.dimensions[display].label if display in lexicon.dimensions else ""
        hint = f" Ask by {_small(other)} instead." if other and other != lexicon.dimensions[thing.key].label else ""
        reason = f"Which {said} have none is told from a list of all of them, and only those with records are known by {label}."
        raise Stop(Refuse(f"{reason}{hint}", instead=(other,) if hint else ()))
    if any(":" in key or key.partition(".")[0] not in (own, *lexicon.leads.get(own, ())) for key in others):
        raise Stop(Refuse(f"{said[:1].upper()}{said[1:]} without any records belong to no other group. Ask without the split."))
    for item in filters:
        dataset = item.field.partition(":")[0].partition(".")[0]
        if dataset not in (own, fact) and dataset in lexicon.leads.get(own, ()):
            about = _small(lexicon.dimensions[item.field].label)
            reason = f"It is not clear whether {about} says which {said} are meant or which records they lack."
            raise Stop(Refuse(f"{reason} Ask without it.", missing=about))


def _shown(sentence: Sentence, thing: Group, fact: str, *, members: bool, counted: bool) -> list[str]:
    """By what members are told apart: the name and the code of the thing's own dataset, and for a mere number the code alone."""
    names = with_names(sentence, [thing.key], fact) if ":" not in thing.key else [thing.key]
    if members:
        own = thing.key.partition(".")[0]
        names = [name for name in names if name.partition(".")[0] == own]
    return [_key(sentence, thing.key, names[0])] if counted else names


def _key(sentence: Sentence, path: str, first: str) -> str:
    """What tells members apart where their name is all that is known: two may be called alike."""
    own = first.partition(".")[0]
    is_name = ":" not in path and first.partition(":")[0] in sentence.lexicon.dimensions and thing_of(sentence, first) == own
    return sentence.lexicon.keys.get(own, first) if is_name else first


def _purpose(sentence: Sentence, asked: Tally, name: str) -> str:
    return f"{_NUMBER_OF}{name}" if asked.is_count else f"{name[:1].upper()}{name[1:]}"


def told(sentence: Sentence, asked: Tally, reading: Reading) -> tuple[str, ...]:
    """What was asked of them, in words that a sentence ends with; and who is not among them."""
    return _told(sentence.lexicon, sentence.text(asked.thing), reading.request)


def told_again(lexicon: Lexicon, before: MetricRequest, reading: Reading, as_of: date | None) -> Reading:
    """The same of members over another period, said as it was said before; `before` was read here, or was asked by somebody else."""
    request, title = reading.request, before.purpose
    request = _within_a_period(request, as_of) if request.fill else request
    if request.counted is not None and title.startswith(_NUMBER_OF):
        said = title.removeprefix(_NUMBER_OF)
    elif request.counted is None and title and " " not in title:
        said = _small(title)
    else:
        key = next(d for d in request.dimensions if request.counted is None or d not in request.counted.by)
        said = f"groups by {key.partition(':')[2] or _small(lexicon.dimensions[key].label)}"
    kind: ReadingKind = "list" if request.counted is None else "breakdown" if request.counted.by else "value"
    notes = (*reading.notes, *_told(lexicon, said, request)) if request.having else reading.notes
    return replace(reading, kind=kind, request=replace(request, purpose=title or request.purpose), notes=notes)


def _told(lexicon: Lexicon, said: str, request: MetricRequest) -> tuple[str, ...]:
    conditions_ = [_limit(lexicon.metrics[h.metric], h) for h in request.having]
    notes = [f"{MEMBERS}{said} with {' and '.join(conditions_)}"]
    return (*notes, *without_rows(lexicon, said, request))


def without_rows(lexicon: Lexicon, said: str, request: MetricRequest) -> tuple[str, ...]:
    """Who has few is told from rows: without any there is nothing to be few. Rows that a measure does not count are rows all the same."""
    few = next((h for h in request.having if h.op in ("<", "<=") and lexicon.metrics[h.metric].is_count), None)
    if few is None or request.members or request.fill:
        return ()
    return (f"Not among them: {said} without any record of {lexicon.metrics[few.metric].fact.replace('_', ' ')}, of whatever kind.",)


def _limit(metric: Metric, having: Having) -> str:
    """ "more than 3 orders", "no orders", "a return rate of more than 5 %"."""
    label = _small(metric.label)
    if (having.op, having.value) == ("=", 0):
        return f"no {label}"
    number = f"{having.value * 100:,.10g} %" if metric.is_share else f"{having.value:,.10g}"
    limit = _LIMITS[having.op].format(number)
    if not metric.is_count:
        return f"{label} of {limit}{'' if metric.is_share or not metric.unit else ' ' + metric.unit}"
    return f"{limit} {label.removesuffix('s') if having.value == 1 and not label.endswith('ss') else label}"


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
