"""Signs in a question, put into words. One that is dropped turns a question into another: "origin ≠ JFK" into "origin JFK", "below -5" into
"below 5". What has no meaning here becomes a word that nothing explains, and is refused by its name."""

import re
import unicodedata
from collections.abc import Sequence

from analytics_agent.semantic.reader.numbers import is_of_two_readings
from analytics_agent.semantic.reader.words import MONEY, Token

MINUS = "minus"
_POWER = "superscript"
_RAISED = re.compile(r"(?<=\d)[⁰¹²³⁴-⁹]+")
_SAID = (
    (re.compile(r"≥|=>|>\s+="), " >= "),
    (re.compile(r"≤|=<|<\s+="), " <= "),
    (re.compile(r"\s*(?:!\s?=+|=/=|≠|<>|!(?=[<>]))\s*"), " not "),
    (re.compile(r"‰"), " permille "),
    (re.compile(r"(?<![\w.])\.(?=\d)"), "0."),
    (re.compile(r"(?<![\w.)%€$£-])[-−](?=\d)"), f" {MINUS} "),
    (re.compile(r"(?<!\S)-(?=[^\W\d_])"), f" {MINUS} "),
)


def spoken(text: str) -> str:
    """The same question; dates and ranges are to be put into words before, for they hold the same signs."""
    text = unicodedata.normalize("NFKC", _RAISED.sub(f" {_POWER} ", text))
    for pattern, said in _SAID:
        text = pattern.sub(said, text)
    return "".join(f" {_money(c)} " if unicodedata.category(c) == "Sc" and c not in MONEY else c for c in text)


def _money(sign: str) -> str:
    return unicodedata.name(sign).lower().removesuffix(" sign")


def advice(tokens: Sequence[Token], unknown: Sequence[int]) -> str:
    """A sentence for the first of the unknown words that is a sign or a figure; nothing where none is."""
    for at in unknown:
        word = tokens[at].lower
        if is_of_two_readings(word):
            return f"“{word}” can be read in two ways. Write thousands without a sign and decimals with a point: 5000, 2.5."
        if word == MINUS:
            return "A minus sign is not read here: limits below zero, differences and what is to be left out have no sign. Say it in words."
        if word == _POWER:
            return "Small raised figures are not read here. Write the whole number."
    return ""
