"""SQL on a terminal: as it ran, in color where there is some, never broken into lines of a width, so that it can be copied."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from analytics_agent.cli.answer import GAP
from analytics_agent.cli.plain import clean, line
from analytics_agent.cli.terminal import Ends, Prose, whole
from analytics_agent.client.words import counted


def statements(queries: Sequence[dict[str, Any]]) -> Iterator[RenderableType]:
    """Every query with what was run, or how its result was computed."""
    for query in queries:
        yield Ends(
            Text.assemble((query["id"], "cyan"), "  ", (line(query["title"]), "bold")),
            Text(f"{counted(query['rows'], 'row')} · {origin(query)}", "dim"),
        )
        if query["sql_as_run"]:
            yield from statement(query["sql_as_run"])
        elif query["method"]:
            yield Prose(Text(line(query["method"]), "dim"))
        yield GAP


def origin(query: dict[str, Any]) -> str:
    """Where a result came from."""
    if query["source"] == "computed":
        return f"computed from {', '.join(query['inputs'])}"
    return f"{query['source']} · {query['milliseconds']:,.0f} ms"


def statement(sql: str) -> Iterator[RenderableType]:
    """One line for each line of the statement."""
    from rich.syntax import Syntax

    text = Syntax("", "sql", theme="ansi_dark", background_color="default").highlight(clean(sql))
    text.rstrip()
    for one in text.split("\n"):
        yield whole(one)
