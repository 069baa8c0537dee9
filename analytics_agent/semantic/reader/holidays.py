"""Days with a name that are on one date everywhere are read as that date; others depend on the year or the country, and loose_times.py
says that their date is needed. A name that the model has a word for ("Halloween" as a promotion) is the model's."""

import re

from analytics_agent.semantic.reader.lexicon import Lexicon
from analytics_agent.semantic.reader.words import tokens

_FIXED = {
    r"Christmas Day": "December 25",
    r"Christmas Eve": "December 24",
    r"New Year['’]?s['’]? Day": "January 1",
    r"New Year['’]?s['’]? Eve": "December 31",
    r"(?:Saint |St\.? )?Valentine['’]?s['’]? Day": "February 14",
    r"Hallowe['’]?en": "October 31",
    r"(?:the )?fourth of July": "July 4",
}
_BEFORE = r"\b(on|for|during|since|before|after|until|from|to|between|and|versus|vs|through|till|by|of|in)\s+"
_NAMED = [(re.compile(rf"{_BEFORE}({name})(?!\w)", re.IGNORECASE), day) for name, day in _FIXED.items()]


def dated(question: str, lexicon: Lexicon) -> str:
    """The question with the dates of days that are the same every year and everywhere."""
    for pattern, day in _NAMED:
        named = pattern.search(question)
        if named is not None and not _is_of_the_model(named[2], lexicon):
            question = pattern.sub(rf"\1 {day}", question)
    return question


def _is_of_the_model(name: str, lexicon: Lexicon) -> bool:
    """Whether a word of it, other than those of the calendar, is one of the model's."""
    words = {token.lower for token in tokens(name)} - {"day", "eve", "new", "year", "the", "of", "july", "fourth"}
    return bool(words & lexicon.vocabulary)
