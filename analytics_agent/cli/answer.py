"""An answer in a terminal, made from the document alone: prose with marks, the primary result as bars, evidence, what is left out."""

import re
from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from analytics_agent.cli.picture import Bars, bars

WIDTH = 88
BARS = "▏▎▍▌▋▊▉█"
GAP = Text()


def render(document: dict[str, Any], rows: list[dict[str, Any]]) -> RenderableType:
    """The whole answer, or why there is none. `rows` are those of the primary result."""
    others = {"refused": _refused, "needs_input": _waiting}
    parts = _answered(document, rows) if document["status"] == "succeeded" else others.get(document["status"], _ended)(document)
    return Padding(Group(GAP, _title(document), GAP, *parts), (0, 2))


def _title(document: dict[str, Any]) -> RenderableType:
    usage = document["usage"]
    mark = "✓" if document["status"] == "succeeded" else "✗" if document["status"] == "failed" else "!"
    spent = f"{mark} {usage['seconds']:.0f} s · " + (f"${usage['cost_usd']:.2f}" if usage["cost_usd"] else "no cost")
    grid = Table.grid(expand=False)
    grid.add_column(width=WIDTH - 22)
    grid.add_column(width=22, justify="right")
    grid.add_row(Text(document["question"], style="bold"), Text(spent, style="dim"))
    return grid


def _answered(document: dict[str, Any], rows: list[dict[str, Any]]) -> Iterator[RenderableType]:
    yield _prose(document)
    if drawn := bars(document, rows):
        yield from (GAP, *_picture(drawn))
    yield from _evidence(document)
    yield from _notes(document)
    yield from _where(document)


def _prose(document: dict[str, Any]) -> RenderableType:
    """The claims as one paragraph; figures bold, each claim with the mark of its evidence."""
    text = Text()
    for number, claim in enumerate(document["answer"]["claims"], 1):
        for position, piece in enumerate(re.split(r"\*\*(.+?)\*\*", claim["text"])):
            text.append(_unescaped(piece), style="bold" if position % 2 else "")
        text.append(f" [{number}] " if claim["figures"] else " ", style="cyan")
    text.rstrip()
    return Padding(text, (0, 0)) if len(text) < WIDTH else _narrow(text)


def _narrow(text: Text) -> RenderableType:
    grid = Table.grid()
    grid.add_column(width=WIDTH)
    grid.add_row(text)
    return grid


def _unescaped(markdown: str) -> str:
    return re.sub(r"\\([^\w\s])", r"\1", markdown)


def _picture(drawn: Bars) -> Iterator[RenderableType]:
    longest = max(abs(value) for _, value, _ in drawn.bars) or 1
    grid = Table.grid(padding=(0, 2))
    for justify in ("left", "right", "left"):
        grid.add_column(justify=justify, no_wrap=True)
    for label, value, shown in drawn.bars:
        grid.add_row(Text(label), Text(shown, "bold"), Text(_bar(abs(value) / longest), "cyan" if value >= 0 else "red"))
    yield Text.assemble((drawn.title, "bold"), (f", {drawn.unit}" if drawn.unit else "", "dim"))
    yield grid
    if drawn.rest:
        yield Text(f"and {drawn.rest:,} more", style="dim")


def _bar(share: float, cells: int = 36) -> str:
    eighths = round(share * cells * 8)
    return "█" * (eighths // 8) + (BARS[eighths % 8 - 1] if eighths % 8 else "")


def _evidence(document: dict[str, Any]) -> Iterator[RenderableType]:
    queries = {query["id"]: query for query in document["queries"]}
    grid = Table.grid(padding=(0, 2))
    for size in (4, 34, 4, 10, 28):
        grid.add_column(no_wrap=True, overflow="ellipsis", max_width=size)
    for number, claim in enumerate(document["answer"]["claims"], 1):
        if claim["figures"]:
            grid.add_row(Text(f"[{number}]", "cyan"), *_source(claim["figures"], queries))
    if grid.row_count:
        yield from (GAP, Text("Evidence", style="bold"), grid)


def _source(figures: list[dict[str, Any]], queries: dict[str, Any]) -> tuple[Text, ...]:
    query = queries.get(figures[0]["result"], {})
    rows = query.get("rows", 0)
    tables = ", ".join(query.get("tables", ())) or (f"computed from {', '.join(query['inputs'])}" if query.get("inputs") else "")
    shown = " · ".join(dict.fromkeys(figure["shown"] for figure in figures))
    dim = "dim"
    return Text(shown), Text(figures[0]["result"], dim), Text(f"{rows:,} row{'' if rows == 1 else 's'}", dim), Text(tables, dim)


def _notes(document: dict[str, Any]) -> Iterator[RenderableType]:
    notes = [*document.get("caveats", ())]
    if notes:
        yield GAP
    for note in notes:
        yield Text.assemble(("!  ", "yellow"), note)
    if document.get("not_answered"):
        yield from (GAP, Text.assemble(("Not answered  ", "bold"), (" · ".join(document["not_answered"]), "dim")))


def _where(document: dict[str, Any]) -> Iterator[RenderableType]:
    run_id, report, superset = document["id"], document["report"], document["superset"]
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    files = [path for path in (report.get("html"), report.get("pdf")) if path]
    saved = [path for path in files if not path.startswith("/v1/")]
    if saved:
        for path in saved:
            grid.add_row("Report" if path == saved[0] else "", path)
    elif files:
        grid.add_row("Report", f"analytics-agent reports download {run_id}")
    if superset.get("dashboard_url"):
        grid.add_row("Dashboard", superset["dashboard_url"])
    elif superset.get("failure"):
        grid.add_row("Dashboard", superset["failure"])
    grid.add_row("Next", f"analytics-agent runs show {run_id} --sql   for every query and its SQL")
    yield from (GAP, grid, GAP)


def _refused(document: dict[str, Any]) -> Iterator[RenderableType]:
    refusal = document.get("refusal") or {}
    yield Text(document.get("reason") or refusal.get("reason") or "Refused.")
    for label, text in (("Missing", refusal.get("missing")), ("Looked in", ", ".join(refusal.get("looked_in", ())))):
        if text:
            yield Text.assemble((f"{label}  ", "bold"), (text, "dim"))
    if refusal.get("instead"):
        yield from (GAP, Text("This data can answer", style="bold"))
        yield from (Text(f"  {question}") for question in refusal["instead"])
    yield GAP


def _waiting(document: dict[str, Any]) -> Iterator[RenderableType]:
    asked = document.get("clarification") or {"question": "", "readings": []}
    yield Text(asked["question"], style="bold")
    yield from (Text(f"  {number}  {reading}") for number, reading in enumerate(asked["readings"], 1))
    command = f'analytics-agent runs answer {document["id"]} "…"'
    yield from (GAP, Text.assemble(("Answer with  ", "dim"), command), GAP)


def _ended(document: dict[str, Any]) -> Iterator[RenderableType]:
    yield Text(document.get("reason") or f"The run is {document['status']}.")
    kept = len(document["queries"])
    if kept:
        note = f"{kept} result{'' if kept == 1 else 's'} of it are kept: analytics-agent runs show {document['id']} --sql"
        yield Text(note, style="dim")
    yield GAP
