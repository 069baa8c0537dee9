"""A figure and the words around it: the unit is shown once, and prose cannot give a figure another unit, sign or size."""

import re
from dataclasses import replace

from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.synthesize.format import Shown

_FAMILIES = (
    ("s", "sec", "second", "seconds", "sekunde", "sekunden"),
    ("min", "minute", "minutes", "minuten"),
    ("h", "hour", "hours", "stunde", "stunden"),
    ("day", "days", "tag", "tage", "tagen"),
    ("week", "weeks", "woche", "wochen"),
    ("month", "months", "monat", "monate", "monaten"),
    ("year", "years", "jahr", "jahre", "jahren"),
    ("mi", "mile", "miles", "meile", "meilen"),
    ("km", "kilometer", "kilometers", "kilometern"),
    ("points", "point", "percentage points", "percentage point", "prozentpunkte", "prozentpunkten", "punkte", "punkten"),
    ("%", "percent", "per cent", "prozent"),
    ("usd", "$", "dollar", "dollars"),
    ("eur", "€", "euro", "euros"),
    ("gbp", "£", "pound", "pounds"),
)
_SPELLED = {spelling: family for family in _FAMILIES for spelling in family}
_NEXT = re.compile(r"^[\s\u00a0-]*(percentage points?|per cent|%|[^\W\d_]+)", re.IGNORECASE)
_TOUCHING = re.compile(r"^[^\W_]")
_SIGN = re.compile(r"(?:^|[\s(\[])[-−–+~]$")
_MONEY = re.compile(r"[$€£¥₹]\s?$")
_FUNCTION = (
    "a an and are as at because before after between but by during each every for from had has have if in is less fewer more or on over "
    "per since than that the to under until up was were when where which while who with without"
)
_FUNCTION_WORDS = frozenset(_FUNCTION.split())


def is_unit(word: str) -> bool:
    return word.casefold() in _SPELLED


def join(shown: Shown, column: ResultColumn, before: str, after: str) -> tuple[Shown, str, str]:
    """The figure and the prose around it, with the unit left to whichever of them says it."""
    match = _NEXT.match(after)
    word = match.group(1).casefold() if match else ""
    money = _SPELLED.get((column.unit or "").casefold(), ()) if column.format == "currency" else ()
    before = _MONEY.sub("", before) if column.format == "currency" else before
    if match and (word in money or (shown.unit == "%" and word in _SPELLED["%"])):
        return shown, before, after[match.end() :]
    if shown.unit is None:
        return shown, before, after
    if match and (_same(shown.unit, word) or (_counts(shown.unit, column) and word not in _FUNCTION_WORDS)):
        return replace(shown, unit=None), before, after
    return shown, before, after


def without_unit(after: str) -> str:
    """The prose after "no value", which has no unit either."""
    match = _NEXT.match(after)
    return after[match.end() :] if match and is_unit(match.group(1)) else after


def _counts(unit: str, column: ResultColumn) -> bool:
    """A unit that counts things ("flights"), which prose may replace by its own noun ("departures")."""
    return column.type == "integer" and unit.casefold() not in _SPELLED


def _same(unit: str, word: str) -> bool:
    unit = unit.casefold()
    return word in _SPELLED.get(unit, (unit, unit.removesuffix("s")))


def misfit(shown: Shown, column: ResultColumn, before: str, after: str) -> str | None:
    """What is wrong with the prose that touches a figure; None when nothing is."""
    if _TOUCHING.match(after):
        return "letters or digits stand directly after the reference and would change it; leave a space"
    if _SIGN.search(before):
        return "a sign stands directly before the reference and would change it; the reference brings its own sign"
    match = _NEXT.match(after)
    family = _SPELLED.get(match.group(1).casefold()) if match else None
    if family is None or after[:1] == "-":
        return None
    unit = column.unit if column.format == "currency" else shown.unit
    if unit and _SPELLED.get(unit.casefold()) != family:
        return f"it is followed by {match.group(1) if match else ''!r} but its unit is {unit}"
    if not unit and family in (_SPELLED["%"], _SPELLED["points"]):
        return f"it is followed by {match.group(1) if match else ''!r} but is no percentage"
    return None
