"""What is refused or asked back while a question is read: what the data cannot say, what is not measured, and words that are left over."""

import re

from analytics_agent.semantic.reader.calculations import no_calculation
from analytics_agent.semantic.reader.conditions import Named
from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.either import no_either
from analytics_agent.semantic.reader.groups import Group
from analytics_agent.semantic.reader.having_it import number_or_figure
from analytics_agent.semantic.reader.lexicon import Meaning, Metric
from analytics_agent.semantic.reader.measures import ask_metric, judged
from analytics_agent.semantic.reader.periods import UNITS
from analytics_agent.semantic.reader.reading import Ask, Reading, Refuse, Stop
from analytics_agent.semantic.reader.sentence import EACH, GROUPING, Sentence
from analytics_agent.semantic.reader.words import closed, stems


def within_definitions(sentence: Sentence, metrics: tuple[Metric, ...], named: tuple[Named, ...]) -> None:
    """ "orders that were not completed", where only completed ones count as orders: nothing is left, and "0" would be wrong."""
    for one in named:
        bound = next((m for m in metrics if one.path in m.conditions), None)
        if one.negated and bound is not None:
            label = sentence.lexicon.dimensions[one.path].label
            reason = (
                f"{bound.label} are counted by {label[:1].lower()}{label[1:]} already, so leaving out “{sentence.text(one.segment)}” may"
            )
            others = [m.label for m in sentence.lexicon.metrics.values() if m.fact == bound.fact and one.path not in m.conditions]
            raise Stop(Refuse(f"{reason} leave nothing. Ask by a measure that is not.", instead=tuple(others[:3])))


def asks_for_more(sentence: Sentence, reading: Reading) -> None:
    """ "When was the longest delay", "who had it": a figure alone would answer another question."""
    asks = any(token.lower in ("when", "who", "where", "whose") for token in sentence.tokens[:1])
    does = any(token.lower in ("is", "was", "were", "did", "does", "had", "has") for token in sentence.tokens[1:2])
    if asks and does and reading.kind == "value" and not reading.request.dimensions:
        reason = f"“{sentence.tokens[0].surface}” asks for something beside the figure, and single records are not listed here."
        raise Stop(Refuse(f"{reason} Name what it is to be split by: “by day”, “by month”, or a thing that is known here."))


def impossible(sentence: Sentence) -> None:
    """What no reading can mend: things the data does not hold, the future, and changing the data."""
    for segment in sentence.segments:
        for meaning in segment.of("not_covered"):
            raise Stop(_not_covered(sentence, meaning, segment))
    _defined(sentence)
    if _of_two_figures(sentence):
        raise Stop(Refuse("The two figures of this ratio cannot both be read. Ask for each of the two by itself, or for a share of all."))
    no_calculation(sentence)
    no_either(sentence)
    number_or_figure(sentence)
    if sentence.operators("write") or _is_order(sentence):
        raise Stop(Refuse("Data is only read here, never changed."))
    if sentence.operators("future"):
        raise Stop(Refuse("This is about the future, and the data only holds the past. Forecasts are not made here."))


_MEANING = re.compile(
    r"^(?:what (?:does|do|is meant by|is the (?:definition|meaning|formula) (?:of|for)) |what's the (?:definition|meaning) of |"
    r"(?:the )?(?:definition|meaning) of |define |how (?:is|are|was|were|do you|do we|did you) (?:define |calculate |compute |measure )?)"
)
_DEFINED = closed("mean means define defined definition meaning calculate calculated compute computed formula derived determined worked")


def _defined(sentence: Sentence) -> None:
    """ "What does return rate mean", "how is the margin computed": what it is, and no figure of it."""
    typed = {read.lower(): said.lower() for said, read in sentence.spelled}
    words = [typed.get(token.lower, token.lower) for token in sentence.tokens]
    ends = {*words[-2:], *words[:4]} & _DEFINED
    named = [sentence.lexicon.metrics[m.name] for s in sentence.segments for m in s.of("metric")[:1] if not set(stems(m.name)) & ends]
    if named and ends and _MEANING.search(" ".join(words)) and (words[-1] in _DEFINED or set(words[:4]) & _DEFINED - {"mean"}):
        metric = named[-1]
        reason = f"{metric.label}: {metric.description}" if metric.description else f"What {metric.label} means is not written down here."
        raise Stop(Refuse(reason, instead=(metric.label,)))


def _of_two_figures(sentence: Sentence) -> bool:
    """ "the ratio of A to B", unless B is everything."""
    for segment in sentence.operators("share"):
        behind = [token.lower for token in sentence.tokens[segment.last + 1 :] if token.lower not in ("the", "of", "number")]
        if "ratio" in sentence.text(segment).lower().split() and "to" in behind[1:]:
            return behind[behind.index("to", 1) + 1 :][:1] not in ([word] for word in ("all", "total", "overall", "whole", "everything"))
    return False


def _is_order(sentence: Sentence) -> bool:
    """ "Drop all orders" wants something done; "drop in orders" and "orders drop" speak of a change."""
    words = [token.lower for token in sentence.tokens[:2]]
    return words[:1] in (["drop"], ["change"], ["increase"], ["decrease"], ["raise"]) and words[1:] not in (
        ["in"], ["of"], ["from"], ["since"], ["between"], ["over"], ["by"], ["to"], ["vs"], [],
    )  # fmt: skip


def _not_covered(sentence: Sentence, meaning: Meaning, segment: Segment) -> Refuse:
    said = sentence.text(segment)
    told, name = said.casefold(), meaning.name.casefold()
    asked = "" if told in name or name in told else f", which “{said}” asks for"
    return Refuse(f"The data does not hold {meaning.name}{asked}.", missing=meaning.name)


def no_metric(sentence: Sentence) -> Ask | Refuse:
    """Something is named, and nothing is measured: ask what to measure it by."""
    if (counted := _counted(sentence)) is not None:
        return counted
    is_verdict = any(t.lower in _VERDICTS for t in sentence.tokens) and any(s.period for s in sentence.segments)
    if not is_verdict and not any(s.of("value") or s.of("dimension") or s.of("dataset") for s in sentence.segments):
        return Refuse("The question names nothing that is measured here. Say what is to be counted, added up or averaged.")
    return ask_metric(sentence.lexicon, "By which measure?", _of_records_alone(sentence) or judged(sentence.lexicon))


def _of_records_alone(sentence: Sentence) -> list[str]:
    """ "What was the weather like?" names records and nothing else: what is measured on them."""
    named = {m.name for s in sentence.segments for m in s.of("dataset") if m.name in sentence.lexicon.facts}
    others = any(s.of("value") or s.of("dimension") for s in sentence.segments)
    return [] if others else [m.name for m in sentence.lexicon.metrics.values() if m.fact in named]


_VERDICTS = closed("better worse best worst good bad")


def verdict(sentence: Sentence, metrics: tuple[Metric, ...]) -> None:
    """ "so bad in July" says that a measure is wanted that is good or bad news, and not which."""
    said = {i for i in sentence.unknown if sentence.tokens[i].lower in _VERDICTS}
    if sentence.chosen is not None and sentence.chosen.higher_is:
        sentence.unknown -= said
    elif said and said == sentence.unknown and not metrics and not _of_other_records(sentence):
        raise Stop(no_metric(sentence))


def _of_other_records(sentence: Sentence) -> bool:
    """ "Was the weather bad?" is not about the records that good and bad news are measured on."""
    facts = {sentence.lexicon.metrics[name].fact for name in judged(sentence.lexicon)[:1]}
    return any(m.name in sentence.lexicon.facts and m.name not in facts for s in sentence.segments for m in s.of("dataset"))


def _counted(sentence: Sentence) -> Refuse | None:
    """ "How many airports": a number of something that no metric counts. The counts whose names share its words are told."""
    for segment in sentence.operators("count"):
        noun = sentence.after(segment)
        if noun is None or not noun.of("dimension"):
            continue
        words = sentence.content(noun)
        fits = [m.label for m in sentence.lexicon.metrics.values() if m.is_count and words <= m.bag]
        reason = f"A number of {sentence.text(noun)} is not defined here."
        return Refuse(f"{reason} The nearest is {' or '.join(fits)}." if fits else reason, instead=tuple(fits))
    return None


def only(sentence: Sentence, named: tuple[Named, ...]) -> None:
    """ "only JFK" and "for JFK only" restrict; "served only by JetBlue" wants what nobody else serves, which is another question."""
    for segment in sentence.operators("only"):
        beside = (sentence.before(segment), sentence.after(segment))
        if any(side == n.segment for side in beside for n in named):
            sentence.use(segment)


def per_unit(sentence: Sentence, metrics: tuple[Metric, ...], segments: list[Segment], found: tuple[Group, ...]) -> None:
    """ "flights per day" and "the number of flights per day" are a mean, or one figure for each day: only an average, a "how many" or a
    grouping tells."""
    how_many = any(t.lower == "how" for s in sentence.segments if s.is_operator("count") for t in sentence.words(s))
    for segment in segments:
        words = {t.lower for t in sentence.words(segment)}
        averaged = words & {"average", "mean", "typical"} or sentence.has("average") or how_many
        if words & {"per", "each", "every"} and words & set(UNITS) and not (found or averaged):
            unit = next(iter(words & set(UNITS)))
            base = sentence.lexicon.base(metrics[0].fact) or metrics[0]
            readings = (f"{metrics[0].label} on average: one mean figure", f"{base.label} by {unit}: one figure for each {unit}")
            raise Stop(Ask(f"What is “{sentence.text(segment)}” here?", readings))


def how_much_later(sentence: Sentence, metrics: tuple[Metric, ...], segments: list[Segment]) -> None:
    """Who "leaves later" may do so more often or by more: a share of what is late says the first alone."""
    said = {token.lower for segment in segments for token in sentence.words(segment)}
    if said & {"later", "earlier"} and metrics[0].is_share and sentence.chosen is None:
        names = [metrics[0].name, *judged(sentence.lexicon, metrics[0].fact)]
        raise Stop(ask_metric(sentence.lexicon, "By which measure?", list(dict.fromkeys(names))))


def in_every_one(sentence: Sentence, metrics: tuple[Metric, ...], found: tuple[Group, ...]) -> None:
    """ "How many customers ordered in every month" may want those who did so in all of them, which no figure by month tells."""
    differs = sentence.way == "members" or (metrics[0].is_count and metrics[0].additivity != "additive")
    asked = differs and any(token.lower == "many" for token in sentence.tokens[:2])
    said = next((sentence.text(group.segment) for group in found if asked and _of_all(sentence, group.segment)), None)
    if said is not None:
        reason = f"This may ask for those of each {said}, or only for those of all of them, which are not counted here."
        raise Stop(Refuse(f"{reason} Say “by {said}” for a figure of each."))


def _of_all(sentence: Sentence, segment: Segment) -> bool:
    """ "every month", "all three airports"."""
    before = [token.lower for token in sentence.tokens[max(segment.first - 3, 0) : segment.first]]
    return sentence.cue(segment) == "every" or "all" in before


def _is_counted(sentence: Sentence, segment: Segment, fact: str) -> bool:
    """In "the average rating of restaurants" the restaurants are the rows in question, and nothing more is said of them."""
    return any(m.name == fact for m in segment.of("dataset")) and sentence.cue(segment) not in GROUPING


def _is_no_group(sentence: Sentence, segment: Segment) -> bool:
    """ "by airport of departure" asks for groups, and "best region by orders" for a measure, which was given."""
    is_measure = sentence.chosen is not None and sentence.content(segment) <= sentence.chosen.bag
    return not segment.of("dimension") and (is_measure or sentence.cue(segment) not in EACH)


def leftovers(sentence: Sentence, fact: str) -> None:
    """Nothing of the question may have been ignored."""
    left = [s for s in sentence.free() if not (s.of("dataset") and (_is_no_group(sentence, s) or _is_counted(sentence, s, fact)))]
    if left:
        words = [sentence.text(s) for s in left]
        quoted = ", ".join(f"“{word}”" for word in words)
        advice = "Say what is to be left out with “except”, right before its name." if any(s.is_operator("not") for s in left) else ""
        if not advice and left[0].number is not None:
            advice = f"Say what it is a limit of: “exactly {words[0]} …”, “more than {words[0]} …” or “the top {words[0]} …”."
        reason = f"{quoted} cannot be fitted into the rest of the question. {advice or 'Say it in another way, or leave it out.'}"
        raise Stop(Refuse(reason, missing=", ".join(words)))
