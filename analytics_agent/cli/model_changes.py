"""What differs between two versions of a semantic model, as a page of a terminal."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from analytics_agent.cli.plain import line
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import ANY, Page

Change = Mapping[str, Any]
"""As the API tells one, and as a record of semantic/ossie/changes.py is in a dictionary."""
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_BEARS = {"numbers": "!", "reading": "?", "words": ""}
_HEADS = (Column(""), Column("what", flexible=True), Column("was", flexible=True, dim=True), Column("is now", flexible=True))
SAME = "The two mean the same."


def changes_page(found: Sequence[Change]) -> Page:
    if not found:
        return Page([Text(SAME)], widest=ANY)
    rows = [(_mark(change), line(_what(change)), line(change["was"]), line(change["now"])) for change in found]
    parts: list[RenderableType] = [Table(_HEADS, rows), Text(_summary(found), style="dim")]
    return Page(parts, widest=ANY)


def _summary(found: Sequence[Change]) -> str:
    counts = Counter(change["bears_on"] for change in found)
    said = [f"{counts['numbers']} of {len(found)} changes (!) may give the same question another number." if counts["numbers"] else ""]
    said += ["No number changes." if not counts["numbers"] else ""]
    said += [f"By {counts['reading']} (?) a question may be read as another one." if counts["reading"] else ""]
    return " ".join(filter(None, said))


def _mark(change: Change) -> str:
    return f"{_SIGNS[change['kind']]} {_BEARS[change['bears_on']]}".strip()


def _what(change: Change) -> str:
    return f"{change['what']}: {change['part'].replace('_', ' ')}" if change["part"] else str(change["what"])
