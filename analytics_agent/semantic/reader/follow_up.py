"""A question that goes on from an earlier one: "by carrier instead", "only JFK", "and in winter?", "what about last year", "why?".

The earlier request is changed by what the new words say, and the answer tells what was kept and what was changed. A question that
stands by itself is answered by itself; where both could be meant, it is asked.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from analytics_agent.domain.period import Span as Days
from analytics_agent.domain.period import called, is_whole, shifted, shifted_span, whole_unit
from analytics_agent.domain.schedule import PeriodUnit
from analytics_agent.semantic.reader.choices import answerable
from analytics_agent.semantic.reader.kept import Manner, Merged
from analytics_agent.semantic.reader.notes import SCOPE, caveats, definitions
from analytics_agent.semantic.reader.read import MOST_ANSWERS, Reader, read
from analytics_agent.semantic.reader.reading import Ask, KnownValue, Outcome, Reading, ReadingKind, Refuse, Stop
from analytics_agent.semantic.reader.spans import UNITS, Span, in_words
from analytics_agent.semantic.reader.suggest import suggestions
from analytics_agent.semantic.reader.tally import told_again
from analytics_agent.semantic.reader.turned import turned_round
from analytics_agent.semantic.reader.words import tokens
from analytics_agent.semantic.request import MetricRequest, Order, Period, ShareOf

_OPENERS = (
    "and|but|ok|okay|so|then|now|also|please|again|(?:what|how) about|what if|just|only|instead|rather|as well|"
    "(?:the )?same(?: thing| again| question)?(?! (?:period|time|month|quarter|week|day))|"
    "do (?:it|that|the same)|show (?:me )?(?:it|that|them|this|the same)"
)
_LEADING = re.compile(rf"^\W*(?:(?:{_OPENERS})\b[\s,:]*)+", re.IGNORECASE)
_TRAILING = re.compile(
    r"[\s,]*\b(?:instead|too|as well|also|again|please|rather|only|of them|of those|of these|among them|among those|this time|though)\W*$",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"\b(?:instead|the same(?! (?:period|month|quarter|week|day|time))|of (?:them|those|these)|among (?:them|those|these)|them|those|"
    r"(?:what|how) about|as well)\b|^\W*(?:only|just|without|except|excluding|same)\b",
    re.IGNORECASE,
)
_WEAK = re.compile(r"^\W*(?:and|but|now|then|so|also|ok|okay)\b|\btoo\W*$", re.IGNORECASE)
_FRAGMENT = re.compile(r"^\W*(?:(?:in|by|for|of|with|per|at|on)\s+\w+|(?:by|per)(?:\s+\w+){2,3})\W*$", re.IGNORECASE)
""" "in units", "by units sold": no question by itself, whatever the word is called."""
_COMPLETE = re.compile(
    r"\b(?:how many|how much|what|which|who|where|when|why|how|show|list|give|compare|did|does|do|was|were|is|are|has|have)\b",
    re.IGNORECASE,
)
_COUNTING = re.compile(r"\b(?:how many|number of|count of)\b", re.IGNORECASE)
_INSTEAD = re.compile(r"\b(?:instead|rather)\b", re.IGNORECASE)
_ADDED = re.compile(r"\b(?:as well|too|also|additionally|in addition|on top)\b", re.IGNORECASE)
_WHY = re.compile(r"^\W*(?:and |but |so )?(?:why|how come|what (?:caused|explains|drove|is behind) (?:it|that|this))\b(.*)$", re.IGNORECASE)
_BARE_WHY = re.compile(
    r"^[\s,]*(?:(?:is|was|did|does|has) (?:that|it|this)(?: so)?|so|that|the change|(?:it|that) (?:change|happen))?\W*$", re.IGNORECASE
)
_SHARE = re.compile(
    r"^(?:as|in|by) (?:an? |the )?(?:shares?|percent(?:age)?s?|per cent|%|proportions?)(?: of (?:the |all )?(?:total|all|whole|sum))?$",
    re.IGNORECASE,
)
_BEST = re.compile(
    r"^(?:the )?(top|bottom|best|worst|highest|lowest|largest|smallest|biggest|most|fewest) (\w+)(?: (?:of them|of those|ones|only))*$",
    re.IGNORECASE,
)
_PERIOD = "(year|quarter|month|week|period)"
_MOVED = re.compile(
    r"^(?:in |for |to )?(?:the )?(?:same (?:period|time|month|quarter|week|days?) )?(?:of |in )?(?:the )?"
    rf"(?:(last|previous|prior|preceding) {_PERIOD}|(?:(?:a|one|the) )?{_PERIOD} (?:before|earlier|ago))$",
    re.IGNORECASE,
)
_LIMITS = {"top": "desc", "highest": "desc", "largest": "desc", "biggest": "desc", "most": "desc"}
_LIMITS |= {"bottom": "asc", "lowest": "asc", "smallest": "asc", "fewest": "asc"}
BY_ITSELF, AS_BEFORE = "by itself", "as a follow-up"


@dataclass(frozen=True)
class Earlier:
    """The question before: what it asked, and the request that answered it; `without` says why there is none."""

    question: str
    request: MetricRequest | None
    without: str = ""


def stands_alone(question: str) -> bool:
    """Whether it is worded as a question of its own: not as a fragment, and without a word that goes on from something."""
    return bool(_COMPLETE.search(question)) and not _STRONG.search(question) and not _WEAK.search(question)


def follow(
    question: str,
    earlier: Earlier,
    overview: Mapping[str, Any],
    as_of: date | None = None,
    known: Sequence[KnownValue] = (),
    looked_up: frozenset[str] = frozenset(),
    clarified: Sequence[str] = (),
) -> Outcome:
    """A question asked after another one, against the same model. Everything else is as for `read`."""
    answers = tuple(answer for answer in clarified if answer)
    own = tuple(answer for answer in answers if answer not in (BY_ITSELF, AS_BEFORE))
    reader = Reader(overview, as_of, known, looked_up)
    alone = read(question, overview, as_of, known, looked_up, own)
    stands = isinstance(alone, Reading) or (not isinstance(alone, Refuse) and reader.names_a_metric(question))
    if BY_ITSELF in answers or (stands and stands_alone(question)):
        return alone
    if earlier.request is None:
        return alone if stands and not _STRONG.search(question) else _nothing_to_change(reader, earlier, question, overview)
    outcome = _followed(reader, question, earlier, own)
    if isinstance(outcome, Ask) and len(answers) < MOST_ANSWERS:
        outcome = answerable(outcome, lambda answer: _followed(reader, question, earlier, (*own, answer)))
    if AS_BEFORE not in answers and isinstance(alone, Reading) and not _STRONG.search(question):
        outcome = _either(alone, outcome, question)
    if isinstance(outcome, Refuse) and not outcome.instead:
        outcome = replace(outcome, instead=suggestions(reader, f"{earlier.question} {question}", overview))
    return replace(outcome, frame=()) if isinstance(outcome, Reading) and outcome is not alone else outcome


def _either(alone: Reading, changed: Outcome, question: str) -> Outcome:
    """The question is complete, and may go on from the one before all the same."""
    if not isinstance(changed, Reading):
        return changed if _WEAK.search(question) or _FRAGMENT.search(question) else alone
    if replace(alone.request, purpose="") == replace(changed.request, purpose=""):
        return changed
    if _WEAK.search(question) and not _COMPLETE.search(question):
        return changed
    both = (f"{AS_BEFORE}: {_described(changed)}", f"{BY_ITSELF}: {_described(alone)}")
    return Ask("Does this go on from the question before, or does it stand by itself?", both)


def _described(reading: Reading) -> str:
    scope = next((note.removeprefix(SCOPE) for note in reading.notes if note.startswith(SCOPE)), "everything in the data")
    return f"{reading.request.purpose}, {scope}"


def _nothing_to_change(reader: Reader, earlier: Earlier, question: str, overview: Mapping[str, Any]) -> Refuse:
    reason = f"{earlier.without} So there is no request that “{question.strip()}” could change. Ask the whole question."
    return Refuse(reason, instead=suggestions(reader, f"{earlier.question} {question}", overview))


def _followed(reader: Reader, question: str, earlier: Earlier, answers: Sequence[str]) -> Outcome:
    if earlier.request and (turned := turned_round(reader, question, earlier.question, earlier.request, answers)) is not None:
        return turned
    try:
        outcome = _FollowUp(reader, question, earlier, answers).outcome()
    except Stop as stop:
        return stop.outcome
    if not isinstance(outcome, Reading) or earlier.request is None or not _has_members(earlier.request):
        return outcome
    if not _keeps_members(earlier.request, outcome.request):
        reason = "The earlier question counted members, or asked for those of each group."
        return Refuse(f"{reason} Only its period can be changed: ask the new question in full.")
    is_of_each = earlier.request.counted is None and not earlier.request.members
    return outcome if is_of_each else told_again(reader.lexicon, earlier.request, outcome, reader.as_of)


def _has_members(before: MetricRequest) -> bool:
    return before.counted is not None or before.members or bool(before.top and before.top.within)


def _keeps_members(before: MetricRequest, now: MetricRequest) -> bool:
    """What is counted of members, and which come first within each group, stays true over another period alone."""
    return replace(now, purpose="", time=None, metrics=before.metrics) == replace(before, purpose="", time=None)


class _FollowUp:
    """One question after another one."""

    def __init__(self, reader: Reader, question: str, earlier: Earlier, answers: Sequence[str]) -> None:
        self._reader, self._earlier = reader, earlier
        self._before = cast(MetricRequest, earlier.request)
        self._merged = Merged(reader.lexicon, replace(self._before, metrics=self._asked_for()))
        self._said, self._answers = question, list(answers)
        self._words = _bare(question)

    def _asked_for(self) -> tuple[str, ...]:
        """The earlier metrics without a count that was fetched beside them to tell how many records stand behind a mean."""
        request, metrics = self._before, self._reader.lexicon.metrics
        if missing := [name for name in request.metrics if name not in metrics]:
            raise Stop(
                Refuse(f"The earlier question asked for {', '.join(missing)}, which is not defined any more. Ask the whole question.")
            )
        titled = request.purpose.lower()
        named = tuple(name for name in request.metrics[1:] if metrics[name].label.lower() in titled)
        return (request.metrics[0], *named)

    def outcome(self) -> Outcome:
        if why := _WHY.match(self._said):
            return self._why(why[1])
        if _SHARE.match(self._words):
            return self._as_share()
        if (best := _BEST.match(self._words)) and (number := tokens(best[2])[0].number):
            return self._ranked(best[1].lower(), int(number))
        if (moved := _MOVED.match(self._words)) and self._merged.request.time:
            return self._another_time(moved)
        return self._changed()

    # what the words say, read as a question about the same measure

    def _changed(self) -> Outcome:
        manner, answers = self._manner()
        named = self._reader.names_a_metric(self._words)
        metric = self._reader.lexicon.metrics[self._merged.request.metrics[0]]
        outcome = self._reader.read(self._words, answers, None if named else metric)
        if not isinstance(outcome, Reading):
            return outcome
        if not named and _COUNTING.search(self._said) and not metric.is_count:
            return Refuse(f"“How many” asks for a number, and the earlier question was about {metric.label}. Say what is to be counted.")
        new = outcome.request
        if outcome.comparison or outcome.kind == "why" or new.compare or new.share_of or new.top:
            return Refuse("This compares or divides anew, which an earlier question cannot be changed to. Ask the whole question.")
        if named:
            self._merged.measured_by(new.metrics)
        own = self._reader.lexicon.facts.get(self._merged.fact, {}).get("time")
        bounds = [f for f in new.filters if f.field == own and f.op == "<"]
        self._merged.over(new.time, bounds, own)
        added = bool(_ADDED.search(self._said))
        self._merged.restricted_to([f for f in new.filters if f not in bounds and f.op != "not_null"], added=added)
        self._merged.split_by(new.dimensions, manner, self._words)
        self._limited(new)
        if not self._merged.changes:
            return Refuse("That is what the earlier question asked already: nothing would change.", instead=(self._earlier.question,))
        return self._reading()

    def _manner(self) -> tuple[Manner, list[str]]:
        """Whether a new split goes in the place of the old one, and the answers that do not say so."""
        said = [answer for answer in self._answers if _INSTEAD.search(answer) or _ADDED.search(answer)]
        text = " ".join([self._said, *said])
        manner: Manner = "instead" if _INSTEAD.search(text) else "added" if _ADDED.search(text) else ""
        return manner, [answer for answer in self._answers if answer not in said]

    def _limited(self, new: MetricRequest) -> None:
        """Limits and orders that the new words bring."""
        request = self._merged.request
        if new.having:
            self._merged.request = request = replace(request, having=new.having)
            self._merged.changes.append("the limit on the measure")
        if new.order_by and (new.order_by, new.limit) != (request.order_by, request.limit):
            self._merged.request = replace(request, order_by=new.order_by, limit=new.limit)
            self._merged.changes.append("the order")

    # shares and rankings of the same rows

    def _as_share(self) -> Outcome:
        request = self._merged.request
        metric = self._reader.lexicon.metrics[request.metrics[0]]
        if metric.is_share:
            return Refuse(f"{metric.label} is a share already.", instead=(self._earlier.question,))
        if not request.dimensions or metric.additivity != "additive":
            return Refuse(
                f"A share of {metric.label.lower()} needs parts that add up to a whole. Say of what, or by what it is to be split."
            )
        if request.compare or request.top:
            return Refuse("The earlier answer is compared or cut already. Ask for the shares in a question of its own.")
        times = tuple(key for key in request.dimensions if ":" in key)
        things = len(times) < len(request.dimensions)
        self._merged.request = replace(request, metrics=request.metrics[:1], share_of=ShareOf(times if things else ()))
        self._merged.changes.append("that each figure has its share of the total beside it")
        return self._reading()

    def _ranked(self, word: str, number: int) -> Outcome:
        request = self._merged.request
        metric = self._reader.lexicon.metrics[request.metrics[0]]
        if not any(":" not in key for key in request.dimensions):
            return Refuse("The earlier answer has no groups that could be ranked. Say what is to be ranked, as in “top 5 … by …”.")
        way = _LIMITS.get(word)
        if way is None:
            if metric.higher_is is None:
                label = metric.label.lower()
                return Refuse(f"Whether more {label} is better or worse is not defined. Ask for the highest or the lowest.")
            way = "desc" if (word == "best") == (metric.higher_is == "good") else "asc"
        order = (Order(request.metrics[0], "asc" if way == "asc" else "desc"),)
        self._merged.request = self._merged.named(replace(request, order_by=order, limit=number, top=None))
        self._merged.changes.append("the order, and how many are shown")
        return self._reading()

    # the same at another time, and why

    def _another_time(self, moved: re.Match[str]) -> Outcome:
        """ "What about last year": the same days a year earlier; or the whole year, where the earlier period was a part of one."""
        time = cast(Period, self._merged.request.time)
        days, unit = Days(time.start, time.end), (moved[2] or moved[3]).lower()
        step = whole_unit(days) if unit == "period" else cast(PeriodUnit, unit)
        earlier = shifted_span(days, step, -1) if step else Days(days.start - (days.end - days.start), days.start)
        readings = {in_words(Span(earlier.start, earlier.end, "range")): f"{called(earlier)}, the same days {_ago(unit)}"}
        if moved[1] and moved[1].lower() == "last" and "same" not in moved[0].lower() and unit in UNITS:
            whole = self._reader.periods.find(tokens(f"last {unit}"))[0].whole
            readings.setdefault(in_words(whole), f"{called(Days(whole.start, whole.end))}, the whole {unit}")
        current = in_words(Span(time.start, time.end, "range"))
        readings = {words: text for words, text in readings.items() if words != current}
        decided = next((words for words in readings if words in self._answers), None)
        if len(readings) > 1 and decided is None:
            return Ask(f"Which days does “{self._words}” mean here?", tuple(f"{words}: {text}" for words, text in readings.items()))
        span = self._reader.periods.find(tokens(decided or next(iter(readings))))[0].whole
        self._merged.over(Period(span.start, span.end, time.field), (), None)
        return self._reading()

    def _why(self, rest: str) -> Outcome:
        """The change of the earlier figure: between the two periods it was about, or since the one before."""
        words = self._said if not _BARE_WHY.match(rest) else f"why did it change {self._between()}"
        metric = self._reader.lexicon.metrics[self._merged.request.metrics[0]]
        outcome = self._reader.read(words, self._answers, None if self._reader.names_a_metric(self._words) else metric)
        if not isinstance(outcome, Reading) or outcome.kind != "why" or outcome.comparison is None:
            return outcome
        compared = outcome.comparison.field
        own = [f for f in self._merged.request.filters if f.values and ":" not in f.field and f.field != compared]
        own = [f for f in own if not self._merged.is_calendar(f.field)]
        taken = {f.field for f in own}
        request = replace(outcome.request, filters=(*outcome.request.filters, *(f for f in own if f not in outcome.request.filters)))
        drivers = tuple(key for key in outcome.drivers if key not in taken)
        conditions = ", ".join(self._merged.said(f) for f in own)
        told = f"Goes on from: “{self._earlier.question}”" + (f", still for {conditions}." if conditions else ".")
        return replace(outcome, request=request, drivers=drivers, notes=(*outcome.notes, told))

    def _between(self) -> str:
        request = self._before
        grain = next((key.partition(":")[2] for key in request.dimensions if ":" in key), "")
        sides = [f for f in request.filters if ":" in f.field and f.op == "in" and len(f.values) == 2]
        if sides and sides[0].field.partition(":")[2] in UNITS:
            unit = cast(PeriodUnit, sides[0].field.partition(":")[2])
            first, second = (_unit_called(date.fromisoformat(str(value)), unit) for value in sides[0].values)
            return f"from {first} to {second}"
        time = request.time
        if time is None:
            raise Stop(Refuse("The earlier question named no period, so there is no change to explain. Say “why”, and from when to when."))
        days = Days(time.start, time.end)
        whole = whole_unit(days)
        if request.compare == "previous_year" and whole:
            return f"from {_unit_called(shifted(days.start, 'year', -1), whole)} to {_unit_called(days.start, whole)}"
        if whole and grain in ("", whole):
            return f"from {_unit_called(shifted(days.start, whole, -1), whole)} to {_unit_called(days.start, whole)}"
        if grain in UNITS and _is_two(days, grain):
            unit = grain
            return f"from {_unit_called(days.start, unit)} to {_unit_called(shifted(days.start, unit, 1), unit)}"
        raise Stop(Refuse("The earlier answer has several changes in it. Say which one: “why did it change from May to June”."))

    # the end

    def _reading(self) -> Reading:
        merged, lexicon = self._merged, self._reader.lexicon
        request = replace(merged.request, purpose=merged.title())
        metrics = tuple(lexicon.metrics[name] for name in request.metrics)
        kept, changed = merged.kept(self._before), ", ".join(dict.fromkeys(merged.changes))
        told = f"Goes on from: “{self._earlier.question}”; kept: {kept or 'nothing else'}; changed: {changed}."
        scope = merged.scope()
        notes = (*([SCOPE + scope] if scope else []), told, *definitions(metrics))
        return Reading(_kind(request), request, notes=notes, caveats=caveats(metrics))


def _bare(question: str) -> str:
    """Without the words that only say that it goes on."""
    text = question.strip().rstrip("?!. ")
    while (shorter := _TRAILING.sub("", _LEADING.sub("", text))) != text:
        text = shorter
    # A name at the very beginning is not told from any other first word.
    return f"for {text.strip()}" if text.strip()[:1].isupper() else text.strip()


def _is_two(days: Days, unit: PeriodUnit) -> bool:
    return is_whole(days, unit) and shifted(days.start, unit, 2) == days.end


def _kind(request: MetricRequest) -> ReadingKind:
    if request.order_by and any(o.field in request.metrics for o in request.order_by):
        return "ranking"
    if any(":" in key for key in request.dimensions):
        return "trend"
    if request.having:
        return "list"
    return "breakdown" if request.dimensions else "value"


def _ago(unit: str) -> str:
    return "right before" if unit == "period" else f"a {unit} earlier"


def _unit_called(day: date, unit: PeriodUnit) -> str:
    """In words that are read as that very period."""
    if unit == "week":
        year, number, _ = day.isocalendar()
        return f"week {number} of {year}"
    if unit == "day":
        return day.isoformat()
    return called(Days(day, shifted(day, unit, 1)))
