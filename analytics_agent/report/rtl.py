"""Right-to-left names in charts on paper. The PDF renderer draws the text of a drawing letter by letter from the left, so Hebrew
and Arabic must already stand in the order, and Arabic in the shapes, that the eye sees. Browsers do this by themselves.
"""

import html
import re
import unicodedata
from itertools import groupby

_TEXT = re.compile(r"(<text\b[^>]*>)([^<]*)(</text>)")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_RIGHT, _LEFT = ("R", "AL"), ("L", "EN", "AN")


def in_drawing(svg: str) -> str:
    """The drawing with every right-to-left text in visual order."""
    return _TEXT.sub(lambda found: found.group(1) + html.escape(visual(html.unescape(found.group(2))), quote=False) + found.group(3), svg)


def visual(text: str) -> str:
    """The text as it is seen, from left to right; text without right-to-left letters is returned as it is."""
    classes = [unicodedata.bidirectional(c) for c in text]
    if not any(c in _RIGHT for c in classes):
        return text
    shaped = _shaped(text)
    sides = _sides(shaped)
    runs = [(side, "".join(c for c, _ in run)) for side, run in groupby(zip(shaped, sides, strict=True), key=lambda pair: pair[1])]
    seen = [run[::-1].translate(_MIRRORED) if side == "R" else run for side, run in runs]
    first = next(c for c in classes if c in (*_RIGHT, "L"))
    return "".join(reversed(seen) if first in _RIGHT else seen)


def _sides(text: str) -> list[str]:
    """R or L for each character; what has no direction follows its neighbors, or the whole text where they disagree."""
    known = ["R" if (b := unicodedata.bidirectional(c)) in _RIGHT else "L" if b in _LEFT else "" for c in text]
    whole = next((side for side in known if side), "L")
    sides = []
    for i, side in enumerate(known):
        before = next((s for s in reversed(known[:i]) if s), whole)
        after = next((s for s in known[i + 1 :] if s), whole)
        sides.append(side or (before if before == after else whole))
    return sides


def _shaped(text: str) -> str:
    """Arabic letters in the form that their neighbors ask for; marks are left out, as they cannot be placed."""
    letters = re.sub(
        "\u0644([\u0622\u0623\u0625\u0627])",
        lambda found: _lam_alef(found.group(1)),
        "".join(c for c in text if not unicodedata.combining(c)),
    )
    return "".join(
        _form(c, joins_before=i > 0 and _joins_onward(letters[i - 1]), joins_after=i + 1 < len(letters) and _joins_back(letters[i + 1]))
        for i, c in enumerate(letters)
    )


def _lam_alef(alef: str) -> str:
    return unicodedata.lookup(f"ARABIC LIGATURE LAM WITH {unicodedata.name(alef).removeprefix('ARABIC LETTER ')} ISOLATED FORM")


def _form(c: str, *, joins_before: bool, joins_after: bool) -> str:
    forms = {(False, False): "ISOLATED", (False, True): "INITIAL", (True, True): "MEDIAL", (True, False): "FINAL"}
    return _lookup(c, forms[joins_before and _joins_back(c), joins_after and _joins_onward(c)]) or c


def _joins_onward(c: str) -> bool:
    """Whether a letter can be joined to the one that follows."""
    return bool(_lookup(c, "INITIAL"))


def _joins_back(c: str) -> bool:
    return bool(_lookup(c, "FINAL"))


def _lookup(c: str, form: str) -> str:
    name = unicodedata.name(c, "").removesuffix(" ISOLATED FORM")
    if not name.startswith("ARABIC "):
        return ""
    try:
        return unicodedata.lookup(f"{name} {form} FORM")
    except KeyError:
        return ""
