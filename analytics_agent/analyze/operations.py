"""The operations by tool name: checks what the model asks for and computes it. The model chooses; every number is made here."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from analytics_agent.analyze.comparison import compare
from analytics_agent.analyze.computed import Computed
from analytics_agent.analyze.contribution import contribution
from analytics_agent.analyze.ranking import rank
from analytics_agent.analyze.sheet import Sheet, sheet
from analytics_agent.analyze.tools import COMPARE, CONTRIBUTION, RANK, TREND
from analytics_agent.analyze.trend import trend
from analytics_agent.domain.cell import nearest
from analytics_agent.domain.conversation import Tool
from analytics_agent.domain.evidence import Query
from analytics_agent.errors import ToolRefused

if TYPE_CHECKING:
    import pyarrow as pa

OPERATIONS: dict[str, tuple[Tool, Callable[[Sheet, dict[str, Any]], Computed]]] = {
    "compare": (COMPARE, compare),
    "contribution": (CONTRIBUTION, contribution),
    "trend": (TREND, trend),
    "rank": (RANK, rank),
}
_TYPES: dict[str, tuple[type, ...]] = {"string": (str,), "integer": (int,), "number": (int, float)}
LONGEST_TITLE = 160
_FIGURE = re.compile(r"\d[\d.,]*")


def run(tool_name: str, tool_input: dict[str, Any], tables: Mapping[str, "pa.Table"], queries: Mapping[str, Query]) -> Computed:
    """Compute one operation over stored results. Raises ToolRefused with what to do instead, for the model to repair."""
    if tool_name not in OPERATIONS:
        raise ToolRefused(f"There is no operation {tool_name!r}.", hint=f"Operations: {', '.join(OPERATIONS)}.")
    tool, operation = OPERATIONS[tool_name]
    _check_input(tool, tool_input)
    source = sheet(tool_input["result"], tables, queries)
    _check_title(tool_input, source)
    return operation(source, tool_input)


def _check_input(tool: Tool, tool_input: Mapping[str, Any]) -> None:
    """Against the tool's own schema: what is missing, unknown or of another type, all at once."""
    properties = tool.input_schema["properties"]
    problems = [f"`{name}` is missing." for name in tool.input_schema["required"] if name not in tool_input]
    for name, value in tool_input.items():
        if name not in properties:
            problems.append(f"`{name}` is unknown; did you mean {', '.join(nearest(name, properties, 2))}?")
        elif problem := _type_problem(properties[name], value):
            problems.append(f"`{name}` {problem}.")
    if problems:
        raise ToolRefused(f"{tool.name} was not computed. {' '.join(problems)}")


def _type_problem(schema: Mapping[str, Any], value: Any) -> str | None:
    wanted = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if isinstance(value, bool) or not isinstance(value, tuple(kind for name in wanted for kind in _TYPES[name])):
        return f"must be of type {' or '.join(wanted)}"
    if "enum" in schema and value not in schema["enum"]:
        return f"must be one of {', '.join(schema['enum'])}"
    if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        return f"must be between {schema['minimum']} and {schema['maximum']}"
    return None


def _check_title(tool_input: Mapping[str, Any], source: Sheet) -> None:
    """A title may repeat numbers of names and groups (“summer 2013”), never state a figure."""
    if not tool_input["title"].strip() or len(tool_input["title"]) > LONGEST_TITLE:
        raise ToolRefused(f"The title must have 1 to {LONGEST_TITLE} characters.", hint="Say in a few words what is shown.")
    known = [source.query.title, *(column.label for column in source.query.columns), *(column.name for column in source.query.columns)]
    known += [str(tool_input[side]) for side in ("before", "now", "top") if side in tool_input]
    allowed = {number.strip(".,") for text in known for number in _FIGURE.findall(text)}
    typed = [number for number in _FIGURE.findall(tool_input["title"]) if number.strip(".,") not in allowed]
    if typed:
        raise ToolRefused(f"The title holds a figure ({', '.join(typed)}).", hint="Say in words what is shown; the figures are computed.")
