"""Which metric is meant: phrases of the model, moved by the operators around them (share, how many, average, total)."""

from collections.abc import Iterable
from itertools import pairwise

from analytics_agent.semantic.reader.counted import counts, without_base
from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.defined_shares import SHARE_WORDS, share_by_words, shared_as_defined, sibling_of
from analytics_agent.semantic.reader.lexicon import UNIT_WORDS, Lexicon, Metric, direction_word
from analytics_agent.semantic.reader.reading import Ask, Refuse, Stop
from analytics_agent.semantic.reader.sentence import GROUPING, Sentence
from analytics_agent.semantic.reader.words import closed, is_verb_form, stems

_APART = GROUPING | closed("between with without and or from to than versus vs")
"""Words after which a noun is more than what the measure is taken of."""
_MEANS = frozenset(stems("average mean"))
_OF_ONE = closed("median mean average typical")
_JOINTS = closed("and the also of number how many total")
MOST_READINGS = 4


def measures(sentence: Sentence) -> tuple[Metric, ...]:
    """The metrics asked for. Stops with a question where several fit, with a refusal where operator and metric contradict."""
    segments = [s for s in sentence.free() if is_metric(sentence, s)]
    if chosen := sentence.chosen or _named_to_rank(sentence, segments):
        return _as_chosen(sentence, chosen, segments)
    found = list(dict.fromkeys(_meant(sentence, s, segments) for s in segments))
    listed = _listed_together(sentence, segments)
    if not listed:
        found = share_by_words(sentence, found, segments) or without_base(sentence, found, segments)
        found = _of_all_words(sentence, found, segments)
    found = _without_things(sentence, found, segments)
    _attributive(sentence, found, segments)
    found = _with_neighbors(sentence, found, segments)
    if not found:
        return ()
    if len(found) > 1 and not _listed_together(sentence, segments):
        raise Stop(ask_metric(sentence.lexicon, "The question names several measures. Which one is meant?", [m.name for m in found]))
    _no_single_records(sentence, found, segments)
    sentence.use(*segments)
    found = [_counted(sentence, shared_as_defined(sentence, metric), segments, alone=len(found) == 1) for metric in found]
    found = [_different(sentence, metric) for metric in found]
    _averaged(sentence, found)
    _units(sentence, found)
    _one_by_one(sentence, found, segments)
    return tuple(dict.fromkeys(found))


def _different(sentence: Sentence, metric: Metric) -> Metric:
    """ "distinct customers" are those who did something, each counted once: the one distinct count of them, where there is one."""
    if not sentence.operators("distinct") or not metric.is_count:
        return metric
    if metric.additivity != "additive":
        sentence.take("distinct")
        return metric
    said = {stem for text in (metric.unit or "", metric.label) for stem in stems(text)}
    fits = [m for m in sentence.lexicon.metrics.values() if m.is_count and m.additivity != "additive" and set(stems(m.unit or "")) & said]
    if len(fits) == 1:
        sentence.take("distinct")
    return fits[0] if len(fits) == 1 else metric


def _one_by_one(sentence: Sentence, found: list[Metric], segments: list[Segment]) -> None:
    """Metrics of different records stand side by side where each is named in one list: in "orders of customers and returns" they do not."""
    if len({metric.fact for metric in found}) > 1 and not all(_is_listed(sentence, a, b) for a, b in pairwise(segments)):
        raise Stop(
            Refuse(f"{_listed(m.label for m in found)} come from different records; name them in one list, or ask for one at a time.")
        )


def _is_listed(sentence: Sentence, left: Segment, right: Segment) -> bool:
    between = sentence.between(left, right)
    return ("and" in between or sentence.tokens[right.first].comma) and between <= _JOINTS


def _named_to_rank(sentence: Sentence, segments: list[Segment]) -> Metric | None:
    """ "top 5 planes by flights": the planes are what is ranked, though they can be counted too."""
    named = [by for s in segments if s.of("dataset") and (by := sentence.ranked_by(s)) in segments and by is not None]
    return _meant(sentence, named[0], segments) if named else None


def _as_chosen(sentence: Sentence, chosen: Metric, segments: list[Segment]) -> tuple[Metric, ...]:
    """The asker has decided: other measures are set aside, and a noun among them stays what it names ("top 10 planes")."""
    listed = _listed_together(sentence, segments)
    for segment in segments:
        if listed or any(_goes_with(sentence, sentence.lexicon.metrics[m.name], chosen) for m in segment.of("metric")):
            sentence.use(segment)
        elif segment.of("value"):
            raise Stop(Refuse(f"“{sentence.text(segment)}” and {_small(chosen.label)} are two measures. Ask for one at a time."))
    sentence.take("share", "count", "average", "total")
    _units(sentence, [chosen])
    return (chosen,)


def _goes_with(sentence: Sentence, metric: Metric, chosen: Metric) -> bool:
    """What need not be said again beside the chosen metric: itself, its share or count, and the plain counts it is taken over."""
    siblings = (sibling_of(sentence.lexicon, chosen, share=True), sibling_of(sentence.lexicon, chosen, share=False))
    plain = metric.is_count and metric.additivity == "additive" and metric.higher_is is None
    return metric == chosen or metric in siblings or (plain and metric.fact == chosen.fact)


def _without_things(sentence: Sentence, found: list[Metric], segments: list[Segment]) -> list[Metric]:
    """In "the average speed of the planes" the planes are no second measure: a mean or a share is of something."""
    if len(found) < 2 or sentence.has("count", "top", "bottom", "most", "least", "best", "worst", "rank"):
        return found
    if any(sentence.cue(s) in GROUPING for s in segments if not s.of("dataset")):
        return found
    things = {m.name for s in segments if s.of("dataset") and sentence.cue(s) not in _APART for m in s.of("metric")}
    measured = [m for m in found if m.name not in things]
    known = {dataset for m in measured for dataset in (m.fact, *sentence.lexicon.leads.get(m.fact, ()))}
    if any(sentence.lexicon.metrics[name].fact not in known for name in things):
        return found  # "the value of orders that were returned": returns are no part of what an order knows
    return measured if measured and all(m.is_mean or m.is_share for m in measured) else found


def often(sentence: Sentence, metric: Metric) -> Metric:
    """How often is a share, not a number."""
    said = any(t.lower in ("often", "likely") for t in sentence.tokens)
    return (sibling_of(sentence.lexicon, metric, share=True) or metric) if said and not metric.is_share else metric


def _no_single_records(sentence: Sentence, found: list[Metric], segments: list[Segment]) -> None:
    """ "Which flights were late?" wants the flights themselves, not their number."""
    for segment in segments:
        asked = segment.first and sentence.tokens[segment.first - 1].lower in ("which", "what")
        base = any(m.name == getattr(sentence.lexicon.base(found[0].fact), "name", None) for m in segment.of("metric"))
        if asked and (base or any(m.is_count for m in found)):
            raise Stop(Refuse(f"Single records are not listed here. Ask how many, or by what: “how many {sentence.text(segment)} …”."))


def is_metric(sentence: Sentence, segment: Segment) -> bool:
    """A phrase that also names a dimension is one after "which" or "by", and wherever another metric stands in the question."""
    if not segment.of("metric") or segment.first in sentence.listed:
        return False
    if segment.of("dataset") and _names_values(sentence, segment):
        return False
    if not segment.of("dimension") or counts(sentence.before(segment)) or any(sentence.ranked_by(s) == segment for s in sentence.segments):
        return True
    if sentence.cue(segment) in GROUPING or _numbered(sentence, sentence.before(segment)):
        return False
    others = (s for s in sentence.segments if s != segment and s.of("metric") and not s.of("dimension"))
    return bool(segment.of("value")) or next(others, None) is None


def _numbered(sentence: Sentence, segment: Segment | None) -> bool:
    """ "10 carriers", and not "more than 10 carriers"."""
    if segment is None:
        return False
    return segment.is_operator("top", "bottom") or (segment.number is not None and not sentence.limits(segment))


def _names_values(sentence: Sentence, segment: Segment) -> bool:
    """ "Airbus planes": the noun only says what kind of thing the value before it is."""
    left = sentence.before(segment)
    counted = {sentence.lexicon.metrics[m.name].fact for m in segment.of("metric")}
    datasets = {m.name for m in segment.of("dataset")} - counted
    return left is not None and any(m.name.partition(".")[0] in datasets for m in left.of("value"))


def asks_for_verdict(sentence: Sentence, metrics: tuple[Metric, ...]) -> bool:
    """ "How did flights to Boston do?" names what is counted and wants to know how good it was."""
    inside = {i for s in sentence.segments for i in range(s.first, s.last + 1)}
    how = any(t.lower == "how" and i not in inside for i, t in enumerate(sentence.tokens))
    plain = all(sentence.lexicon.base(m.fact) == m for m in metrics)
    judged_ = any(t.lower in ("better", "worse", "best", "worst", "good", "bad", "well", "badly") for t in sentence.tokens)
    if plain and judged_:
        return True
    return how and plain and not sentence.has("trend", "change", "why", "compare", "count")


def _meant(sentence: Sentence, segment: Segment, segments: list[Segment]) -> Metric:
    names = {m.name for m in segment.of("metric")}
    elsewhere = {m.name for s in segments if s != segment for m in s.of("metric")}
    if len(names & elsewhere) == 1:
        return sentence.lexicon.metrics[next(iter(names & elsewhere))]
    _sold_most(sentence, segment)
    lowest = min(m.rank for m in segment.of("metric"))
    best = {m.name for m in segment.of("metric") if m.rank == lowest}
    best = _of_what_is_named(sentence, best)
    if len(best) > 1:
        raise Stop(ask_metric(sentence.lexicon, f"What does “{sentence.text(segment)}” mean here?", sorted(best)))
    return sentence.lexicon.metrics[next(iter(best))]


def _of_what_is_named(sentence: Sentence, names: set[str]) -> set[str]:
    """ "the population of each city": of several populations the one of cities."""
    named = {m.name for s in sentence.segments for m in s.of("dataset")}
    kept = {name for name in names if sentence.lexicon.metrics[name].fact in named}
    return kept if len(kept) == 1 else names


def _sold_most(sentence: Sentence, segment: Segment) -> None:
    """ "the most sold product" is so by what it brought or by how many: a verb alone does not say."""
    word = sentence.tokens[segment.first]
    if segment.first != segment.last or not is_verb_form(word) or not sentence.has("most", "least", "top", "bottom", "best", "worst"):
        return
    first = sentence.lexicon.metrics[segment.of("metric")[0].name]
    counts = [m.name for m in sentence.lexicon.metrics.values() if m.fact == first.fact and m.is_count and word.stem in m.bag]
    if counts and not first.is_count:
        raise Stop(ask_metric(sentence.lexicon, f"“{word.surface}” by which measure?", [first.name, *counts]))


def _of_all_words(sentence: Sentence, found: list[Metric], segments: list[Segment]) -> list[Metric]:
    """ "units that we sell", "the delay at departure": phrases that are each a metric, and together the words of one other."""
    if len(found) < 2:
        return found
    named = [s for s in segments if {m.name for m in s.of("metric")} & {f.name for f in found}]
    words = frozenset().union(*(sentence.content(s) for s in named)) - _MEANS
    wanted = [m for m in sentence.lexicon.metrics.values() if m.fact in {f.fact for f in found}]
    if sentence.has("average"):
        wanted = [m for m in wanted if m.is_mean]
    elif sentence.has("share"):
        wanted = [m for m in wanted if m.is_share]
    fits = [m for m in wanted if words in {frozenset(p) - _MEANS - SHARE_WORDS for p in m.phrases}]
    return fits if len(fits) == 1 else found


def _attributive(sentence: Sentence, found: list[Metric], segments: list[Segment]) -> None:
    """ "on-time flights": a number of flights, or their share? Only "share of" and "how many" tell."""
    if sentence.has("share", "count") or len(found) != 1 or not found[0].is_share:
        return
    count = sibling_of(sentence.lexicon, found[0], share=False)
    base = sentence.lexicon.base(found[0].fact)
    for a, b in pairwise(segments):
        shared = sentence.content(a) & (SHARE_WORDS | {"often", "likely"})
        attribute = any(m.name == found[0].name for m in a.of("metric")) and b.first == a.last + 1
        if count and base and attribute and not shared and any(m.name == base.name for m in b.of("metric")):
            raise Stop(
                ask_metric(
                    sentence.lexicon, f"“{sentence.text(a)} {sentence.text(b)}”: how many, or which share?", [count.name, found[0].name]
                )
            )


def _listed_together(sentence: Sentence, segments: list[Segment]) -> bool:
    return any("and" in sentence.between(a, b) or sentence.tokens[b.first].comma for a, b in pairwise(segments))


def _with_neighbors(sentence: Sentence, found: list[Metric], segments: list[Segment]) -> list[Metric]:
    """Words that no phrase explained may belong to the metric all the same: "departures … so late" is "departures late"."""
    if len(found) > 1:
        return found
    _said_of_base(sentence, segments)
    loose = _loose_words(sentence)
    if loose and (extreme := _extreme(sentence, found, segments, loose)) is not None:
        return [extreme]
    held = {i for s in segments for i in _metric_words(sentence, s, found)}
    if not loose or (chosen := _by_words(sentence, found, sorted(held | loose))) is None:
        return found
    _divided(sentence, held, loose, chosen)
    sentence.unknown -= loose
    sentence.use(*(s for s in sentence.free() if set(range(s.first, s.last + 1)) & loose))
    return [chosen]


def _divided(sentence: Sentence, held: set[int], loose: set[int], chosen: Metric) -> None:
    """ "miles per flight" is no sum of miles, though these are words of one."""
    for at, token in enumerate(sentence.tokens):
        one_each = token.lower in ("per", "each", "every", "a", "an") and at - 1 in loose and at + 1 in held
        if one_each and chosen.additivity == "additive":
            said = " ".join(t.surface for t in sentence.tokens[at - 1 : at + 2])
            raise Stop(Refuse(f"“{said}” is a mean, and {_small(chosen.label)} is a sum.", instead=(chosen.label,)))
        plural = at in loose and at + 1 in held and sentence.tokens[at + 1].lower.endswith("s") and not chosen.is_count
        if plural and token.lower in _OF_ONE and chosen.additivity != "additive" and not _typed(sentence, at, chosen):
            said = f"{token.surface} {sentence.tokens[at + 1].surface}"
            raise Stop(Refuse(f"“{said}” may be of their number or of their value.", instead=(chosen.label,)))


def _typed(sentence: Sentence, at: int, chosen: Metric) -> bool:
    """Whether the name of the metric has the plural, too: "median delays" would be said of a delay, and the label says so."""
    return sentence.tokens[at + 1].stem in stems(chosen.label)[-1:]


def _extreme(sentence: Sentence, found: list[Metric], segments: list[Segment], loose: set[int]) -> Metric | None:
    """ "the longest flight by distance" is the longest distance, where that is a metric."""
    words = {s.first for s in sentence.operators("most", "least")}
    if not words or any(sentence.lexicon.base(m.fact) != m for m in found):
        return None
    metric = _by_words(sentence, found, sorted(loose | words))
    if metric is not None and direction_word([sentence.tokens[i] for i in words]):
        _no_single_records(sentence, found, segments)
        sentence.unknown -= loose
        return metric
    return None


def _said_of_base(sentence: Sentence, segments: list[Segment]) -> None:
    """ "flights … scheduled" says no more than "scheduled flights", a synonym of the flights that are counted."""
    for segment in segments:
        for fact in {sentence.lexicon.metrics[m.name].fact for m in segment.of("metric")}:
            base = sentence.lexicon.base(fact)
            core = set(stems(base.label)) if base else set()
            if base is not None and core <= sentence.content(segment):
                phrases = [set(p) for p in base.phrases]
                sentence.unknown -= {i for i in sentence.unknown if {sentence.tokens[i].stem, *core} in phrases}


def _loose_words(sentence: Sentence) -> set[int]:
    """Unexplained words, and a grain beside them that a metric may contain ("a day")."""
    words = {at for at in sentence.unknown if not sentence.is_unit_of_limit(at)}
    for segment in sentence.free():
        if segment.of("grain") and segment.first and sentence.tokens[segment.first - 1].lower == "a":
            words.add(segment.last)
    return words


def _metric_words(sentence: Sentence, segment: Segment, found: list[Metric]) -> list[int]:
    """The words of the phrase itself, without "how many" and the like."""
    names = {m.name for m in found}
    if found and not names & {m.name for m in segment.of("metric")}:
        return []
    content = sentence.content(segment) - {"how", "many", "number"}
    return [i for i in range(segment.first, segment.last + 1) if sentence.tokens[i].stem in content]


def _by_words(sentence: Sentence, found: list[Metric], places: list[int]) -> Metric | None:
    """The one metric of which these words, in their order, are a whole phrase; or that alone has all of them among its own."""
    words = tuple(sentence.tokens[i].stem for i in places)
    facts = {m.fact for m in found}
    averaged = bool(sentence.operators("average"))
    pool = [m for m in sentence.lexicon.metrics.values() if (not facts or m.fact in facts) and (m.is_mean or not averaged)]
    in_order = [m for m in pool if words in m.phrases]
    if in_order:
        return in_order[0] if len(in_order) == 1 else None
    fits = [m for m in pool if len(set(words)) > 1 and set(words) <= m.bag]
    return fits[0] if len(fits) == 1 else None


def _counted(sentence: Sentence, metric: Metric, segments: list[Segment], *, alone: bool) -> Metric:
    """ "how many" wants a count, or a sum whose unit is named ("how many miles were flown"). In a list it is said of what follows it."""
    counting = sentence.operators("count") if alone else [s for s in sentence.operators("count") if _leads(sentence, s, metric)]
    if not counting:
        return metric
    sentence.use(*counting)
    if metric.is_share:
        sibling = sibling_of(sentence.lexicon, metric, share=False)
        if sibling is None:
            raise Stop(Refuse(f"{metric.label} is a share; a number of them is not defined."))
        return sibling
    words = {t.lower for s in segments for t in sentence.words(s)} | {sentence.tokens[i].lower for i in sentence.unknown}
    words |= {t.lower for s in counting for t in sentence.tokens[s.last + 1 : s.last + 2]}
    units = set(UNIT_WORDS.get(metric.unit or "", "").split())
    if units and not units & words:
        raise Stop(Refuse(f"“How many” asks for a number, and {_small(metric.label)} is measured in {metric.unit}."))
    return metric


def _leads(sentence: Sentence, counting: Segment, metric: Metric) -> bool:
    after = sentence.after(counting)
    return after is not None and any(m.name == metric.name for m in after.of("metric"))


def _averaged(sentence: Sentence, found: list[Metric]) -> None:
    for metric in found:
        if sentence.operators("average") and not (metric.is_mean or metric.is_share):
            raise Stop(Refuse(f"{metric.label} is not an average, and no average of it is defined.", instead=(metric.label,)))
        if sentence.operators("total") and metric.additivity != "additive":
            raise Stop(Refuse(f"{metric.label} cannot be added up to a total.", instead=(metric.label,)))
    if found:
        sentence.take("average")
        sentence.take("total", "overall")


def _units(sentence: Sentence, found: list[Metric]) -> None:
    """ "in minutes" says nothing new where the metric is in minutes."""
    for metric in found:
        words = set(UNIT_WORDS.get(metric.unit or "", "").split())
        sentence.unknown -= {i for i in sentence.unknown if sentence.tokens[i].lower in words}


def ask_metric(lexicon: Lexicon, question: str, names: Iterable[str]) -> Ask | Refuse:
    """Ask which metric; each reading starts with the metric's label, which decides the question when it comes back."""
    metrics = [lexicon.metrics[name] for name in names][:MOST_READINGS]
    if len(metrics) < 2:
        return Refuse("No metric fits this question.")
    return Ask(question, tuple(f"{m.label}: {_small(m.description)}" if m.description else m.label for m in metrics))


def judged(lexicon: Lexicon, fact: str | None = None) -> list[str]:
    """Metrics that are good or bad news, means and shares first: what "best" or "how is it doing" may be about."""
    pool = [m for m in lexicon.metrics.values() if m.higher_is and (fact is None or m.fact == fact)]
    ranked = sorted(pool, key=lambda m: (m.additivity == "additive", not m.is_share, m.higher_is != "good"))
    return [m.name for m in ranked]


def _small(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _listed(names: Iterable[str]) -> str:
    return " and ".join(names)
