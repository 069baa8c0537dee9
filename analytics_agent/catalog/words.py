"""The words that names and questions are made of, as they are compared: stemmed, in lower case."""

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d_])(?=\d)")
NOT_SEARCHED = """
    a an any and are as at be by did do does each every for from give had has have how in is it its list many me most much of on or
    our per show tell than that the their them there these this to was we were what when where which who whose why with
"""
"""Words of every question, which say nothing about tables."""


@lru_cache(maxsize=65_536)
def split(text: str) -> tuple[str, ...]:
    """The stemmed words of a name or sentence: "lateDepartures_2013" is late, departure, 2013."""
    return tuple(_stem(part.lower()) for word in _WORD.findall(text) for part in _CAMEL.split(word) if part)


def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
