"""Prose and cell values as harmless Markdown: whatever they hold, a renderer shows it as the plain text it is."""

import re
import unicodedata

_SPECIAL = re.compile(r"[\\`*_\[\]<>~|]|&(?=#?\w+;)|(?<=\w):(?=//)|(?<=\bwww)\.|^[#>+-](?=\s)|^\d+(?=[.)]\s)", re.IGNORECASE)
_EMPHASIS = re.compile(r"\*\*|__|`")


def plain(text: str) -> str:
    """One line without control characters, marks that turn the direction of text, or invisible letters of the tag block."""
    kept = (" " if character.isspace() else character for character in text if character.isspace() or not _hidden(character))
    return re.sub(r" {2,}", " ", "".join(kept)) if text else text


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}


def escape(text: str) -> str:
    """Markdown that shows exactly `text`: no emphasis, link, image, HTML or automatic address comes from it."""
    return _SPECIAL.sub(lambda match: _escaped(match.group()), plain(text))


def _escaped(special: str) -> str:
    return special + "\\" if special.isdigit() else "\\" + special


def without_emphasis(prose: str) -> str:
    """The model's own bold and code marks: only figures are bold, so that a renderer can walk through them in order."""
    return _EMPHASIS.sub("", prose)
