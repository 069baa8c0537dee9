"""Words about time that name no days: what to write in their place, where nothing in the data explains them."""

import re
from collections.abc import Sequence

from analytics_agent.semantic.reader.words import Token, closed

_OF_THE_DAY = closed("""night nights nighttime overnight morning mornings afternoon afternoons evening evenings noon midday midnight am pm
    oclock hours lunchtime daytime""")
_CLOCK = re.compile(r"\d{1,2}(?:am|pm|h)")
_VAGUE = closed("recently lately nowadays recent few couple several early late earlier soon")
_FEASTS = closed("""easter christmas xmas thanksgiving ramadan eid diwali hanukkah halloween passover pentecost holiday holidays vacation
    vacations carnival""")
_ORDINAL = re.compile(r"\d{1,2}(?:st|nd|rd|th)")
_AGES = re.compile(r"century|centuries|decade|decades|\d{1,2}s")


_OF_TWO_WORDS = (("black", "friday"), ("cyber", "monday"), ("good", "friday"), ("new", "year"), ("mardi", "gras"))
_DAYS = closed("labor labour memorial veterans columbus presidents mothers fathers independence boxing")


def advice(tokens: Sequence[Token], unknown: Sequence[int]) -> str:
    """A sentence for the first of the unknown words that is about time; nothing where none is."""
    for at in unknown:
        word, after = tokens[at].lower, tokens[at + 1].lower if at + 1 < len(tokens) else ""
        for fits, said in (
            (word in _OF_THE_DAY or bool(_CLOCK.fullmatch(word)), _HOURS),
            (word in _FEASTS or (word, after) in _OF_TWO_WORDS or (word in _DAYS and after == "day"), _NAMED),
            (word in _VAGUE or (word, after) == ("other", "day"), _SINCE),
            (word == "last" and after in ("few", "couple", "several", "24", "48"), _SINCE),
            (bool(_ORDINAL.fullmatch(word)), _MONTH),
            (bool(_AGES.fullmatch(word)), _YEARS),
        ):
            if fits:
                behind = f" {tokens[at + 1].surface}" if word in ("last", "other", "black", "cyber", "new", "good", "mardi", *_DAYS) else ""
                return f"“{tokens[at].surface}{behind}” {said}"
    return ""


_HOURS = "is a part of the day, and whole days are read here. Name days, or ask by a field of the hour where the data has one."
_NAMED = "is not in the calendar that is known here. Name its days: “on 2025-12-25”, “2025-12-24 through 2025-12-26”."
_SINCE = "names no days. Say which are meant: “in the last 30 days”, “since 2025-06-01”."
_MONTH = "lacks its month. Say the whole day: “13 June 2025”."
_YEARS = "names no years that can be told. Say the first and the last one, “between 1990 and 1999”, or split by year."
