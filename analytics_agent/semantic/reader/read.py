"""The reading itself: words, time, measure, rows, groups, order, and a last look for anything left over."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from analytics_agent.semantic.reader import unknown_words
from analytics_agent.semantic.reader.choices import answerable
from analytics_agent.semantic.reader.conditions import filters, missing, named_values, say_nothing, several
from analytics_agent.semantic.reader.cover import Cover, cover
from analytics_agent.semantic.reader.explained import explain
from analytics_agent.semantic.reader.frames import plain
from analytics_agent.semantic.reader.framing import framed, of_context, unclear_asker
from analytics_agent.semantic.reader.framing import told as told_aside
from analytics_agent.semantic.reader.groups import groups, known_things, with_names
from analytics_agent.semantic.reader.holidays import dated
from analytics_agent.semantic.reader.lexicon import Lexicon, Meaning, Metric
from analytics_agent.semantic.reader.light import says_nothing
from analytics_agent.semantic.reader.listing import known, listed, things
from analytics_agent.semantic.reader.measures import ask_metric, asks_for_verdict, is_metric, measures
from analytics_agent.semantic.reader.notes import caveats, notes, spelling_notes
from analytics_agent.semantic.reader.passed_over import nothing_passed_over, plural_of_one
from analytics_agent.semantic.reader.periods import Found, NoDay, NoPeriod, Periods, Unclear
from analytics_agent.semantic.reader.presentation import NONE, Presentation, parted, ranked, shown_as
from analytics_agent.semantic.reader.ranking import ranking
from analytics_agent.semantic.reader.ratio_of import ratio_of
from analytics_agent.semantic.reader.reading import Ask, KnownValue, Outcome, Reading, Refuse, Stop
from analytics_agent.semantic.reader.refused import (
    asks_for_more,
    how_much_later,
    impossible,
    in_every_one,
    leftovers,
    no_metric,
    only,
    per_unit,
    verdict,
    within_definitions,
)
from analytics_agent.semantic.reader.row_limits import row_limits
from analytics_agent.semantic.reader.sentence import Sentence, Way
from analytics_agent.semantic.reader.shape import Parts, shaped
from analytics_agent.semantic.reader.shorthand import longhand
from analytics_agent.semantic.reader.spans import UnclearField
from analytics_agent.semantic.reader.spelling import Corrected, corrected, which
from analytics_agent.semantic.reader.suggest import suggestions
from analytics_agent.semantic.reader.tally import (
    NO_MEMBERS,
    Tally,
    conditions,
    counting,
    is_bare,
    said_plainly,
    tallied,
    tally,
    told,
    without_rows,
)
from analytics_agent.semantic.reader.thresholds import thresholds
from analytics_agent.semantic.reader.tried import frame
from analytics_agent.semantic.reader.when import when
from analytics_agent.semantic.reader.words import Token, stems, tokens
from analytics_agent.semantic.reader.written import written
from analytics_agent.semantic.reader.years import without_named_years

MOST_ANSWERS = 3
"""How often one question may be asked back."""


def read(
    question: str,
    overview: Mapping[str, Any],
    as_of: date | None = None,
    known: Sequence[KnownValue] = (),
    looked_up: frozenset[str] = frozenset(),
    clarified: str | Sequence[str] = "",
) -> Outcome:
    """One question against one model (its `overview`). `known` are values found for names by a look-up, `looked_up` the names
    that were searched for, found or not; `clarified` is what the asker answered to questions of ours. Deterministic: the same
    input gives the same outcome."""
    reader = Reader(overview, as_of, known, looked_up)
    answers = tuple(answer for answer in ([clarified] if isinstance(clarified, str) else clarified) if answer)
    outcome = reader.read(question, answers)
    if isinstance(outcome, Ask) and len(answers) < MOST_ANSWERS:
        outcome = answerable(outcome, lambda answer: reader.read(question, (*answers, answer)))
    if isinstance(outcome, Refuse):
        outcome = of_context(question, outcome, lambda rest: reader.read(rest, answers))
    if isinstance(outcome, Refuse) and not outcome.instead:
        outcome = replace(outcome, instead=suggestions(reader, question, overview))
    return outcome


class Reader:
    """One model's words, and the day that relative dates count from."""

    def __init__(
        self, overview: Mapping[str, Any], as_of: date | None, known: Sequence[KnownValue] = (), looked_up: frozenset[str] = frozenset()
    ) -> None:
        self.lexicon, self.as_of, self._looked_up, self._shown = Lexicon(overview), as_of, looked_up, NONE
        self._fields: dict[str, str] = {}
        for item in sorted(known, key=lambda value: (value.name, value.path, value.value)):
            self.lexicon.add(item.name, Meaning("value", item.path, item.value))
        self.periods = Periods(as_of, int(overview.get("fiscal_start", 1)), _seasons(self.lexicon))

    def read(self, question: str, answers: Sequence[str], chosen: Metric | None = None) -> Outcome:
        """Answers that decide on words take the place of these; the others are said after the question. `chosen` is the metric of
        words that name none. What cannot be read as it stands may ask how many members there are that pass a condition, or limit
        single rows."""
        said = framed(longhand(question, self.lexicon, self.as_of), self._knows)
        if said.unclear:
            return unclear_asker(said.unclear, said.question)
        return told_aside(self._best(longhand(said.question, self.lexicon, self.as_of), answers, chosen), said.aside)

    def _best(self, question: str, answers: Sequence[str], chosen: Metric | None) -> Outcome:
        outcome = self._asked(question, answers, chosen)
        if isinstance(outcome, Refuse | Ask):
            counted = self._asked(said_plainly(question), answers, chosen, "members")
            outcome = counted if _is_better(counted, outcome) else outcome
        if isinstance(outcome, Refuse):
            limited = self._asked(question, answers, chosen, "rows")
            outcome = outcome if isinstance(limited, Refuse) else limited
        if isinstance(outcome, Refuse) and not answers and chosen is None:
            outcome = ratio_of(question, self.lexicon, lambda text: self._best(text, (), None)) or outcome
        return outcome

    def _asked(self, question: str, answers: Sequence[str], chosen: Metric | None, way: Way = "plain") -> Outcome:
        self._way = way
        asked, self._shown = parted(plain(question))
        self._fields = {}
        words, left = self._decided(tokens(written(dated(asked, self.lexicon), self.as_of)), answers, chosen)
        while True:
            try:
                return self._read(words, left, chosen)
            except Stop as stop:
                return stop.outcome
            except NoPeriod as wrong:
                return Refuse(str(wrong))
            except NoDay:
                return Refuse("The day to count from is not known here. Name the dates in full, with their year.")
            except Unclear as unclear:
                decided = next((answer for answer in left if _names(answer, unclear)), None)
                if decided is None:
                    return Ask(unclear.question, unclear.readings)
                left.remove(decided)
                words = _in_place(words, unclear, decided)

    def _decided(self, words: tuple[Token, ...], answers: Sequence[str], chosen: Metric | None) -> tuple[tuple[Token, ...], list[str]]:
        """The words with those in place that decided on some of them, and the other answers. Which field a value is of is kept beside:
        the words of such an answer may name a measure too. An answer was given to what is asked where the ones before it were heard."""
        left: list[str] = []
        for answer in answers:
            try:
                self._read(words, left, chosen)
            except UnclearField as unclear:
                if (place := _named_by(answer, unclear)) is not None:
                    self._fields[unclear.said.lower()] = unclear.fields[place]
                    continue
            except Unclear as unclear:
                if _names(answer, unclear) and unclear.last < len(words):
                    words = _in_place(words, unclear, answer)
                    continue
            except (Stop, NoPeriod, NoDay):
                pass
            left.append(answer)
        return words, left

    def _read(self, words: tuple[Token, ...], answers: Sequence[str], chosen: Metric | None) -> Outcome:
        said = (*words, *tokens(written(". ".join(answers), self.as_of)))
        named = next((metric for answer in answers if (metric := _chosen(self.lexicon, answer))), chosen)
        right, covered = self._covered(said, answers)
        sentence = Sentence(right.tokens, covered, self.lexicon, named)
        sentence.spelled, sentence.fields = right.read, self._fields
        sentence.way = self._way
        return _read(sentence, self.as_of, self._looked_up, self._shown, clarified=bool(answers or chosen))

    def _covered(self, said: tuple[Token, ...], answers: Sequence[str]) -> tuple[Corrected, Cover]:
        """The words cut into phrases, with slips put right. What is typed like a name is looked up before it is taken for a slip."""
        covered = self._cut(said)
        slips = [i for i in covered.unknown if not self._may_be_a_name(said[i])]
        right = corrected(said, slips, self.lexicon, frozenset(t.lower for answer in answers for t in tokens(answer)))
        if right.doubtful:
            raise Stop(which(right.doubtful[0]))
        return right, self._cut(right.tokens) if right.read else covered

    def _cut(self, words: tuple[Token, ...]) -> Cover:
        covered = cover(words, self.lexicon, self._times(words))
        light = says_nothing(words, covered, self.lexicon)
        return replace(covered, unknown=tuple(at for at in covered.unknown if at not in light))

    def _times(self, words: tuple[Token, ...]) -> tuple[Found, ...]:
        return self.periods.find(without_named_years(words, self.lexicon))

    def _knows(self, phrase: str) -> bool:
        """Whether it holds a word of the model, also a misspelled one; a period, a number, or a word that asks, limits or negates."""
        words = tokens(written(phrase, self.as_of))
        covered = cover(words, self.lexicon, self._times(words))
        slips = [corrected(words, [at], self.lexicon) for at in covered.unknown]
        return bool(covered.segments) or any(slip.read or slip.doubtful for slip in slips)

    def _may_be_a_name(self, token: Token) -> bool:
        return token.named and not token.breaks and not any(token.lower in name.split() for name in self._looked_up)

    def names_a_metric(self, question: str) -> bool:
        """Whether some words of it stand for a measure, whatever the others are."""
        words = tokens(parted(question)[0])
        sentence = Sentence(words, cover(words, self.lexicon, ()), self.lexicon)
        return any(is_metric(sentence, segment) for segment in sentence.segments)


def _is_better(counted: Outcome, outcome: Ask | Refuse) -> bool:
    """Whether a question is taken as one that counts members: where it is answered so, and it said more of them than that there are any;
    or where otherwise it would be refused as well."""
    if isinstance(counted, Refuse):
        return isinstance(outcome, Refuse) and counted.reason != NO_MEMBERS
    return isinstance(outcome, Refuse) or not (isinstance(counted, Reading) and is_bare(counted))


def _seasons(lexicon: Lexicon) -> Mapping[str, Sequence[int]]:
    """Those that are no values of the data: "summer" is a period then, once its year is said."""
    return {name: months for name, months in lexicon.seasons.items() if not any(m.kind == "value" for m in lexicon.lookup(stems(name)))}


def _names(answer: str, unclear: Unclear) -> bool:
    return _named_by(answer, unclear) is not None


def _named_by(answer: str, unclear: Unclear) -> int | None:
    """The place of the reading whose first words the answer is."""
    said = [t.lower for t in tokens(answer)]
    heads = [[t.lower for t in tokens(reading.partition(":")[0])] for reading in unclear.readings]
    return heads.index(said) if said in heads else None


def _in_place(words: tuple[Token, ...], unclear: Unclear, answer: str) -> tuple[Token, ...]:
    put = list(tokens(answer))
    first = words[unclear.first]
    put[0] = replace(put[0], breaks=first.breaks, comma=first.comma)
    return (*words[: unclear.first], *put, *words[unclear.last + 1 :])


def _chosen(lexicon: Lexicon, clarified: str) -> Metric | None:
    """The metric that an answer names by its label and nothing else."""
    return next((m for m in lexicon.metrics.values() if clarified and stems(m.label) == stems(clarified)), None)


def _read(sentence: Sentence, as_of: date | None, looked_up: frozenset[str], shown: Presentation, *, clarified: bool) -> Outcome:
    impossible(sentence)
    asked = _tally(sentence)
    of_rows = row_limits(sentence) if sentence.way == "rows" else []
    sentence.listed, sized = things(sentence)
    sentence.listed |= {asked.thing.first} if asked else set()
    sentence.chosen = sentence.chosen or sized
    segments = [s for s in sentence.segments if is_metric(sentence, s)]
    plural_of_one(sentence, segments)
    metrics = _measured(sentence, asked, looked_up, clarified=clarified)
    fact = sentence.lexicon.joint(tuple(dict.fromkeys(m.fact for m in metrics)))
    times = when(sentence, as_of, fact)
    named = named_values(sentence, fact)
    only(sentence, named)
    found = groups(sentence, fact)
    filtered = filters(named)
    within_definitions(sentence, metrics, named)
    having, numbers = thresholds(sentence, metrics, found, fact)
    having = conditions(asked, metrics, having) if asked else having
    nulls = missing(sentence, fact)
    per_unit(sentence, metrics, segments, found)
    how_much_later(sentence, metrics, segments)
    in_every_one(sentence, metrics, found)
    order = ranking(sentence, found, metrics[0], segments)
    order = ranked(shown, sentence.lexicon, metrics, order, grouped=bool(found))
    if order is not None and len(metrics) > 1:
        raise Stop(ask_metric(sentence.lexicon, "Ranked by which measure?", [m.name for m in metrics]))
    if any(":" in g.key for g in found):
        sentence.take("of_year")
    parts = Parts(
        sentence=sentence,
        metrics=metrics,
        fact=fact,
        groups=[g.key for g in found],
        keys=with_names(sentence, [g.key for g in found], fact),
        filters=[*filtered, *of_rows, *numbers, *nulls, *times.filters, *(known_things(found) if order else ())],
        sides=several(named),
        having=having,
        ranking=order,
        periods=list(times.spans),
        named=named,
        earlier=times.compare,
    )
    reading = times.applied(shaped(parts), sentence.lexicon.facts.get(fact, {}).get("time"))
    reading = known(sentence, reading, metrics)
    reading = tallied(sentence, asked, reading, found, filtered, as_of) if asked else reading
    reading = shown_as(reading, shown, sentence.lexicon, metrics)
    reading = _told(sentence, asked, parts, reading)
    nothing_passed_over(sentence, reading, metrics, found)
    return replace(reading, frame=frame(sentence, metrics, found))


def _measured(sentence: Sentence, asked: Tally | None, looked_up: frozenset[str], *, clarified: bool) -> tuple[Metric, ...]:
    """What the question measures. Stops where that is nothing, or where words remain that nobody knows."""
    metrics = counting(sentence, asked, measures(sentence)) if asked else measures(sentence) or listed(sentence)
    explain(sentence, metrics)
    if clarified:
        sentence.unknown -= {i for i in sentence.unknown if any(sentence.tokens[i].stem in m.bag for m in metrics)}
    verdict(sentence, metrics)
    unknown_words.check(sentence, metrics, looked_up)
    if not metrics or asks_for_verdict(sentence, metrics):
        raise Stop(no_metric(sentence))
    return metrics


def _told(sentence: Sentence, asked: Tally | None, parts: Parts, reading: Reading) -> Reading:
    """The reading with what is said of it, once nothing of the question is left over."""
    if not sentence.has("share"):
        sentence.take("of_total")  # "the names of all restaurants"
    say_nothing(sentence, grouped=bool(parts.groups))
    leftovers(sentence, parts.fact)
    asks_for_more(sentence, reading)
    said = (*notes(sentence, reading, parts.metrics, parts.named), *_figure_only(sentence, reading, parts.metrics[0]))
    plain_ = without_rows(sentence.lexicon, "those", reading.request)
    said = (*said, *(told(sentence, asked, reading) if asked else plain_))
    return replace(reading, notes=(*said, *spelling_notes(sentence)), caveats=caveats(parts.metrics), spelled=sentence.spelled)


def _tally(sentence: Sentence) -> Tally | None:
    """What is counted, where the question is read as one that counts members."""
    if sentence.way != "members":
        return None
    asked = tally(sentence)
    if asked is None:
        raise Stop(Refuse(NO_MEMBERS))
    return asked


def _figure_only(sentence: Sentence, reading: Reading, metric: Metric) -> tuple[str, ...]:
    """ "Which is the longest flight" gets its length; the flight itself is a single record."""
    asked = any(token.lower == "which" for token in sentence.tokens)
    return (f"{metric.label} is given as a figure: single records are not listed.",) if asked and reading.kind == "value" else ()
