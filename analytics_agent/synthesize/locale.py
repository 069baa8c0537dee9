"""A figure as the language of the prose writes it: separators, names of months, the place of a currency's sign. English is as shown."""

from dataclasses import replace
from fractions import Fraction

from analytics_agent.domain.cell import Cell
from analytics_agent.domain.month_names import ENGLISH, NAMES
from analytics_agent.domain.period import MONTHS
from analytics_agent.synthesize.format import MINUS, NO_BREAK, Shown

THIN = "\u202f"
_SWAPPED = str.maketrans({",": ".", ".": ","})
_FRENCH = str.maketrans({",": THIN, ".": ","})
_SEPARATORS = {"de": _SWAPPED, "es": _SWAPPED, "it": _SWAPPED, "pt": _SWAPPED, "nl": _SWAPPED, "fr": _FRENCH}
_BACK = {"fr": str.maketrans({THIN: ",", ",": "."})}
_SIGNS = "$€£¥₹"
_YES_NO = {"de": ("ja", "nein"), "fr": ("oui", "non"), "es": ("sí", "no"), "it": ("sì", "no"), "pt": ("sim", "não"), "nl": ("ja", "nee")}


NO_VALUE = {
    ENGLISH: "no value", "de": "kein Wert", "fr": "aucune valeur", "es": "sin valor", "it": "nessun valore", "pt": "sem valor",
    "nl": "geen waarde",
}  # fmt: skip


def localized(shown: Shown, cell: Cell | Fraction, language: str) -> Shown:
    """Text of the data stays as it is."""
    if language == ENGLISH or language not in _SEPARATORS or isinstance(cell, str):
        return shown
    if isinstance(cell, bool):
        return replace(shown, figure=_YES_NO[language][0 if cell else 1])
    if isinstance(cell, Fraction):
        return _number(shown, language)
    return replace(shown, figure=_moment(shown.figure, language))


def _number(shown: Shown, language: str) -> Shown:
    figure = shown.figure.translate(_SEPARATORS[language])
    minus, bare = (MINUS, figure[1:]) if figure.startswith(MINUS) else ("", figure)
    if bare[:1] in _SIGNS and bare:
        return Shown(f"{minus}{bare[1:]}{NO_BREAK}{bare[0]}", shown.unit)
    return replace(shown, figure=figure)


def _moment(figure: str, language: str) -> str:
    """ "24 June 2013" as "24. Juni 2013"."""
    for english, own in zip(MONTHS, NAMES[language], strict=True):
        if english in figure:
            dot = "." if language == "de" and figure[:1].isdigit() else ""
            return figure.replace(f"{NO_BREAK}{english}", f"{dot}{NO_BREAK}{own}").replace(english, own).removeprefix("the week of ")
    return figure


def ordinal_in(place: str, language: str) -> str:
    """ "3rd" as "3." or "3e"."""
    if language == ENGLISH or language not in _SEPARATORS:
        return place
    return place[:-2].translate(_SEPARATORS[language]) + ("e" if language in ("fr", "nl") else ".")


def in_english(figure: str, language: str) -> str:
    """A number as shown, with the separators of English again."""
    return figure.translate(_BACK.get(language, _SEPARATORS.get(language, {})))
