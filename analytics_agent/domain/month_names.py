"""Names of months in the languages that questions come in, and which of them a text is written in, as far as its months need it."""

import re

from analytics_agent.domain.period import MONTHS

ENGLISH = "en"


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NAMES: dict[str, tuple[str, ...]] = {
    ENGLISH: MONTHS,
    "de": _names("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    "fr": _names("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    "es": _names("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
    "it": _names("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
    "pt": _names("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
    "nl": _names("januari februari maart april mei juni juli augustus september oktober november december"),
}
ABROAD = tuple(sorted({name for names in NAMES.values() for name in names} - set(MONTHS) - {name.lower() for name in MONTHS}))
"""Those that English does not have."""
_SMALL_WORDS = {
    ENGLISH: "how many which what the was were of in by and for",
    "de": "wie viele welche welcher der das dem den und nach im vom seit für ohne",
    "fr": "combien quels quelles quel le les des du et en par pour",
    "es": "cuántos cuántas cuál qué el los las del y en por para de",
    "it": "quanti quante quale quali il gli della nel di per a",
    "pt": "quantos quantas qual quais os as em dos das por para de",
    "nl": "hoeveel welke het een voor",
}
_CLUES = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}
_NUMBERS = {name.lower(): number for names in NAMES.values() for number, name in enumerate(names, start=1)}


def month_number(name: str) -> int:
    """1 to 12, of a whole name in any of the languages; KeyError for another word."""
    return _NUMBERS[name.lower()]


def language_of(text: str) -> str | None:
    """The one language that has all the months of a text, by its small words where several have them; None where that does not tell."""
    words = re.findall(r"\w+", text.lower())
    months = {word for word in words if word in _NUMBERS}
    fits = [language for language, names in NAMES.items() if months <= {name.lower() for name in names}]
    scores = {language: len(_CLUES[language].intersection(words)) for language in fits}
    best = [language for language in fits if scores[language] == max(scores.values())]
    if len(best) == 1:
        return best[0]
    return ENGLISH if ENGLISH in fits else None
