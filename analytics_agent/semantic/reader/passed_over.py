"""A last look at a reading that stands: words that change what is asked for, and that no part of the request carries out.

A rule may take such a word for its own and still leave undone what it says: "the three longest", "all three", "each January", "more in
one than in the other", a second question behind "and". What is asked then is another question, and it is refused.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.ends import out_of_place
from analytics_agent.semantic.reader.groups import Group
from analytics_agent.semantic.reader.lexicon import UNIT_WORDS, Metric
from analytics_agent.semantic.reader.reading import Reading, Refuse, Stop
from analytics_agent.semantic.reader.sentence import Sentence
from analytics_agent.semantic.reader.words import closed, stems

_EACH = closed("each every")
_JOINTS = closed("and but yet though although or")
_AVERAGES = closed("average avg mean typical")
_PLACES = closed("from to in at on with through into during")
_BY = closed("by per each every for")
_ASKED = (
    r"how (?:many|much|often|long|far|late)|(?:what|the|its|their|a)(?: \w+)? (?:share|percentage|percent|proportion|fraction|total|sum|"
    r"average|mean|median|number|count|rate|ratio|difference)"
)
_SECOND = re.compile(rf"(?<=[\w,] )(?:and|plus|also|then)(?: also| then| of those| of them)?,? (?:{_ASKED})\b")
_N = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|best|worst|biggest|largest|smallest|highest|lowest|busiest)"
_OF_THE_FIRST = re.compile(
    rf"\b(?:total|sum|average|mean|median)(?: \w+)?(?: \w+)? of (?:the |our )?(?:top|bottom|first|last|{_N})\b"
    rf"|\b(?:top|bottom|first|{_N})\b.* (?:combined|together|jointly|altogether|taken together|in total|in sum)\b"
)
_THESE = r"(?:them|those|these)"
_THEM = re.compile(
    rf"(?:^|[.?!;:] *|, *|\band )(?:please )?(?:count {_THESE}|how many|how many (?:are|were|is|was) (?:there|they|those|these|it)|"
    rf"how many of {_THESE}(?: (?:are|were) there)?|(?:(?:what is |give me )?(?:the|their) )?(?:number|count)(?: of {_THESE})?)\W*$"
)


def nothing_passed_over(sentence: Sentence, reading: Reading, metrics: tuple[Metric, ...], found: tuple[Group, ...]) -> None:
    """Raises Stop where a word asks for what the reading does not give."""
    reason = next(_left_undone(sentence, reading, metrics, found), None)
    if reason is not None:
        raise Stop(Refuse(reason))


def _left_undone(sentence: Sentence, reading: Reading, metrics: tuple[Metric, ...], found: tuple[Group, ...]) -> Iterator[str]:
    text = _text(sentence)
    yield from _two_questions(text, metrics)
    yield from _counted_after_all(text, reading)
    yield from _of_the_first(text, reading)
    yield from _one_of_its_own_ranking(sentence, reading)
    yield from _each_of_a_period(sentence)
    yield from _numbers(sentence, reading, metrics)
    yield from _changed(sentence, reading)
    yield from _more_than(sentence, reading, found)
    yield from _all_of_them(sentence, reading, found)
    yield from _difference(sentence, reading)
    yield from _mean_of_means(sentence, metrics)
    yield from _two_conditions(sentence, metrics)
    yield from _each_record(sentence, metrics, found)
    yield from _highest_of_each(sentence, reading, metrics, found)
    yield from _none_of_a_kind(sentence, found)
    yield from _with_and_without(text)
    yield from _each_with_its_own(sentence, metrics, found)
    yield from _no_one_time(sentence)
    yield from _and_when(text)
    yield from _per_nothing(sentence, found)
    yield from _with_the_most(sentence, found)
    yield from _sized_by(sentence, reading, found)
    yield from _those_as_well(sentence, metrics)
    yield from _another_sentence(sentence, metrics)
    yield from out_of_place(sentence, reading, metrics, found)


def _text(sentence: Sentence) -> str:
    """The question in lower case, a dot before each clause but the first."""
    words = ((". " if token.breaks and at else ", " if token.comma else " ") + token.lower for at, token in enumerate(sentence.tokens))
    return "".join(words).replace(" .", ".").replace(" ,", ",").strip()


def _two_questions(text: str, metrics: tuple[Metric, ...]) -> Iterator[str]:
    """ "the number of orders, and how many of them were cancelled": two figures, of which one measure gives one."""
    match = _SECOND.search(text)
    in_units = match is not None and set(text[match.end() :].split()[:1]) & set(UNIT_WORDS.get(metrics[0].unit or "", "").split())
    if match is not None and len(metrics) < 2 and not in_units:
        yield f"“{match[0]} …” asks for something more. Ask for one thing after the other."


def _counted_after_all(text: str, reading: Reading) -> Iterator[str]:
    """ "There were days with many orders. Count them.": a number of days, and no list of them."""
    if _THEM.search(text) and reading.request.having and reading.request.counted is None:
        yield "It is asked how many there are, and of what is not said beside it. Ask in one sentence: “how many … had more than …”."


def _of_the_first(text: str, reading: Reading) -> Iterator[str]:
    """ "the total of the top five", "the share that the top five have": one figure of them all, and each has its own here."""
    request = reading.request
    several = reading.kind == "ranking" and (request.limit or 0) > 1 and request.top is None
    if several and (_OF_THE_FIRST.search(text) or (request.share_of is not None and not re.search(r"\b(?:each|every|individual)", text))):
        yield "The first few are listed one by one here, and not put into one figure. Ask for the first few, or name them as a condition."


def _one_of_its_own_ranking(sentence: Sentence, reading: Reading) -> Iterator[str]:
    """ "Rank Vienna among the regions": a list of Vienna alone has it first, whatever its place is."""
    if reading.kind != "ranking":
        return
    keys = {sentence.lexicon.code_of(key) for key in reading.request.dimensions}
    for item in reading.request.filters:
        if item.op == "=" and sentence.lexicon.code_of(item.field) in keys:
            yield f"The place of {item.values[0]} among the others is not worked out here. Ask for all of them in their order."


def _each_of_a_period(sentence: Sentence) -> Iterator[str]:
    """ "each January", "on the last day of each month", "every Monday": several periods, or one figure of them all."""
    for segment in sentence.segments:
        behind = [token.lower for token in sentence.tokens[segment.last + 1 : segment.last + 3]]
        is_calendar = any(sentence.lexicon.dimensions[m.name].is_calendar for m in segment.of("value"))
        repeated = sentence.cue(segment) in _EACH or (segment.period is not None and behind in (["of", "each"], ["of", "every"]))
        if repeated and (segment.period is not None or is_calendar) and not segment.of("grain"):
            said = sentence.text(segment)
            yield f"“{said}” may be meant of each one by itself here. Ask for “{said}” of one period, or for a split by day, month or year."


def _numbers(sentence: Sentence, reading: Reading, metrics: tuple[Metric, ...]) -> Iterator[str]:
    """ "the three longest delays": so many rows are wanted, and one figure holds none."""
    if reading.kind != "value" or reading.request.counted is not None:
        return
    for segment in sentence.segments:
        after = sentence.after(segment)
        if segment.number is None or segment.number < 2 or after is None or sentence.limits(segment):
            continue
        if any(m.name in {metric.name for metric in metrics} for m in after.of("metric")) and sentence.used(segment):
            yield f"“{sentence.text(segment)} {sentence.text(after)}” wants single records, and these are not listed here."


def _changed(sentence: Sentence, reading: Reading) -> Iterator[str]:
    """ "How many regions grew": a condition on a change, which no limit of a figure says."""
    if (reading.request.counted is not None or reading.request.members) and sentence.has("change", "growth", "growth_rate", "fastest"):
        yield "How many grew or fell is not counted here. Ask for the growth of each, or for a comparison of two periods."


def _more_than(sentence: Sentence, reading: Reading, found: tuple[Group, ...]) -> Iterator[str]:
    """ "Which categories had more returns in May than in June": those where that is so, and not a list of all."""
    words = [token.lower for token in sentence.tokens]
    groups = [g for g in found if ":" not in g.key and sentence.cue(g.segment) not in _BY]
    if reading.kind == "comparison" and "than" in words and groups:
        said = sentence.text(groups[0].segment)
        yield f"Only those {said} where one is more than the other cannot be chosen here. Say “compare … by {said}” to see both of each."


def _all_of_them(sentence: Sentence, reading: Reading, found: tuple[Group, ...]) -> Iterator[str]:
    """ "Which airlines fly from all three airports", "customers who ordered in every month": those that do so in all, and not what is
    done in each."""
    relative = next((at for at, token in enumerate(sentence.tokens) if token.lower in ("which", "what", "who", "that")), None)
    if not found or reading.kind == "ranking" or relative is None:
        return
    for group in found:
        before = [token.lower for token in sentence.tokens[max(group.segment.first - 4, 0) : group.segment.first]]
        at = next((i for i, word in enumerate(before) if word in ("all", "both", "every")), None)
        if at and before[at - 1] in _PLACES and relative < group.segment.first - 1:
            said = sentence.text(group.segment)
            yield f"Those that are so for every one of “{said}” cannot be chosen here. Ask for one of them at a time."


def _difference(sentence: Sentence, reading: Reading) -> Iterator[str]:
    """ "the difference between fees and amounts": no two sides were found that differ."""
    if reading.kind in ("comparison", "growth", "why"):
        return
    for segment in sentence.segments:
        said = sentence.text(segment).lower()
        behind = [token.lower for token in sentence.tokens[segment.last + 1 :]]
        if segment.is_operator("compare") and said.startswith("difference") and "and" in behind and len(reading.request.metrics) < 2:
            yield "The two sides of the difference are not both understood. Ask for each of the two."


def _mean_of_means(sentence: Sentence, metrics: tuple[Metric, ...]) -> Iterator[str]:
    """ "the average of daily mean delays" takes a mean twice."""
    said = [token.lower for token in sentence.tokens if token.lower in _AVERAGES | {"median"}]
    grains = any(s.of("grain") for s in sentence.segments)
    if len(metrics) == 1 and len(said) > 1 and grains:
        yield "A mean of means is not worked out here. Ask for the mean itself, or for one of each day, month or year."


def _two_conditions(sentence: Sentence, metrics: tuple[Metric, ...]) -> Iterator[str]:
    """ "flights that left on time and arrived late" must be both; two figures side by side are of others."""
    measured = [s for s in sentence.segments if any(m.name in {metric.name for metric in metrics} for m in s.of("metric"))]
    for left, right in pairwise(measured):
        between = [token.lower for token in sentence.tokens[left.last + 1 : right.first]]
        within = {token.lower for token in sentence.tokens[max(left.first - 2, 0) : left.last + 1]}
        if len(metrics) > 1 and between and set(between) <= _JOINTS and within & {"that", "which", "who"}:
            said = f"“{sentence.text(left)}” and “{sentence.text(right)}”"
            yield f"{said}: what is both cannot be chosen here. Ask for one of them at a time."


def _each_record(sentence: Sentence, metrics: tuple[Metric, ...], found: tuple[Group, ...]) -> Iterator[str]:
    """ "the fee per appointment" is a mean over the very records that have it, and no list of all of them; "the total of each" is one."""
    key = sentence.lexicon.keys.get(metrics[0].fact)
    is_total = any(token.lower in ("total", "sum", "number") for token in sentence.tokens)
    for group in found:
        if group.key == key and sentence.cue(group.segment) == "per" and group.singular and not is_total:
            said = sentence.text(group.segment)
            yield f"“per {said}” would list each {said} by itself. Ask for the mean, without “per {said}”, or say “by {said}” for the list."


def _highest_of_each(sentence: Sentence, reading: Reading, metrics: tuple[Metric, ...], found: tuple[Group, ...]) -> Iterator[str]:
    """ "the highest number of flights per day in each month": the highest of what, within each month, is not what is ranked."""
    request = reading.request
    if reading.kind != "ranking" or request.limit is not None or request.top is not None or len(found) != 1 or sentence.has("rank"):
        return
    said = [s for s in sentence.segments if s.is_operator("most", "least")]
    if said and sentence.cue(found[0].segment) in ("each", "every"):
        thing = sentence.text(found[0].segment)
        yield f"“{sentence.text(said[0])}” in each {thing} is one of something that is not named. Say of what, or leave the word out."


def _none_of_a_kind(sentence: Sentence, found: tuple[Group, ...]) -> Iterator[str]:
    """ "Which doctors had no missed appointments": those that have none, and not what they have beside."""
    for segment in sentence.segments if found else ():
        words = [token.lower for token in sentence.words(segment)]
        value = sentence.after(segment) if segment.is_operator("not") and words[0] in ("no", "without", "never", "neither") else None
        noun = sentence.after(value) if value is not None and value.of("value") else None
        if (
            value is not None
            and noun is not None
            and not sentence.tokens[noun.first].breaks
            and (noun.of("metric") or noun.of("dataset"))
            and not value.of("metric")
        ):
            said = f"{sentence.text(segment)} {sentence.text(value)} {sentence.text(noun)}"
            yield f"“{said}” may leave out the {sentence.text(value)}, or choose those that have none. Ask how many each has."


def _with_and_without(text: str) -> Iterator[str]:
    """ "with and without a discount" wants both, side by side."""
    if match := re.search(
        r"\bwith (?:and|or|vs|versus) without\b|\b(?:is|are|was|were) (?:and|or) (?:is|are|was|were)(?: not|n't)\b", text
    ):
        yield f"“{match[0]}” wants two figures side by side. Ask for a split by it, or for one of the two."


def _each_with_its_own(sentence: Sentence, metrics: tuple[Metric, ...], found: tuple[Group, ...]) -> Iterator[str]:
    """ "units per department and sales per channel" are two answers, and not one by both."""
    if len(metrics) < 2 or len(found) < 2:
        return
    names = {metric.name for metric in metrics}
    kinds = [(s.first, "measure") for s in sentence.segments if any(m.name in names for m in s.of("metric"))]
    order = [kind for _, kind in sorted([*kinds, *((group.segment.first, "group") for group in found)])]
    if order[:4] == ["measure", "group", "measure", "group"]:
        yield "Two measures, each by something of its own, are two answers. Ask for one after the other."


def _no_one_time(sentence: Sentence) -> Iterator[str]:
    """ "jan to mar 2025" where "jan" is a value of a month: no row is of both."""
    for left, right in pairwise(sentence.segments):
        is_calendar = any(sentence.lexicon.dimensions[m.name].is_calendar for m in left.of("value"))
        between = {token.lower for token in sentence.tokens[left.last + 1 : right.first]}
        within_year = right.period is not None and right.period.spans and right.period.whole.unit != "year"
        beside = between <= {"to", "and", "or", "through", "until", "till"} and not sentence.tokens[right.first].breaks
        if is_calendar and within_year and beside:
            said = f"“{sentence.text(left)}” and “{sentence.text(right)}”"
            yield f"{said} may be one period or two. Name its first and its last day or month."


def _and_when(text: str) -> Iterator[str]:
    """ "the highest temperature, and when": something beside the figure."""
    if match := re.search(
        r"(?<=[\w,] )and (?:when|where|who|whose|why|which(?: \w+)?|what(?: \w+)?)(?: (?:was|is|were|are|it|that|had|did))*\W*$", text
    ):
        yield f"“{match[0]}” asks for something more. Ask for one thing after the other."


def _per_nothing(sentence: Sentence, found: tuple[Group, ...]) -> Iterator[str]:
    """ "miles by airline per flight": what stands behind "per" is neither a group here nor in the name of the measure."""
    groups = {group.segment.first for group in found}
    for at, token in enumerate(sentence.tokens):
        behind = next((s for s in sentence.segments if s.first > at), None)
        if (
            token.lower != "per"
            or behind is None
            or sentence.tokens[behind.first].breaks
            or any(s.first <= at <= s.last for s in sentence.segments)
        ):
            continue
        if behind.first not in groups and (behind.of("metric") or behind.of("dataset") or behind.of("dimension") or behind.of("grain")):
            yield f"“per {sentence.text(behind)}” is neither what the answer is split by here, nor part of the measure. Leave it out."


def _with_the_most(sentence: Sentence, found: tuple[Group, ...]) -> Iterator[str]:
    """ "the route with the most airlines" wants a route, and no airlines in their order."""
    groups = {group.segment.first for group in found}
    for thing in sentence.segments:
        words = [token.lower for token in sentence.tokens[thing.last + 1 : thing.last + 4] if token.lower != "the"]
        most = next((s for s in sentence.segments if s.first > thing.last), None)
        ranked = words[:1] in (["with"], ["having"]) and most is not None and most.is_operator("most", "least", "top", "bottom")
        is_thing = thing.of("dimension") or thing.of("dataset")
        if ranked and is_thing and found and thing.first not in groups and not thing.of("value"):
            said = sentence.text(thing)
            yield f"“{said}” is what is asked for, and no group here. Ask for a number of each, “by {said}”."
    adverbs = [s for s in sentence.segments if s.of("grain") and s.first in groups and sentence.tokens[s.first].lower.endswith("ly")]
    if any(sentence.cue(s) in ("with", "having", "no", "without") for s in adverbs):
        yield f"“with {sentence.text(adverbs[0])} …” sets a condition that is not understood. Give a number: “with at least … a day”."


def _sized_by(sentence: Sentence, reading: Reading, found: tuple[Group, ...]) -> Iterator[str]:
    """ "the biggest clinic by beds" ranks clinics, and not their number for each number of beds."""
    for group in found if reading.kind == "ranking" else ():
        dimension = sentence.lexicon.dimensions.get(group.key)
        if dimension is not None and dimension.role == "attribute" and sentence.cue(group.segment) == "by":
            said = sentence.text(group.segment)
            yield f"“by {said}” would rank by a measure of {said}, and none is meant here. Name it: “total {said}”, “average {said}”."


def _those_as_well(sentence: Sentence, metrics: tuple[Metric, ...]) -> Iterator[str]:
    """ "all orders, also the cancelled ones": these beside the others, and not these alone."""
    for segment in sentence.segments if len(metrics) == 1 else ():
        before = {token.lower for token in sentence.tokens[max(segment.first - 3, 0) : segment.first]}
        behind = {token.lower for token in sentence.tokens[segment.last + 1 : segment.last + 4]}
        added = before & {"also", "including", "include", "incl", "even", "plus"} or behind & {"included", "too", "also"}
        if added and segment.first and any(m.name == metrics[0].name for m in segment.of("metric")):
            others = [s for s in sentence.segments if s.last < segment.first and s.of("metric")]
            if others and not any(m.name == metrics[0].name for s in others for m in s.of("metric")):
                said = sentence.text(segment)
                yield f"“{said}” is to be taken in beside the rest, and would be asked for alone. Name the measure that has both."


def _another_sentence(sentence: Sentence, metrics: tuple[Metric, ...]) -> Iterator[str]:
    """ "How many orders in 2025? And returns?" asks for two; "I am from Hamburg" says who asks, and not what for."""
    for segment in sentence.segments:
        start = next((at for at in range(segment.first, -1, -1) if sentence.tokens[at].breaks), 0)
        opening = [token.lower for token in sentence.tokens[start : segment.first]]
        if start and segment.of("metric") and opening[:1] in (["and"], ["also"], ["plus"]) and len(metrics) < 2:
            yield f"“{' '.join(opening)} {sentence.text(segment)}” asks for something more. Ask for one thing after the other."
        person = set(opening) & {"i", "im", "we", "weve"} and set(opening) & {"am", "im", "are", "live", "work", "sit"}
        if (
            segment.of("value")
            and person
            and not any(s.first >= start and s.last < segment.first and s.of("metric") for s in sentence.segments)
        ):
            yield f"It is not clear whether “{sentence.text(segment)}” says who asks or what is asked for. Say it in the question itself."


def plural_of_one(sentence: Sentence, segments: list[Segment]) -> None:
    """ "average orders per day" is no mean value of an order, which the model calls an average order."""
    for segment in segments:
        words = [token.lower for token in sentence.words(segment)]
        rest = stems(" ".join(words[1:]))
        if len(words) < 2 or words[0] not in _AVERAGES | {"median"} or not sentence.plural(segment):
            continue
        counted = [sentence.lexicon.metrics[m.name] for m in sentence.lexicon.lookup(rest) if m.kind == "metric"]
        typed = any(m.words and tuple(m.words)[-1] == words[-1] for m in segment.of("metric"))
        if not typed and any(m.is_count and m.additivity == "additive" for m in counted):
            names = [sentence.lexicon.metrics[m.name].label for m in segment.of("metric")[:1]]
            reason = f"“{sentence.text(segment)}” may be a mean of their number or of their value. Ask for one of these by its name."
            raise Stop(Refuse(reason, instead=(*names, *(m.label for m in counted[:1]))))
