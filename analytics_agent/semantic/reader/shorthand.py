"""Abbreviations of chat and turns of speech that have one plain form: "pls", "3 airlines w most flights", "q4 24", "channel by channel",
"how big was". Each is written out only where nothing else can be meant there."""

import re
from datetime import date

from analytics_agent.semantic.reader.dates import MONTHS
from analytics_agent.semantic.reader.lexicon import Lexicon
from analytics_agent.semantic.reader.words import stems

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_HIGH = "highest|largest|biggest|greatest|most|longest"
_LOW = "lowest|smallest|fewest|least|shortest"
_NUMBER = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)"
_ALWAYS: tuple[tuple[str, str], ...] = (
    (r"\b(?:pls|plz|plse)\b", "please"),
    (r"\bw/o\b", "without"),
    (r"\bw/(?=\s?[a-z])", "with "),
    (r"\bx-?mas\b", "Christmas"),
    (r"\bhow many r\b(?= )", "how many are"),
    (r"\br there\b", "are there"),
    (r"\b(how many|number of|count of|# of) diff(?= \w+s\b)", r"\1 different"),
    (r"\bhow much money\b", "how much"),
    (rf",\s*(?:the )?(?:{_HIGH}) (?:one |ones )?first\b", ", in descending order"),
    (rf",\s*(?:the )?(?:{_LOW}) (?:one |ones )?first\b", ", in ascending order"),
    (rf"\b((?:top|bottom|first) {_NUMBER}|{_NUMBER} (?:{_HIGH}|{_LOW})) only(?=\s*(?:$|[.?!,;]))", r"\1"),
    (r"\bevery one of the\b", "each of the"),
    (r"^(?:please )?break (?:down )?(.+?) (?:down )?(by|per) (.+)$", r"\1 by \3"),
    (r"\bsplitted\b", "split"),
    (r"^(?:please )?(?:plot|chart|graph|draw|visuali[sz]e) (?=(?:the |a )?[a-z])", "show "),
    (
        rf"^(?:please )?rank (?:the )?(?P<what>[^;.?!]+)[;.,] (?:the )?top (?P<few>{_NUMBER})(?: ones)? "
        r"(?:will do|is enough|are enough|suffices?|is fine|are fine)\W*$",
        r"top \g<few> \g<what>",
    ),
)
_SAID = tuple((re.compile(pattern, re.IGNORECASE), said) for pattern, said in _ALWAYS)
_W = re.compile(r"(?<=[a-z]) w (?=[a-z])")
_INCLUDED = re.compile(
    r",? ?\(?(?:(?:with )?both (?:days |dates |ends |of them )?(?:included|inclusively|inclusive)|including both (?:days|dates|ends)|"
    r"inclusively|inclusive)\)?(?=\s{0,3}(?:$|[.?!,;]))",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"\b(?:from|between|\d{1,4})\b[^.?!;]{1,80}?(?:\b(?:to|and|till|until|through)\b|[-–])[^.?!;]{0,40}\d[^.?!;]{0,20}$", re.IGNORECASE
)
"""Both ends of such a period are in it anyway, and the answer says which it is."""
_NAMED_DAY = {
    "christmas day": (12, 25),
    "christmas eve": (12, 24),
    "new year's day": (1, 1),
    "new year's eve": (12, 31),
    "halloween": (10, 31),
}
_TWICE = re.compile(
    rf"\b(?P<name>{'|'.join(_NAMED_DAY)})\s*(?:,|\()\s*(?:the )?"
    rf"(?P<date>(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m>{_MONTH})|"
    rf"(?P<m2>{_MONTH})\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)(?:,? \d{{4}})?)\)?",
    re.IGNORECASE,
)
_SHORT_YEAR = re.compile(
    r"\b([qh][1-4]) (\d\d)(?=\s*(?:$|[.?!,;)]|(?:vs|versus|and|to|against|or|than|compared|with|by|per)\b))", re.IGNORECASE
)
_TURNS = re.compile(r"\b([a-z]+) by \1\b", re.IGNORECASE)
_BESIDE = re.compile(r" (?:alongside|next to|beside|together with|along with) (?:the |our |its )?", re.IGNORECASE)
_HOW_BIG = re.compile(
    r"\bhow (?:big|high|large)(?= (?P<verb>is|are|was|were|the|our)\b)(?: (?:is|are|was|were)\b)?(?P<rest> [^.?!;]+)", re.IGNORECASE
)
_FIGURES = re.compile(
    r"^(?:the |our |a )?(?:total |overall |average |mean |median |(?:"
    + _HIGH
    + "|"
    + _LOW
    + r") )*(?:share|percentage|proportion|number|total)\b",
    re.I,
)
_OF_THE_YEAR = re.compile(r"\b(first|second|third|fourth|1st|2nd|3rd|4th) (half|quarter) of the year\b(?! \d)", re.IGNORECASE)
_IN_THE_YEAR = re.compile(r"\b(?:in|during|throughout|within) the (?:whole |entire )?year(?=\s*(?:$|[.?!,;]))", re.IGNORECASE)
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}


def longhand(question: str, lexicon: Lexicon, as_of: date | None) -> str:
    """The same question in words that the reader has."""
    text = question.replace("’", "'")
    for pattern, said in _SAID:
        text = pattern.sub(said, text)
    if "w" not in lexicon.vocabulary:
        text = _W.sub(" with ", text)
    text = _TWICE.sub(_once, text)
    text = _without_included(text)
    text = _SHORT_YEAR.sub(lambda match: _quarter(match, as_of), text)
    text = _TURNS.sub(lambda match: f"by {match[1]}" if _is(lexicon, "dimension", match[1]) else match[0], text)
    text = _HOW_BIG.sub(lambda match: _what(match, lexicon), text)
    return _beside(_of_the_year(text, as_of), lexicon)


def _once(match: re.Match[str]) -> str:
    """ "Christmas Day, 25 Dec" is one day said twice; another date beside it stays, and is asked about."""
    month = MONTHS[(match["m"] or match["m2"]).lower()]
    same = _NAMED_DAY[match["name"].lower()] == (month, int(match["d"] or match["d2"]))
    return match["date"] if same else match[0]


def _without_included(text: str) -> str:
    match = _INCLUDED.search(text)
    is_of_range = match is not None and _RANGE.search(text[max(0, match.start() - 120) : match.start()])
    return text[: match.start()] + text[match.end() :] if match is not None and is_of_range else text


def _quarter(match: re.Match[str], as_of: date | None) -> str:
    """ "q4 24" is of 2024, where the data may reach there."""
    year = 2000 + int(match[2])
    near = as_of is not None and as_of.year - 20 <= year <= as_of.year + 1
    return f"{match[1]} {year}" if near else match[0]


def _is(lexicon: Lexicon, kind: str, phrase: str) -> bool:
    return any(meaning.kind == kind for meaning in lexicon.lookup(stems(phrase)))


def _what(match: re.Match[str], lexicon: Lexicon) -> str:
    """ "how high were net sales" asks for the figure; "how big is the airport" for the size of a thing."""
    words = re.sub(r"^(?:the|our|a) ", "", match["rest"].strip(), flags=re.IGNORECASE).split()[:5]
    named = any(_is_size(lexicon, " ".join(words[:at])) for at in range(1, len(words) + 1))
    if not named and not _FIGURES.match(match["rest"].strip()):
        return match[0]
    verb = "" if match["verb"].lower() in ("the", "our") else f" {match['verb']}"
    return f"what{verb}{match['rest']}"


def _is_size(lexicon: Lexicon, phrase: str) -> bool:
    """A measure that is no number of things: "how large are orders" does not ask how many there are."""
    found = [lexicon.metrics[m.name] for m in lexicon.lookup(stems(phrase)) if m.kind == "metric"]
    return bool(found) and not any(metric.is_count for metric in found)


def _beside(text: str, lexicon: Lexicon) -> str:
    """ "net sales alongside marketing spend": two measures are wanted."""
    for match in _BESIDE.finditer(text):
        before, after = text[: match.start()].split()[-4:], re.split(r"[\s,.?!;]+", text[match.end() :])[:4]
        left = any(_is(lexicon, "metric", " ".join(before[at:])) for at in range(len(before)))
        right = any(_is(lexicon, "metric", " ".join(after[:at])) for at in range(1, len(after) + 1))
        if left and right:
            return f"{text[: match.start()]} and {text[match.end() :]}"
    return text


def _of_the_year(text: str, as_of: date | None) -> str:
    """The year that the data's last day closes, and the parts of its year that are over. Of a year that is not over it is asked."""
    if as_of is None:
        return text
    if (as_of.month, as_of.day) == (12, 31):
        text = _IN_THE_YEAR.sub(f"in {as_of.year}", text)
    return _OF_THE_YEAR.sub(lambda match: _part(match, as_of), text)


def _part(match: re.Match[str], as_of: date) -> str:
    number, months = _ORDINALS[match[1].lower()], 6 if match[2].lower() == "half" else 3
    last = number * months
    is_over = last <= 12 and (as_of.month, as_of.day) >= (last, 30 if last in (6, 9) else 31)
    return f"{match[1]} {match[2]} of {as_of.year}" if is_over else match[0]
