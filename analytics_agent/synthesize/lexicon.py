"""Words that claim something a stored result can prove or disprove, in the languages that the checks read."""

import re
from typing import Literal

LANGUAGES = ("en", "de")
Pole = Literal["high", "low", "good", "bad"]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _stems(stems: str) -> re.Pattern[str]:
    """German adjectives with all their endings."""
    return re.compile(rf"(?:{'|'.join(stems.split())})(?:e|en|er|es|em)?")


_SUPERLATIVES: dict[Pole, tuple[frozenset[str], re.Pattern[str]]] = {
    "high": (
        _set("highest most largest biggest greatest longest maximum peak peaked peaks leads led leader leading busiest latest strongest"),
        _stems("höchst meist größt grösst längst häufigst stärkst verspätetst führt führend spitzenreiter"),
    ),
    "low": (
        _set("lowest least fewest smallest shortest minimum quietest trails trailed weakest rarest"),
        _stems("niedrigst wenigst kleinst kürzest seltenst geringst schwächst tiefst schlusslicht"),
    ),
    "bad": (_set("worst"), _stems("schlechtest schlimmst")),
    "good": (_set("best"), _stems("best pünktlichst zuverlässigst")),
}
_COMPARATIVES: dict[Pole, tuple[frozenset[str], re.Pattern[str]]] = {
    "high": (
        _set("more higher larger bigger greater longer above exceeds exceeded exceed ahead later busier stronger"),
        _stems("mehr höher größer grösser länger häufiger später stärker über"),
    ),
    "low": (
        _set("less fewer lower smaller shorter below behind earlier quieter weaker rarer under"),
        _stems("weniger niedriger kleiner kürzer seltener geringer schwächer unter"),
    ),
    "bad": (_set("worse"), _stems("schlechter schlimmer")),
    "good": (_set("better"), _stems("besser")),
}
THAN = _set("than als")
BESIDE = _set("above below exceeds exceeded exceed ahead behind under über unter")
"""Comparatives that need no "than"."""
NEGATIONS = _set(
    "not no never neither nor without none hardly didn't doesn't wasn't isn't weren't aren't don't nicht kein keine keiner keines keinen "
    "nie weder niemals ohne nobody"
)
NO_ONE = _set("no none kein keine keiner keines neither")
EVERY = _set("all every each alle jede jeder jedes sämtliche")
ONLY = _set("only nur lediglich")
SAME = _set("same equal equally identical level gleich identisch ebenso genauso")
ABOUT = _set("about roughly nearly almost similar similarly approximately close etwa ungefähr fast nahezu ähnlich")
STEADY = _set("steadily continuously consistently steady uninterruptedly stetig kontinuierlich durchgehend ununterbrochen")
TOTAL = _set("total altogether overall insgesamt zusammen")
AVERAGE = _set("average averaged averages mean durchschnittlich durchschnitt schnitt mittel")
TIMES = _set("month quarter week day year monat quartal woche tag jahr")

PRAISE = _set("punctual reliable profitable efficient stable successful popular affordable dependable loyal")
"""Adjectives of what is good: the column's own direction decides which end they mean."""

UP = _set("rose rise rises risen rising increased increase increases grew grow grows grown gained climbed climbs up jumped surged")
UP_DE = _set("stieg stiegen gestiegen steigt steigen wuchs wuchsen wächst gewachsen kletterte kletterten erhöhte erhöhten")
DOWN = _set("fell fall falls fallen falling decreased decrease decreases dropped drop drops declined decline declines shrank sank down")
DOWN_DE = _set("sank sanken gesunken sinkt fiel fielen gefallen fällt schrumpfte schrumpften verringerte verringerten")
_PARTS_UP, _PARTS_DOWN = _set("zu"), _set("ab zurück")
_SEPARABLE = re.compile(r"(?:nahm|nehm|nimm|ging|geh|legt|wich)\w*")

RANKS = {
    word: place
    for place, words in enumerate(
        (
            "first erster erste erstes",
            "second zweiter zweite zweites zwei",
            "third dritter dritte drittes drei",
            "fourth vierter vierte vier",
            "fifth fünfter fünfte fünf",
            "sixth sechster sechs",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
        ),
        start=1,
    )
    for word in words.split()
}
LAST = _set("last letzter letzte letztes")
RANK_VERBS = _set("comes come came ranks ranked rank is was stands finishes finished placed place kommt liegt steht platz rang ist war")

UNPROVEN = {
    "en": _set(
        "because caused causes due thanks unexpectedly unexpected surprisingly surprising significantly significant unusually unusual "
        "abnormal typically typical usually normally probably likely apparently presumably dramatically dramatic drastically seasonal "
        "traditionally obviously clearly always never"
    ),
    "de": _set(
        "weil wegen aufgrund dank verursacht unerwartet überraschend überraschenderweise signifikant ungewöhnlich typisch typischerweise "
        "normalerweise üblicherweise wahrscheinlich vermutlich offenbar dramatisch drastisch saisonal offensichtlich immer nie niemals"
    ),
}
"""What no stored result shows: causes, expectations, tests of significance."""

GLOSSARY = {
    "sold": "revenue",
    "sells": "revenue",
    "earned": "revenue",
    "earns": "revenue",
    "verkaufte": "revenue",
    "verkauften": "revenue",
    "umsatz": "revenue",
    "erlös": "revenue",
    "flug": "flight",
    "flüge": "flight",
    "flügen": "flight",
    "abflüge": "departure",
    "abflügen": "departure",
    "verspätung": "delay",
    "verspätet": "late",
    "verspäteter": "late",
    "ausfälle": "cancellation",
    "anteil": "share",
    "anteile": "share",
    "bestellungen": "order",
    "rücksendungen": "return",
    "retouren": "return",
    "kosten": "cost",
    "preis": "price",
    "kunden": "customer",
    "menge": "quantity",
    "gewinn": "profit",
    "marge": "margin",
    "entfernung": "distance",
    "region": "region",
    "regionen": "region",
    "fluggesellschaft": "airline",
    "flughafen": "airport",
    "monat": "month",
    "tag": "day",
    "quartal": "quarter",
}
"""Words of business as the English labels of columns say them."""


def superlative(word: str) -> Pole | None:
    return _pole(word, _SUPERLATIVES)


def comparative(word: str) -> Pole | None:
    return _pole(word, _COMPARATIVES)


def _pole(word: str, table: dict[Pole, tuple[frozenset[str], re.Pattern[str]]]) -> Pole | None:
    return next((pole for pole, (words, stems) in table.items() if word in words or stems.fullmatch(word)), None)


def course(words: tuple[str, ...]) -> tuple[int, str] | None:
    """1 for a rise and −1 for a fall with the word that says it; None where none or both are said."""
    said = {(1, word) for word in words if word in UP or word in UP_DE} | {(-1, word) for word in words if word in DOWN or word in DOWN_DE}
    if verb := next((word for word in words if _SEPARABLE.fullmatch(word)), None):
        after = words[words.index(verb) :]
        said |= {(1, verb) for word in after if word in _PARTS_UP} | {(-1, verb) for word in after if word in _PARTS_DOWN}
    signs = {sign for sign, _ in said}
    return next(iter(sorted(said))) if len(signs) == 1 else None
