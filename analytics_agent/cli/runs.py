"""`runs`: what became of a question."""

import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from analytics_agent.cli import ask as asking
from analytics_agent.client import Client

commands = typer.Typer(no_args_is_help=True, help="List, show, answer and cancel runs.")
_FIELDS = {"run": "id", "status": "status", "database": "database"}
RunId = Annotated[str, typer.Argument(help="the run's id")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]


@commands.command("list")
def list_runs(limit: Annotated[int, typer.Option(min=1, max=500)] = 20, as_json: AsJson = False) -> None:
    """The latest runs, newest first."""
    with Client() as client:
        documents = client.runs(limit=limit)
    if as_json:
        sys.stdout.write(json.dumps(documents, ensure_ascii=False) + "\n")
        return
    table = Table(box=None, padding=(0, 2), header_style="dim")
    for name in ("run", "status", "database"):
        table.add_column(name, no_wrap=True, min_width=max(len(document.get(_FIELDS[name], "")) for document in [*documents, {}]))
    table.add_column("question", overflow="ellipsis", no_wrap=True)
    for document in documents:
        table.add_row(*(Text(document[name]) for name in ("id", "status", "database", "question")))
    Console(highlight=False).print(table if documents else "No run yet. Ask something: analytics-agent ask --help")


@commands.command()
def show(
    run_id: RunId,
    sql: Annotated[bool, typer.Option("--sql", help="with every query's SQL as it ran")] = False,
    as_json: AsJson = False,
) -> None:
    """A run's answer, or where it stands."""
    with Client() as client:
        document = client.document(run_id)
        asking.show(client, document, as_json=as_json)
    if sql and not as_json:
        console = Console(highlight=False)
        for query in document["queries"]:
            console.print(Text(f"  {query['id']}  {query['title']}", style="bold"))
            console.print(Text(query["sql_as_run"] or query.get("method", ""), style="dim"), "", sep="\n")


@commands.command()
def answer(run_id: RunId, text: Annotated[str, typer.Argument(help="the answer to the run's question")], as_json: AsJson = False) -> None:
    """Answer the question that a run asks, and follow it to its end."""
    with Client() as client:
        client.answer(run_id, text)
        document = asking.follow(client, run_id, as_json=as_json)
        asking.show(client, document, as_json=as_json)
    if document["status"] != "succeeded":
        raise typer.Exit(1)


@commands.command()
def cancel(run_id: RunId) -> None:
    """Stop a run. What it found is kept."""
    with Client() as client:
        client.cancel(run_id)
    sys.stderr.write(f"Cancelled {run_id}.\n")
