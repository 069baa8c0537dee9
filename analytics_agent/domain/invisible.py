"""Characters that the eye cannot see but a page or a terminal obeys: they are replaced wherever text from outside is shown."""

import re

_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Control characters, marks that reorder a line, halves of surrogate pairs, and two that XML forbids."""


def visible(text: object) -> str:
    return _INVISIBLE.sub("\ufffd", str(text))
