"""Words of a question: tokens, stems, numbers, and the closed classes of English that a question is built with."""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from analytics_agent.semantic.reader.families import FAMILIES
from analytics_agent.semantic.reader.numbers import figure, spelled

_TOKEN = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d[\d,]*(?:\.\d+)?(?:st|nd|rd|th|k|m|bn)?\b|[^\W\d_]+\d\w*|\d+[^\W\d_]+|[^\W_]+|>=|<=|[<>=%$€£]|[.,?!;:]"
    r"|[/+*×÷]|(?<=\s)[-–−](?=\s)"
)

_TOOK_OFF = re.compile(r"\b(?:take|takes|took|taken|taking)\s+off\b", re.IGNORECASE)
"""A verb of two words, each of which means nothing here by itself."""


def _ordered(text: str) -> list[str]:
    return text.split()


def closed(text: str) -> frozenset[str]:
    """A closed class of words, written as one text."""
    return frozenset(text.split())


_COUNTED = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty"""
_BREAKS = frozenset(".?!;:")
_COMPUTING = frozenset("/+*×÷-–−")
MONEY = {"$": "dollars", "€": "euros", "£": "pounds"}
_SYMBOLS = {"%": "percent", ">": "over", "<": "under", ">=": "at least", "<=": "at most", "=": "equals"} | MONEY
_SCALE = {"k": 1_000, "m": 1_000_000, "bn": 1_000_000_000}
NUMBER_WORDS = {word: number for number, word in enumerate(_ordered(_COUNTED))} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "hundred": 100,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "thousand": 1000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "dozen": 12,
}
_FAMILY = {verb: noun for noun, verbs in FAMILIES.items() for verb in verbs.split()}
SILENT = closed("""a an the of is was were are be been being am did do does done has have had having there here it its their theirs them
    they that these those who whom whose i we you our my your me us please show give list tell find get let display report
    want wants like would could can know see need all any some ever just exactly roughly about approximately so also both
    out as if when then than data table chart database graph plot figure figures s d many much one ones us what which how where
    and or but by per each every for from to into in on at with within during through across among between had happen
    happened happens occur occurred occurs take took make made used use using doing go going went question answer really
    actually overall kind hi hello thanks thank got saw seen put come came comes coming via whats hows wheres whos theres please kindly lets
    respective respectively""")
"""Words that need no explanation of their own. Some steer the reading as neighbors (by, per, each, to, from, and)."""
MOVING = closed("""reach reaches reached serve serves served serving operate operates operated operating run runs ran offer offers offered
    travel travels traveled head heads headed heading bound start starts started""")
"""Verbs that say nothing but the way, where the data has places that things come from or go to."""
SKIPPED = closed("a an the of that which is are was were did do does have had has been be there all its their")
"""Words that may stand inside a phrase of the model without breaking it."""


@dataclass(frozen=True)
class Token:
    """One word. `stem` is what phrases are matched by, `surface` as it was typed, `breaks` that a clause begins here, `comma` that a
    comma stands before it, `sign` the sign of a calculation that does."""

    surface: str
    lower: str
    stem: str
    number: float | None = None
    day: date | None = None
    breaks: bool = False
    comma: bool = False
    sign: str = ""

    @property
    def named(self) -> bool:
        """Typed like a name or a code."""
        return self.surface[:1].isupper() or any(c.isupper() for c in self.surface[1:])


def tokens(text: str) -> tuple[Token, ...]:
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").replace("‘", "'")
    plain = _TOOK_OFF.sub("departed", plain)
    plain = re.sub(r"(?<=\w)'s\b", "", plain)
    plain = re.sub(r"\b(\w)'(?=\w)", r"\1", plain)
    plain = re.sub(r"(?<=\b[A-Za-z])\.(?=\s)", "", re.sub(r"\b(St|Mt|Ft|Dr|Inc|Co|No)\.", r"\1", plain))
    found: list[Token] = []
    breaks, comma, sign = True, False, ""
    for match in _TOKEN.findall(plain):
        if match in _COMPUTING:
            sign = match
            continue
        if match in _BREAKS or match == ",":
            breaks, comma = breaks or match in _BREAKS, match == ","
            continue
        for part in _SYMBOLS.get(match, match).split():
            found.append(replace(_token(part, breaks, comma), sign=sign))
            breaks, comma, sign = False, False, ""
    return _with_numbers(_units_behind(found))


def _units_behind(found: list[Token]) -> list[Token]:
    """ "$50" is 50 dollars: the unit goes behind its number."""
    for at in range(len(found) - 1):
        unit, number = found[at], found[at + 1]
        if (
            unit.lower in MONEY.values()
            and unit.surface == unit.lower
            and number.number is not None
            and not number.breaks
            and not unit.number
        ):
            if at + 2 < len(found) and found[at + 2].lower in MONEY.values():
                continue
            found[at : at + 2] = [replace(number, breaks=unit.breaks, comma=unit.comma), replace(unit, breaks=False, comma=False)]
    return found


def _with_numbers(found: list[Token]) -> tuple[Token, ...]:
    """Numbers of several words as one: "two dozen", "1.5 million"."""
    words, at, joined = [token.lower for token in found], 0, []
    while at < len(found):
        hit = spelled(words, at) if not any(token.breaks or token.comma for token in found[at + 1 : at + 2]) else None
        if hit is None or found[at].day is not None:
            joined.append(found[at])
            at += 1
            continue
        number, length = hit
        surface = " ".join(token.surface for token in found[at : at + length])
        joined.append(replace(found[at], surface=surface, lower=surface.lower(), stem=surface.lower(), number=number))
        at += length
    return tuple(joined)


def _token(surface: str, breaks: bool, comma: bool) -> Token:
    lower = surface.lower()
    return Token(surface, lower, stem(lower), _number(lower), _day(lower), breaks, comma)


def _number(lower: str) -> float | None:
    if lower in NUMBER_WORDS:
        return float(NUMBER_WORDS[lower])
    match = re.fullmatch(r"([\d,.]+)(k|m|bn)?", lower)
    number = figure(match[1]) if match else None
    return number * _SCALE.get(match[2], 1) if match and number is not None else None


def _day(lower: str) -> date | None:
    try:
        return date.fromisoformat(lower) if len(lower) == 10 else None
    except ValueError:
        return None


def ordinal(token: Token) -> int | None:
    """4 for "4th"."""
    match = re.fullmatch(r"(\d{1,2})(st|nd|rd|th)", token.lower)
    return int(match[1]) if match else None


def is_verb_form(token: Token) -> bool:
    """paid, sold, returned: not the noun of a family, and not what merely ends like one."""
    return token.lower in _FAMILY or (token.lower.endswith("ed") and len(token.lower) > 4)


def stem(word: str) -> str:
    """Singular, without the endings of verbs; irregular forms by table. Crude, and the same on both sides of a match."""
    if word in _FAMILY:
        return stem(_FAMILY[word])
    if not word.isalpha() or len(word) <= 3:
        return word
    if word in ("evening", "evenings"):
        return "evening"  # "even" is no time of the day
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "ches", "shes", "xes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if word in _FAMILY:
        return stem(_FAMILY[word])
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


@lru_cache(maxsize=65_536)
def stems(text: str) -> tuple[str, ...]:
    """A phrase of the model as it is matched: stems without the words that may be left out."""
    kept = [token.stem for token in tokens(text) if token.lower not in SKIPPED]
    return tuple(kept) or tuple(token.stem for token in tokens(text))
