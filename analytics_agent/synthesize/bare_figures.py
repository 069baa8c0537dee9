"""Finds figures typed into prose: digits, number words, fractions, ranks. What the question itself says may be repeated.

Not figures: "one" and "first" (articles and adverbs far more often than counts), "both", "single", "few", "several",
and "second" after "per" or "a" (a unit of time).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

_ONES = "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_MULTIPLES = "halves halved halving twice thrice double doubled doubles doubling triple tripled triples tripling quadruple quadrupled"
_FOLDS = "twofold threefold fourfold fivefold tenfold"
_PARTS = "thirds fourths fifths sixths tenths hundredth hundredths"
_ONES_DE = "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn"
_TENS_DE = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"
_MULTIPLES_DE = (
    "doppelt doppelte doppelten verdoppelt verdoppelte verdreifacht dreifach dreifache zweimal dreimal viermal halbiert halbierte"
)
_PARTS_DE = "drittel viertel fünftel sechstel zehntel zweiter zweite zweiten zweites dritter dritte dritten vierter vierte vierten"
_VALUES: dict[str, Decimal] = {
    "zero": Decimal(0),
    **{word: Decimal(number) for number, word in enumerate(_ONES.split(), start=2)},
    **{word: Decimal(number * 10) for number, word in enumerate(_TENS.split(), start=2)},
    **{word: Decimal(number) for number, word in enumerate(_ORDINALS.split(), start=2)},
    **{word: Decimal(number) for number, word in enumerate(_ONES_DE.split(), start=2)},
    **{word: Decimal(number * 10) for number, word in enumerate(_TENS_DE.split(), start=2)},
    **dict.fromkeys(("hundert", "hunderte"), Decimal(100)),
    **dict.fromkeys(("tausend", "tausende"), Decimal(1_000)),
    **dict.fromkeys(("million", "millionen"), Decimal(1_000_000)),
    **dict.fromkeys(("milliarde", "milliarden"), Decimal(1_000_000_000)),
    **dict.fromkeys(("hälfte", "halb", "halbe"), Decimal("0.5")),
    "hundred": Decimal(100),
    "thousand": Decimal(1_000),
    "billion": Decimal(1_000_000_000),
    "trillion": Decimal(1_000_000_000_000),
    "dozen": Decimal(12),
    "half": Decimal("0.5"),
}
_WITHOUT_VALUE = frozenset(f"{_MULTIPLES} {_FOLDS} {_PARTS} {_MULTIPLES_DE} {_PARTS_DE}".split())
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d+(?:[.,\u202f\u00a0']\d+)*(?:\s?(?:%|percent\b|per cent\b))?", re.IGNORECASE)
_QUARTERS = re.compile(r"\b(?:a|one|three)[\s-]quarters?\s+of\b", re.IGNORECASE)
_SECOND_AS_TIME = re.compile(r"\b(?:per|a|each|every)\s+second\b", re.IGNORECASE)
_TOKEN = re.compile(r"[\w-]+")
_EXPONENT = re.compile(r"(?<=\b[mM])[²³](?!\w)|(?<=\b(?:mm|cm|dm|km|ft|in|mi|yd))[²³](?!\w)")
"""Of a unit of area or volume, and no figure."""


@dataclass(frozen=True)
class Allowed:
    """What prose may repeat. A number counts with its percent sign: “15 minutes” does not allow “15 %”."""

    numbers: frozenset[tuple[Decimal, bool]]
    words: frozenset[str]
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, texts: Iterable[str], names: Iterable[str] = ()) -> "Allowed":
        """From the question and the readings; `names` are text cells, of which parts such as A320 may be repeated."""
        found = [unicodedata.normalize("NFKC", text) for text in texts]
        words = {word.casefold() for text in found for word in _WORD.findall(text)}
        numbers = {_value(number) for text in found for number in _NUMBER.findall(text)}
        numbers |= {(_VALUES[word], False) for word in _singular(words) if word in _VALUES}
        mixed = {token.casefold() for name in names for token in _TOKEN.findall(name) if _is_mixed(token)}
        return cls(frozenset(numbers), frozenset(words), frozenset(mixed))


def bare_figures(prose: str, allowed: Allowed) -> list[str]:
    """The figures in a piece of prose that are not allowed, as they stand there."""
    prose = _EXPONENT.sub("", prose)
    found = [character for character in prose if unicodedata.category(character) in {"No", "Nl"}]
    text = unicodedata.normalize("NFKC", "".join(character for character in prose if character not in found))
    named = [match.span() for match in _TOKEN.finditer(text) if match.group().casefold() in allowed.names]
    for match in _NUMBER.finditer(text):
        within_name = any(start <= match.start() < end for start, end in named)
        if not within_name and _value(match.group()) not in allowed.numbers:
            found.append(match.group())
    return found + _number_words(text, allowed)


def _number_words(text: str, allowed: Allowed) -> list[str]:
    found = [match.group() for match in _QUARTERS.finditer(text) if "quarter" not in allowed.words]
    for word in _WORD.findall(_SECOND_AS_TIME.sub(" ", text)):
        folded = word.casefold()
        (known,) = _singular({folded})
        is_figure = known in _VALUES or folded in _WITHOUT_VALUE
        if is_figure and folded not in allowed.words and (_VALUES.get(known), False) not in allowed.numbers:
            found.append(word)
    return found


def _is_mixed(token: str) -> bool:
    """Letters and digits together, as in A320 or N725MQ: a name, not a number."""
    return any(character.isdecimal() for character in token) and any(character.isalpha() for character in token)


def _singular(words: set[str]) -> set[str]:
    """“hundreds” and “dozens” as “hundred” and “dozen”; “seconds” stays: it is time."""
    return {word[:-1] if word.endswith("s") and word != "seconds" and word[:-1] in _VALUES else word for word in words}


def _value(written: str) -> tuple[Decimal, bool]:
    """1,234.5 and 1 234.5 as numbers; what cannot be read as one number is compared digit by digit."""
    number = re.match(r"[\d.,\u202f\u00a0']+", written)
    digits = re.sub(r"[,\u202f\u00a0']", "", number.group() if number else written).rstrip(".")
    whole, _, rest = digits.partition(".")
    return Decimal(f"{whole}.{rest.replace('.', '')}" if rest else whole), len(written) > (number.end() if number else 0)
