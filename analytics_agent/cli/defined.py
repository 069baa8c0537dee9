"""The definitions of an answer's governed metrics, in a terminal: one line for each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from analytics_agent.cli.plain import line
from analytics_agent.cli.terminal import Prose
from analytics_agent.client.definitions import vouched

LONGEST_FORMULA = 160


def lines(defined: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    """One for each, below a heading."""
    if defined:
        yield Text("Defined as", "bold")
    for each in defined:
        yield Prose(Text(_told(each), "dim"), Text("  "))


def _told(each: Mapping[str, Any]) -> str:
    formula = line(each["formula"])
    cut = f"{formula[: LONGEST_FORMULA - 2]} …" if len(formula) > LONGEST_FORMULA else formula
    return " · ".join(filter(None, [f"{line(each['label'])} = {cut}" if cut else line(each["label"]), line(vouched(each))]))
