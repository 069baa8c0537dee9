"""What a column's description says beside its meaning: a unit, words for codes, other names, what is counted, which table it points at.

Descriptions are prose that somebody wrote in any way; each is read for a few plain forms, and what has another form says nothing here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

MOST_WORDS = 6
"""A longer phrase is a sentence, and nobody says it as a name."""
_CUT = re.compile(
    r"[.;:(\[]|,|\s[-–—]\s|\b(?:e\.?g\.?|i\.?e\.?|such as|for example|can only|either|possible values?|as rated|in which|"
    r"where|whose|that|who|which|when|whether|if applicable)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|a|an|this|any|overall|actual|indicates?)\s+", re.IGNORECASE)
_COUNTED = re.compile(r"^(?:the\s+|a\s+)?(?:overall\s+|total\s+)?(?:number|count|amount|no\.?|#)\s+of\s+(?P<rest>.+)$", re.IGNORECASE)
_ALSO = re.compile(
    r"\b(?:also (?:called|known as|named|referred to as)|a\.?k\.?a\.?|synonyms?:|alias(?:es)?:|or simply)\s+(?P<names>[^.;()]+)",
    re.IGNORECASE,
)
_QUOTES = "'\"‘’“”`"
_CODE = re.compile(
    r"(?<![\w])[" + _QUOTES + r"]?(?P<code>[A-Za-z0-9_+-]{1,20})[" + _QUOTES + r"]?\s*(?:=|:|\bmeans\b|\bis for\b|\bfor\b(?=\s+[a-z]))\s*"
    r"[" + _QUOTES + r"]?(?P<words>[A-Za-z][\w '/-]*?)[" + _QUOTES + r"]?(?=\s*(?:[,;.)|]|\band\b|\bor\b|$))"
)
_DASHED = re.compile(r"(?<![\w])(?P<code>[A-Z0-9]{1,4})\s+[-–]\s+(?P<words>[A-Za-z][\w ]*?)(?=\s*(?:[,;.)]|$))")
_AVERAGED = re.compile(
    r"\b(?:averages?|mean|median|rates?|ratio|percent(?:age)?|scores?|ratings?|scale of|per|index|density|gpa|temperature)\b",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"\b(?:referenc(?:es|ing)|refers to|points? (?:to|at|into)|links? (?:to|into)|foreign key (?:to|of|into|for|from)|"
    r"id(?:entifier)? (?:of|for|from))\s+(?:the\s+|each\s+|a\s+|an\s+)?['\"`]?(?P<table>[A-Za-z_]\w*)",
    re.IGNORECASE,
)
_KEY = re.compile(r"\b(?:unique|primary)\s+(?:\w+\s+)?(?:id(?:entifier)?|key|code|number)\b|\bprimary key\b", re.IGNORECASE)
_MOMENT = re.compile(r"\b(?:unix|epoch)\b|\bseconds since\b|\btimestamp\b", re.IGNORECASE)
_UNITS = {
    "min": "minutes?|mins?",
    "h": "hours?|hrs?",
    "s": "seconds?|secs?",
    "days": "days?",
    "years": "years?",
    "mph": "miles per hour|mph",
    "mi": "miles?",
    "km²": "square kilomet(?:er|re)s?|sq\\.? ?km|km2|km²",
    "km": "kilomet(?:er|re)s?|km",
    "m": "met(?:er|re)s?",
    "in": "inch(?:es)?",
    "ft": "feet|foot",
    "lb": "pounds?|lbs?",
    "kg": "kilograms?|kilos?|kg",
    "°F": "degrees? fahrenheit|fahrenheit|°f",
    "°C": "degrees? celsius|celsius|°c",
    "USD": "usd|us dollars?|u\\.s\\. dollars?|dollars?",
    "EUR": "eur|euros?",
    "GBP": "gbp|pounds? sterling",
    "%": "percent|percentages?|%",
}
_UNIT = {
    unit: re.compile(rf"(?:\bin|\bmeasured in|\(|\[|\bunit:?)\s*(?:the\s+)?(?:{words})(?=\W|$)", re.IGNORECASE)
    for unit, words in _UNITS.items()
}
MONEY = {"USD", "EUR", "GBP"}
_EMPTY = {
    "id", "ids", "identifier", "unique identifier", "unique id", "code", "name", "names", "number", "type", "text", "value", "date", "key",
    "title", "foreign key", "primary key", "term", "status", "description", "count", "column", "field", "flag", "amount", "total", "row",
}  # fmt: skip
_VERB = re.compile(r"\b\w{3,}ed$|\b(?:given|taken|made|sold|held|paid|won|lost|left|written|spent|sent|built)$", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """`phrases` call the column; `counted` is what it is a number of, and phrases for that. `refers_to` is as it is written."""

    phrases: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    unit: str | None = None
    codes: tuple[tuple[str, str], ...] = ()
    is_averaged: bool = False
    is_key: bool = False
    is_moment: bool = False
    """A point in time that is stored as a number: neither to be added up nor to be averaged."""
    refers_to: str | None = None


@lru_cache(maxsize=65_536)
def said(text: str | None, thing: str = "") -> Said:
    """What a description says of a column of `thing` (one row of its table, in words)."""
    if not text or not text.strip():
        return Said()
    plain = " ".join(text.split())
    counted = _COUNTED.match(plain)
    return Said(
        phrases=() if counted else tuple(dict.fromkeys(_phrases(plain, thing))),
        counted=tuple(dict.fromkeys(_of_counted(counted["rest"], thing))) if counted else (),
        also=tuple(_also(plain)),
        unit=_unit(plain),
        codes=tuple(_codes(plain)),
        is_averaged=bool(_AVERAGED.search(plain)) and not counted,
        is_key=bool(_KEY.search(plain)) and "foreign" not in plain.lower(),
        is_moment=bool(_MOMENT.search(plain)),
        refers_to=refers["table"] if (refers := _REFERS.search(plain)) else None,
    )


def words(text: str | None) -> tuple[str, ...]:
    return tuple(word.lower() for word in re.findall(r"[A-Za-z]{2,}", text or ""))


def _phrases(text: str, thing: str) -> Iterator[str]:
    """ "The type of food served at the restaurant": "type of food served", "type of food"."""
    core = _clean(_without_place(_without_thing(_without_unit(_CUT.split(text, maxsplit=1)[0]), thing)))
    named = re.sub(r"^(?:full |unique )?(?:name|title|code|identifier)s? (?:of|for) (?:the |a |an |each )?", "", core)
    for phrase in (core, _VERB.sub("", core).strip(), named):
        is_plain = phrase not in _EMPTY and not re.search(r"[^\w '&-]|^id\b|\bid of\b|\bidentifier\b|\bindicat|\bforeign key\b", phrase)
        if len(phrase) > 1 and is_plain and len(phrase.split()) <= MOST_WORDS:
            yield phrase


def _without_place(text: str) -> str:
    """ "highest point in the state" is the highest point."""
    return re.sub(r"(?<=\w)\s+(?:in|at|on|from|by|through|to) (?:the|each|a|an|this) [\w ]+$", "", text, flags=re.IGNORECASE)


def _of_counted(rest: str, thing: str) -> Iterator[str]:
    """ "citations received by the publication": as it stands, without its end, and the thing that is counted."""
    whole = re.split(r"[.;:(\[,]|/", rest, maxsplit=1)[0].strip().lower()
    core = _clean(_without_thing(whole, thing))
    for phrase in (whole, core, _VERB.sub("", core).strip(), _turned(core)):
        if phrase and len(phrase.split()) <= MOST_WORDS * 2:
            yield phrase


def _turned(text: str) -> str:
    """ "students enrolled" is "enrolled students" too."""
    words = text.split()
    return f"{words[1]} {words[0]}" if len(words) == 2 and _VERB.search(words[1]) else ""


def _without_thing(text: str, thing: str) -> str:
    """Up to where the row itself is named: what follows says whose it is."""
    named = "|".join(re.escape(word) for word in {thing, thing.split(" ")[-1]} if word) or r"\Z"
    return re.split(
        rf"\s+(?:(?:of|for|by|at|in|on|from|to|about)\s+)?(?:the|each|a|an|this)\s+(?:{named})\b", text, maxsplit=1, flags=re.IGNORECASE
    )[0]


def _without_unit(text: str) -> str:
    return min((pattern.split(text, maxsplit=1)[0] for pattern in _UNIT.values()), key=len)


def _clean(text: str) -> str:
    text = text.strip().lower()
    while (shorter := _ARTICLE.sub("", text)) != text:
        text = shorter
    return re.sub(r"\s+(?:of|for|by|at|in|on|from|to|the|is|are|was|were|and|or)$", "", text).strip(" '\"`’/")


def _also(text: str) -> Iterator[str]:
    for match in _ALSO.finditer(text):
        for name in re.split(r",|\bor\b|\band\b|/", match["names"]):
            cleaned = name.strip(" " + _QUOTES).lower()
            if cleaned and len(cleaned.split()) <= MOST_WORDS:
                yield cleaned


def _unit(text: str) -> str | None:
    """The one that is named first."""
    found = [(match.start(), -len(match[0]), unit) for unit, pattern in _UNIT.items() if (match := pattern.search(text))]
    return min(found)[2] if found else None


def _codes(text: str) -> Iterator[tuple[str, str]]:
    """ "status: A = active, C = closed". A single pair may be prose; two are a list."""
    body = text.partition(":")[2] if re.match(r"^[\w ]+:\s", text) and "=" in text.partition(":")[2] else text
    for pattern in (_CODE, _DASHED):
        pairs = [(match["code"], match["words"].strip().lower()) for match in pattern.finditer(body)]
        if len({code for code, _ in pairs}) > 1:
            yield from pairs
            return


def of_values(codes: Iterable[tuple[str, str]], values: Iterable[str]) -> dict[str, list[str]]:
    """Words for those values that a column holds; codes that it does not hold are dropped."""
    held = {value.lower(): value for value in values}
    found: dict[str, list[str]] = {value: [] for value in held.values()}
    for code, word in codes:
        if code.lower() in held and word != code.lower() and word not in found[held[code.lower()]]:
            found[held[code.lower()]].append(word)
    return found
