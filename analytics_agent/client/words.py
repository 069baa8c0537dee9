"""Small texts for people: counts, times, money, and text from outside made fit for one line."""

import re
from typing import Any

_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def visible(text: Any) -> str:
    """Without control characters and marks that reorder a line: the eye does not see them, a page or a terminal obeys them."""
    return _INVISIBLE.sub("\ufffd", str(text))


def line(text: Any, most: int = 160) -> str:
    """In one line of no more than so many characters."""
    flat = " ".join(visible(text).split())
    return flat if len(flat) <= most else f"{flat[: most - 1].rstrip()}…"


def counted(count: int, one: str) -> str:
    return f"{count:,} {one}{'' if count == 1 else 's'}"


def duration(seconds: float) -> str:
    """9.1 s, 48 s, 3 min 8 s, 2 h 5 min."""
    if seconds < 59.5:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, left = divmod(minutes, 60)
    return f"{hours} h {left} min" if hours else f"{minutes} min {rest} s"


def money(dollars: float) -> str:
    if not dollars:
        return "no cost"
    return f"${dollars:,.2f}" if dollars >= 0.01 else f"${dollars:.4f}"
