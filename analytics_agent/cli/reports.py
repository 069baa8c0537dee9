"""`reports`: finished reports, as files."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.text import Text

from analytics_agent.cli.ask import slug
from analytics_agent.client import Client

commands = typer.Typer(no_args_is_help=True, help="List and download finished reports.")


@commands.command("list")
def list_reports(limit: Annotated[int, typer.Option(min=1, max=500)] = 20) -> None:
    """The latest runs that have a report."""
    with Client() as client:
        documents = [document for document in client.runs(limit=limit) if any(document["report"].values())]
    console = Console(highlight=False)
    for document in documents:
        formats = ", ".join(kind for kind, address in document["report"].items() if address)
        console.print(Text.assemble(document["id"], "  ", (formats, "dim"), "  ", document["question"]), overflow="ellipsis", no_wrap=True)
    if not documents:
        console.print("No report yet.")


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
