"""`runs`: what became of a question."""

import sys
from typing import Annotated

import typer
from rich.text import Text

from analytics_agent.cli import ask as asking
from analytics_agent.cli.answer import GAP, status
from analytics_agent.cli.approving import decided
from analytics_agent.cli.model_versions import versions_used
from analytics_agent.cli.models_used import models_used
from analytics_agent.cli.numerals import local_time
from analytics_agent.cli.places import program
from analytics_agent.cli.plain import cleaned
from analytics_agent.cli.statement import statements
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import ANY, Page, console, write_json
from analytics_agent.cli.terminal import show as print_page
from analytics_agent.client import Client

commands = typer.Typer(no_args_is_help=True, help="List, show, answer, approve and cancel runs; let one that is over budget go on.")
RunId = Annotated[str, typer.Argument(help="the run's id")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]


@commands.command("list")
def list_runs(limit: Annotated[int, typer.Option(min=1, max=500)] = 20, as_json: AsJson = False) -> None:
    """The latest runs, newest first."""
    with Client() as client:
        documents = client.runs(limit=limit, summary=not as_json)
    if as_json:
        write_json(documents)
        return
    if not documents:
        console().print(f"No run yet. Ask something: {program()} ask --help", soft_wrap=True)
        return
    heads = (Column("run"), Column("status"), Column("asked", dim=True), Column("database"), Column("question", flexible=True))
    rows = [(one["id"], status(one["status"]), local_time(one["asked_at"]), one["database"], one["question"]) for one in documents]
    print_page(Page([Table(heads, rows)], widest=ANY), console())


@commands.command()
def show(
    run_id: RunId,
    sql: Annotated[bool, typer.Option("--sql", help="with every query's SQL as it ran")] = False,
    as_json: AsJson = False,
) -> None:
    """A run's answer, or where it stands, by which version of the semantic model, and which models answered."""
    with Client() as client:
        document = client.document(run_id)
        asking.show(client, document, as_json=as_json)
        by = [] if as_json else versions_used(client, document)
    if by:
        print_page(Page([*(Text(one, style="dim") for one in by), GAP], widest=ANY), console())
    if document["model_use"] and not as_json:
        print_page(Page(models_used(cleaned(document)), widest=ANY), console())
    if sql and not as_json:
        print_page(Page(statements(document["queries"]), widest=ANY), console())


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
def approve(run_id: RunId, as_json: AsJson = False) -> None:
    """Let the statement run that waits because it is expected to go over its database's limit, and follow the run to its end."""
    _decided(run_id, as_json=as_json, approved=True)


@commands.command()
def reject(
    run_id: RunId, note: Annotated[str | None, typer.Option(help="why not; the model is told")] = None, as_json: AsJson = False
) -> None:
    """Do not let that statement run: the run goes on with something smaller. Follow it to its end."""
    _decided(run_id, as_json=as_json, approved=False, note=note)


def _decided(run_id: str, *, as_json: bool, approved: bool, note: str | None = None) -> None:
    with Client() as client:
        decided(client, client.document(run_id), approved=approved, note=note)
        document = asking.follow(client, run_id, as_json=as_json)
        asking.show(client, document, as_json=as_json)
    if document["status"] != "succeeded":
        raise typer.Exit(1)


@commands.command()
def budget(
    run_id: RunId,
    tokens: Annotated[int | None, typer.Option(min=1, help="tokens that it may use in all")] = None,
    usd: Annotated[float | None, typer.Option(min=0.0001, max=100_000, help="dollars that it may use in all")] = None,
    as_json: AsJson = False,
) -> None:
    """Go on with a run that was stopped at a budget, and follow it to its end. Nothing is paid for twice.

    Without a limit it goes on with the one it has: when the day's budget had stopped it, and another day has begun.
    """
    with Client() as client:
        document = client.raise_budget(run_id, tokens=tokens, usd=usd)
        limits = {name: limit for name, limit in document["budget"].items() if limit is not None}
        document = asking.follow(client, run_id, as_json=as_json, budget=limits)
        asking.show(client, document, as_json=as_json)
    if document["status"] != "succeeded":
        raise typer.Exit(1)


@commands.command()
def cancel(run_id: RunId) -> None:
    """Stop a run. What it found is kept."""
    with Client() as client:
        client.cancel(run_id)
    sys.stderr.write(f"Cancelled {run_id}.\n")
