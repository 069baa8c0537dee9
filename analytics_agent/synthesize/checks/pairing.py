"""Whether a figure stands beside the name, the date or the period of its own row."""

from datetime import date

from analytics_agent.domain.month_names import month_number
from analytics_agent.synthesize.checks.verdict import HOLDS, Verdict
from analytics_agent.synthesize.lexicon import BESIDE, THAN
from analytics_agent.synthesize.rows import Stored, day_of
from analytics_agent.synthesize.sentence import Name, Place, Sentence, Slot

_OTHERS = frozenset(
    [
        "next",
        "other",
        "others",
        "rest",
        "remaining",
        "average",
        "median",
        "runner-up",
        "nächste",
        "nächsten",
        "andere",
        "anderen",
        "übrigen",
        "mean",
        "total",
        "whole",
        "everyone",
    ]
)

_AGAINST = frozenset(["from", "von", "against", "gegen", "gegenüber", "after", "nach", "before", "versus", "vs"])


def pairing(sentence: Sentence, stored: Stored) -> Verdict:
    """Names and figures that are as many go by their order; else a figure belongs to the name before it, or right after it."""
    if _OTHERS.intersection(sentence.words):
        return HOLDS
    figures = [
        (at, token)
        for at, token in enumerate(sentence.tokens)
        if isinstance(token, Slot) and (token.is_cell or token.value.is_rank) and not _is_threshold(sentence, at)
    ]
    names = [(at, token) for at, token in enumerate(sentence.tokens) if getattr(token, "is_name", False)]
    wrong = []
    for place, (at, figure) in enumerate(figures):
        own = [(where, name) for where, name in names if _tells(name, figure, stored) is not None]  # type: ignore[arg-type]
        kinds: dict[str, list[tuple[int, Name]]] = {}
        for where, name in own:
            kinds.setdefault(_kind(name, figure, stored), []).append((where, name))  # type: ignore[arg-type]
        for alike in kinds.values():
            if not _fits(place, at, figure, alike, len(figures), sentence.clause(at), stored) and not (
                len(alike) == 1 and _of_another(sentence, at)
            ):
                wrong.append(f"{{{{{figure.source}}}}} is of another row than the name beside it: use the row of that name.")
                break
    return Verdict(wrong=tuple(dict.fromkeys(wrong)))


def _is_threshold(sentence: Sentence, at: int) -> bool:
    """ "Above 35.0 %": the other side of a comparison, which is checked as such."""
    return any(sentence.word(place) in THAN or sentence.word(place) in BESIDE for place in range(at - 2, at)) and (
        not sentence.names_in(range(at, min(at + 4, sentence.clause(at).stop)))
    )


def _of_another(sentence: Sentence, at: int) -> bool:
    """ "From 13.4 min to 18.3 min in June": the first is of a row without a name."""
    return bool(_AGAINST.intersection(sentence.word(place) for place in range(at - 2, at)))


def _fits(place: int, at: int, figure: Slot, names: list[tuple[int, Name]], figures: int, clause: range, stored: Stored) -> bool:
    told = [_tells(name, figure, stored) for _, name in names]
    if len(names) == figures and len(names) > 1:
        return bool(told[place]) or (not any(told) and False)
    if len(names) == 1:
        return bool(told[0])
    if figures > len(names) and not any(where in clause for where, _ in names):
        return True
    before = [tells for (where, _), tells in zip(names, told, strict=True) if where < at]
    after = [tells for (where, _), tells in zip(names, told, strict=True) if at < where <= at + 3]
    return bool(before and before[-1]) or bool(after and after[0]) or (len(names) > figures and any(told))


def _tells(name: Name, figure: Slot, stored: Stored) -> bool | None:
    """Whether the name calls the figure's row; None where that result does not have such names."""
    value = figure.value
    if value.row is None:
        return None
    for place in name.places:
        own = stored.results.column(place.result, place.column)
        for column in stored.keys(value.result):
            same = place.result == value.result and column.name == own.name
            if same or (place.result != value.result and own.dimension and column.dimension == own.dimension):
                return stored.results.values(value.result, column.name)[value.row] == stored.cell(place)
    return None


def _kind(name: Name, figure: Slot, stored: Stored) -> str:
    place: Place = name.places[0]
    column = stored.results.column(place.result, place.column)
    return "time" if column.type in ("date", "timestamp") else column.dimension or column.name


# periods that are typed

_PREPOSITIONS = frozenset(
    [
        "in",
        "of",
        "from",
        "to",
        "since",
        "until",
        "during",
        "by",
        "through",
        "between",
        "and",
        "for",
        "im",
        "seit",
        "bis",
        "vom",
        "zum",
        "von",
        "ab",
        "für",
        "und",
    ]
)


_OPENS, _CLOSES = frozenset(["from", "between", "von", "vom"]), frozenset(["to", "until", "and", "bis", "zum"])
_YEAR_DIGITS = 4


def periods(sentence: Sentence, stored: Stored) -> Verdict:
    """ "In June" beside a figure of July. A month's name counts behind a preposition or before a year: "may" is also a verb."""
    typed = [(at, number) for at in range(len(sentence.tokens)) if (number := _month(sentence, at)) is not None]
    figures = [token for token in sentence.tokens if isinstance(token, Slot) and token.is_cell]
    if not typed or not figures:
        return HOLDS
    verdict, asked = HOLDS, _from_to(sentence, [at for at, _ in typed])
    for place, figure in enumerate(figures):
        if asked is not None and (day := _day(figure, stored)) is not None and asked[0] <= (day.year, day.month) <= asked[1]:
            continue
        months = [typed[place][1]] if len(typed) == len(figures) else [number for _, number in typed]
        word = sentence.word(typed[min(place, len(typed) - 1)][0])
        verdict += _judged(figure, months, word, sentence, stored)
    return verdict


def _from_to(sentence: Sentence, places: list[int]) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """ "From 1 January 2025 to 30 June 2026": what lies between is of it, whatever its month."""
    if len(places) != 2:
        return None
    ends = []
    for at, opens in zip(places, (_OPENS, _CLOSES), strict=True):
        year = getattr(sentence.tokens[at + 1], "text", "").rstrip(",;.") if at + 1 < len(sentence.tokens) else ""
        if not (len(year) == _YEAR_DIGITS and year.isdigit() and opens.intersection(sentence.word(at - back) for back in (1, 2))):
            return None
        ends.append((int(year), month_number(sentence.word(at))))
    return ends[0], ends[1]


def _month(sentence: Sentence, at: int) -> int | None:
    try:
        number = month_number(sentence.word(at))
    except KeyError:
        return None
    following = sentence.tokens[at + 1] if at + 1 < len(sentence.tokens) else None
    dated = getattr(following, "text", "").isdigit()
    ranged = sentence.word(at + 1) in ("to", "bis")
    verb = sentence.word(at) in ("may", "march", "mars")
    named = not verb and getattr(sentence.tokens[at], "text", "")[:1].isupper()
    return number if dated or ranged or named or sentence.word(at - 1) in _PREPOSITIONS else None


def _day(figure: Slot, stored: Stored) -> date | None:
    """That of its row, where its result is by one time."""
    result, row = figure.value.result, figure.value.row
    time = stored.time(result)
    return day_of(stored.results.values(result, time.name)[row]) if time and row is not None else None


def _judged(figure: Slot, months: list[int], word: str, sentence: Sentence, stored: Stored) -> Verdict:
    result = figure.value.result
    day = _day(figure, stored)
    if day is not None:
        if _within(day, months):
            return HOLDS
        return Verdict(wrong=(f"{{{{{figure.source}}}}} is not of {word.capitalize()}: use that month's row, or its own month.",))
    if word in sentence.question:
        return HOLDS
    span = _span(stored, result)
    if span is None:
        return Verdict(unproven=(word.capitalize(),))
    if not all(_month_in(span, month) for month in months):
        return Verdict(wrong=(f"{figure.value.result} is not of {word.capitalize()}: its statement covers other dates.",))
    return HOLDS if _covered(span, months) else Verdict(unproven=(word.capitalize(),))


def _within(day: date, months: list[int]) -> bool:
    return day.month in months or (len(months) == 2 and months[0] <= day.month <= months[1])


def _span(stored: Stored, result: str) -> tuple[date, date] | None:
    """The first and the last month that the statement's conditions name."""
    return stored.span(result)


def _month_in(span: tuple[date, date], month: int) -> bool:
    start, end = span
    return (end - start).days >= 364 or start.month <= month <= end.month if start.year == end.year else True


def _covered(span: tuple[date, date], months: list[int]) -> bool:
    start, end = span
    return start.year == end.year and (start.month, end.month) == (min(months), max(months))
