"""Words of a question: tokens, stems, numbers, and the closed classes of English that a question is built with."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from analytics_agent.semantic.reader.families import FAMILIES

_TOKEN = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d[\d,]*(?:\.\d+)?(?:st|nd|rd|th|k|m|bn)?\b|[^\W\d_]+\d\w*|\d+[^\W\d_]+|[^\W_]+|>=|<=|[<>=%]|[.,?!;:]"
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
_SYMBOLS = {"%": "percent", ">": "over", "<": "under", ">=": "at least", "<=": "at most", "=": "equals"}
_SCALE = {"k": 1_000, "m": 1_000_000, "bn": 1_000_000_000}
NUMBER_WORDS = {word: number for number, word in enumerate(_ordered(_COUNTED))} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "hundred": 100,
    "thousand": 1000,
    "dozen": 12,
}
_FAMILY = {verb: noun for noun, verbs in FAMILIES.items() for verb in verbs.split()}
SILENT = closed("""a an the of is was were are be been being am did do does done has have had having there here it its their theirs them
    they that these those who whom whose i we you our my your me us please show give list tell find get let display report
    want wants like would could can know see need all any some ever just exactly roughly about approximately so also both
    out as if when then than data table chart graph plot figure figures s d many much one ones us what which how where
    and or but by per each every for from to into in on at with within during through across among between had happen
    happened happens occur occurred occurs take took make made used use using doing go going went question answer really
    reach reached reaches serve served serves run ran runs operate operated operates offer offered actually overall kind hi
    hello thanks thank""")
"""Words that need no explanation of their own. Some steer the reading as neighbors (by, per, each, to, from, and)."""
SKIPPED = closed("a an the of that which is are was were did do does have had has been be there all its their")
"""Words that may stand inside a phrase of the model without breaking it."""


@dataclass(frozen=True)
class Token:
    """One word. `stem` is what phrases are matched by, `surface` as it was typed, `breaks` that a clause begins here, `comma` that a
    comma stands before it."""

    surface: str
    lower: str
    stem: str
    number: float | None = None
    day: date | None = None
    breaks: bool = False
    comma: bool = False

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
    breaks, comma = True, False
    for match in _TOKEN.findall(plain):
        if match in _BREAKS or match == ",":
            breaks, comma = breaks or match in _BREAKS, match == ","
            continue
        for part in _SYMBOLS.get(match, match).split():
            found.append(_token(part, breaks, comma))
            breaks, comma = False, False
    return tuple(found)


def _token(surface: str, breaks: bool, comma: bool) -> Token:
    lower = surface.lower()
    return Token(surface, lower, stem(lower), _number(lower), _day(lower), breaks, comma)


def _number(lower: str) -> float | None:
    if lower in NUMBER_WORDS:
        return float(NUMBER_WORDS[lower])
    match = re.fullmatch(r"(\d[\d,]*(?:\.\d+)?)(k|m|bn)?", lower)
    return float(match[1].replace(",", "")) * _SCALE.get(match[2], 1) if match else None


def _day(lower: str) -> date | None:
    try:
        return date.fromisoformat(lower) if len(lower) == 10 else None
    except ValueError:
        return None


def ordinal(token: Token) -> int | None:
    """4 for "4th"."""
    match = re.fullmatch(r"(\d{1,2})(st|nd|rd|th)", token.lower)
    return int(match[1]) if match else None


def stem(word: str) -> str:
    """Singular, without the endings of verbs; irregular forms by table. Crude, and the same on both sides of a match."""
    if word in _FAMILY:
        return stem(_FAMILY[word])
    if not word.isalpha() or len(word) <= 3:
        return word
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


def stems(text: str) -> tuple[str, ...]:
    """A phrase of the model as it is matched: stems without the words that may be left out."""
    kept = [token.stem for token in tokens(text) if token.lower not in SKIPPED]
    return tuple(kept) or tuple(token.stem for token in tokens(text))
