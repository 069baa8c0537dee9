"""Characters that the eye cannot see but a page obeys: they are replaced wherever text enters a report."""

import re

_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Control characters, marks that reorder a line, halves of surrogate pairs, and two that XML forbids."""


def replaced(text: str) -> str:
    return _INVISIBLE.sub("\ufffd", text)


def shown(value: object) -> object:
    """For the templates: plain text is cleaned, markup (which was made from cleaned text) is left as it is."""
    return replaced(value) if type(value) is str else value
