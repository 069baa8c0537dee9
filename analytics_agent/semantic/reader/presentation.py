"""How an answer is to be shown: in which order, and with which columns. These are parted from the question before it is read, and every
word of them must name something that the reading has."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analytics_agent.semantic.reader.lexicon import Lexicon, Metric
from analytics_agent.semantic.reader.ranking import Ranking
from analytics_agent.semantic.reader.reading import Reading, Refuse, Stop
from analytics_agent.semantic.reader.words import SKIPPED, closed, stem, tokens
from analytics_agent.semantic.request import Order

_HIGH = "highest|largest|biggest|greatest|most|longest|newest|latest|oldest|best|top|z|high|heaviest|fastest"
_LOW = "lowest|smallest|least|fewest|shortest|earliest|worst|bottom|a|low|youngest|lightest|slowest"
_WAY = (
    r"(?:in\s+)?(?:an?\s+)?(?P<word>ascending|descending|alphabetical(?:ly)?|decreasing|increasing|asc|desc)(?:\s+order)?"
    rf"|(?:(?:starting\s+)?from\s+)(?:the\s+)?(?P<from>{_HIGH}|{_LOW})\s+to\s+(?:the\s+)?(?:{_HIGH}|{_LOW})"
)
_ORDERED = re.compile(
    r"(?:^|[\s,;.?!])(?:,?\s*(?:and\s+|please\s+)?)"
    r"(?:(?:order(?:ed|ing)?|sort(?:ed|ing)?|arranged?)\b(?:\s+(?:the|them|it|these|those|all|results?|rows?|outputs?|answers?|list))*)"
    rf"\s+(?P<how>(?:by\s+[^.?!;]+|(?:{_WAY})[^.?!;]*))(?:[.?!;]|$)",
    re.IGNORECASE,
)
_SORT_THEM = re.compile(
    rf"(?:^|[.?!;,])\s*(?:and\s+|please\s+)?(?:order|sort|arrange)\s+(?:the\s+)?(?P<by>[^.?!;,]+?)\s+(?P<how>{_WAY})\s*(?:[.?!;]|$)",
    re.IGNORECASE,
)
"""What is to be sorted is what it is sorted by: "sort the codes in ascending order"."""
_COMPARED = re.compile(
    r"(?:(?<=[.?!;\n])|(?<=known:))\s*(?:always\s+|please\s+)?(?:filter|match|compare)\s+(?P<said>[^.?!;\n]*)[.?!;]?", re.IGNORECASE
)
"""May say how names are to be compared: they are, with those that the data holds, in whatever case they are typed."""
_MATCHED = closed("ilike like case insensitive insensitively sensitive exact exactly upper uppercase lower lowercase wildcard wildcards")
_MATCHING = _MATCHED | closed("using with via an a the string and operator operators percent sign match matches matching")
_EXAMPLE = re.compile(r"\([^)]*\)")
_CHOOSING = closed("for to from in on by out only not without except where than with at over under")
_KNOWN = re.compile(r"\s*\bWhat is known:\s*$")
_ONLY_WAY = re.compile(rf",?\s+(?:and\s+)?(?:{_WAY})\s*(?=[.?!;]|$)", re.IGNORECASE)
_SHOWN = re.compile(
    r"(?<=[.?!;])\s*(?:please\s+)?(?:give|return|show|list|display|include|provide|output)\s+(?:me\s+|us\s+)?(?P<what>[^.?!;]+)[.?!;]?",
    re.IGNORECASE,
)
_EMPTY = closed(
    "the a an both all each every their its his her also as well corresponding respective only names name of total number no count"
)
_AGGREGATED = closed("total average mean sum median maximum minimum highest lowest share percentage")
_DOWN = closed("descending decreasing desc") | frozenset(_HIGH.split("|"))


@dataclass(frozen=True)
class Presentation:
    """`by` is what the rows are ordered by, in the asker's words, "" where only a direction was given; `way` is asc, desc or "".
    `columns` are what is to be shown beside what was asked."""

    by: str | None = None
    way: str = ""
    columns: tuple[str, ...] = ()
    alphabetical: bool = False
    """By name, whatever is measured."""


NONE = Presentation()


def parted(question: str) -> tuple[str, Presentation]:
    """The question without such phrases, and what they say."""
    columns: list[str] = []
    question = _KNOWN.sub("", _COMPARED.sub(lambda told: "" if _is_of_matching(told["said"]) else told[0], question))
    for told in _SHOWN.finditer(question):
        columns += [part.strip() for part in re.split(r",|\band\b|\balong with\b|\bwith\b", told["what"]) if part.strip()]
    question = _SHOWN.sub(" ", question).strip()
    match = _ORDERED.search(question) or _SORT_THEM.search(question) or _ONLY_WAY.search(question)
    if match is None:
        return question, Presentation(columns=tuple(columns))
    end = question[match.end() - 1 : match.end()]
    rest = question[: match.start()].rstrip(" ,;.") + (end + question[match.end() :] if end in (*".?!;",) else question[match.end() :])
    how = match.groupdict().get("how") or match[0]
    way = re.search(_WAY, how, re.IGNORECASE)
    by = re.sub(r"^\s*by\s+", "", how[: way.start()] + " " + how[way.end() :] if way else how, flags=re.IGNORECASE)
    by = match.groupdict().get("by") or by
    by_name = way is not None and (way["word"] or "").lower().startswith("alphabetical") and not _content(by)
    return rest, Presentation(by.strip(" ,"), _direction(way), tuple(columns), by_name)


def _is_of_matching(said: str) -> bool:
    """ "airport names using ILIKE", "strings of state using exact upper case matches" say how things are compared. "carriers like Delta"
    and "on exactly JFK" say which rows are meant, and are not to be lost."""
    words = re.findall(r"\w+", _EXAMPLE.sub(" ", said))
    end = len(words)
    while end and words[end - 1].lower() in _MATCHING:
        end -= 1
    what = words[:end]
    of_names = any(word.endswith("s") or "_" in word for word in what) and all(word.islower() for word in what)
    return of_names and _CHOOSING.isdisjoint(what) and not _MATCHED.isdisjoint(word.lower() for word in words[end:])


def _direction(way: re.Match[str] | None) -> str:
    if way is None:
        return ""
    said = (way["word"] or way["from"]).lower()
    return "desc" if said in _DOWN else "asc"


def ranked(shown: Presentation, lexicon: Lexicon, metrics: Sequence[Metric], ranking: Ranking | None, *, grouped: bool) -> Ranking | None:
    """Rows that are ordered by their measure are a ranking of all of them; one that is asked for with a number stays as it is."""
    if shown.by is None or shown.alphabetical or not grouped or not _is_measure(shown.by, lexicon, metrics[0]):
        return ranking
    way = shown.way or "asc"
    if ranking is None:
        return Ranking(way, None)
    if ranking.limit not in (None, 1) and shown.way and shown.way != ranking.direction:
        raise Stop(Refuse("The first rows and the order they are shown in point in two directions. Ask without the order."))
    return Ranking(shown.way or ranking.direction, ranking.limit) if ranking.limit is None else ranking


def shown_as(reading: Reading, shown: Presentation, lexicon: Lexicon, metrics: Sequence[Metric]) -> Reading:
    """The reading in this order. Stops where an order or a column is named that it does not have."""
    request = reading.request
    for column in shown.columns:
        if not _has(column, lexicon, reading):
            raise Stop(Refuse(f"“{column}” is to be shown, and is no part of what is asked here. Leave it out, or ask for it by itself."))
    if shown.alphabetical and not request.order_by:
        names = [key for key in request.dimensions if ":" not in key]
        return replace(reading, request=replace(request, order_by=(Order(names[-1]),))) if names else reading
    if shown.by is None or request.order_by or _is_measure(shown.by, lexicon, metrics[0]):
        return reading
    keys = [key for key in _fields(shown.by, lexicon) if key in request.dimensions]
    if not keys and any(m.name in request.metrics for m in _named(shown.by, lexicon)):
        name = next(m.name for m in _named(shown.by, lexicon) if m.name in request.metrics)
        return replace(reading, request=replace(request, order_by=(Order(name, "desc" if shown.way == "desc" else "asc"),)))
    if not keys:
        raise Stop(Refuse(f"The rows cannot be ordered by “{shown.by}”: it is no part of what is asked here.", missing=shown.by))
    return replace(reading, request=replace(request, order_by=(Order(keys[0], "desc" if shown.way == "desc" else "asc"),)))


def _is_measure(by: str, lexicon: Lexicon, metric: Metric) -> bool:
    """Nothing, or the measure itself, or a word of it ("from highest to lowest altitude")."""
    words = _content(by)
    return not words or metric in _named(by, lexicon) or words <= metric.bag


def _content(text: str) -> frozenset[str]:
    return frozenset(token.stem for token in tokens(text) if token.lower not in _EMPTY and token.lower not in SKIPPED)


def _key(text: str) -> tuple[str, ...]:
    return tuple(token.stem for token in tokens(text) if token.lower not in _EMPTY and token.lower not in SKIPPED)


def _meanings(text: str, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """(kind, name) of what a phrase names, with and without "number of" and the like."""
    whole = tuple(token.stem for token in tokens(text) if token.lower not in SKIPPED)
    for key in dict.fromkeys((whole, _key(text))):
        yield from ((m.kind, m.name) for m in lexicon.lookup(key))


def _named(text: str, lexicon: Lexicon) -> list[Metric]:
    return [lexicon.metrics[name] for kind, name in _meanings(text, lexicon) if kind == "metric"]


def _fields(text: str, lexicon: Lexicon) -> list[str]:
    return [name for kind, name in _meanings(text, lexicon) if kind == "dimension"]


def _has(text: str, lexicon: Lexicon, reading: Reading) -> bool:
    """Whether a column that is to be shown is among those that the reading has."""
    request = reading.request
    if not _content(text):
        return True
    if any(m.name in request.metrics for m in _named(text, lexicon)):
        return True
    aggregated = {token.lower for token in tokens(text)} & _AGGREGATED
    if not aggregated and any(_content(text) <= lexicon.metrics[name].bag for name in request.metrics):
        return True
    shown = {*request.dimensions, *(lexicon.code_of(key) for key in request.dimensions)}
    if any(path in shown or lexicon.code_of(path) in shown for path in _fields(text, lexicon)):
        return True
    grains = {key.partition(":")[2] for key in request.dimensions if ":" in key}
    return bool(_content(text) <= {stem(grain) for grain in grains})
