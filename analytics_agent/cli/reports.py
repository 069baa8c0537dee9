"""`reports`: finished reports, as files."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from analytics_agent.cli.ask import slug
from analytics_agent.cli.numerals import local_time
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import ANY, Page, console, show
from analytics_agent.client import Client

commands = typer.Typer(no_args_is_help=True, help="List and download finished reports.")


@commands.command("list")
def list_reports(limit: Annotated[int, typer.Option(min=1, max=500)] = 20) -> None:
    """The latest runs that have a report."""
    with Client() as client:
        documents = [document for document in client.runs(limit=limit) if any(document["report"].values())]
    if not documents:
        console().print("No report yet.")
        return
    heads = (Column("run"), Column("report", dim=True), Column("asked", dim=True), Column("question", flexible=True))
    rows = [
        (one["id"], ", ".join(kind for kind, path in one["report"].items() if path), local_time(one["asked_at"]), one["question"])
        for one in documents
    ]
    show(Page([Table(heads, rows)], widest=ANY), console())


@commands.command()
def download(
    run_id: Annotated[str, typer.Argument(help="the run's id")],
    format: Annotated[str, typer.Option(help="pdf or html")] = "pdf",
    out: Annotated[Path, typer.Option(help="folder to write to")] = Path(),
) -> None:
    """Save a report; prints the path."""
    if format not in ("pdf", "html"):
        raise typer.BadParameter("use pdf or html", param_hint="--format")
    kind: Literal["pdf", "html"] = "pdf" if format == "pdf" else "html"
    with Client() as client:
        document, content = client.document(run_id), client.report(run_id, kind)
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{slug(document['question'])}.{kind}"
    path.write_bytes(content)
    typer.echo(str(path.absolute()))
