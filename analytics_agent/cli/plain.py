"""Text from outside, made harmless for a terminal: nothing in it can move the cursor, set a title, hide or reorder what is shown.

Questions, cells, names, titles and messages come from people, databases and models. What the eye cannot see but a terminal
obeys is replaced, never dropped, so that a tampered name does not look like the true one.
"""

import json
import re
from typing import Any

_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
"""Control characters of both sets (escape, bell, backspace, carriage return, CSI), overrides of direction, halves of
surrogate pairs, interlinear marks and the invisible tag characters. Line feed, tab and NEL are white space: see `line`."""

_BREAKS = re.compile("\r\n|[\x85\u2028\u2029]")
_IN_JSON = re.compile(f"{_OBEYED.pattern}|[\x85\u2028\u2029]")
REPLACED = "\ufffd"


def clean(text: str) -> str:
    """`text` with its lines kept. A line is ended by a line feed alone, and a tab is four blanks."""
    return _OBEYED.sub(REPLACED, _BREAKS.sub("\n", text)).replace("\t", "    ")


def line(value: object) -> str:
    """One line: all white space in it is single blanks."""
    return " ".join(clean(str(value)).split())


def cleaned(value: Any) -> Any:
    """A JSON value with every text in it cleaned, names of fields included."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(name): cleaned(item) for name, item in value.items()}
    return [cleaned(item) for item in value] if isinstance(value, list) else value


def as_json(value: Any, *, ascii_only: bool = False) -> str:
    """JSON whose texts are unchanged for a program that reads it, and harmless for a terminal that shows it."""
    return _IN_JSON.sub(_escaped, json.dumps(value, ensure_ascii=ascii_only))


def _escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
