"""`reports`: finished reports, as files, and on their way to recipients."""

import hashlib
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from analytics_agent.cli import EXIT_FAILED, deliveries
from analytics_agent.cli.numerals import local_time
from analytics_agent.cli.places import program
from analytics_agent.cli.plain import line
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import ANY, Page, console, show, write_json
from analytics_agent.client import Client
from analytics_agent.deliver.files import file_name
from analytics_agent.errors import Conflict

commands = typer.Typer(no_args_is_help=True, help="List, download and deliver finished reports.")
RunId = Annotated[str, typer.Argument(help="the run's id")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]
TO = "who gets it: ops@example.com, webhook:NAME or folder:NAME; repeat for several"


@commands.command("list")
def list_reports(limit: Annotated[int, typer.Option(min=1, max=200)] = 20, as_json: AsJson = False) -> None:
    """Your latest reports, newest first."""
    with Client() as client:
        found = client.reports(limit=limit)["reports"]
    if as_json:
        write_json(found)
        return
    if not found:
        console().print(f"No report yet. Ask something: {program()} ask --help", soft_wrap=True)
        return
    show(Page([_table(found)], widest=ANY), console())


@commands.command()
def download(
    run_id: RunId,
    format: Annotated[str, typer.Option(help="pdf or html")] = "pdf",
    out: Annotated[Path, typer.Option(help="folder to write to")] = Path(),
) -> None:
    """Save a report; prints the path. A download that broke off goes on where it was when it is started again."""
    if format not in ("pdf", "html"):
        raise typer.BadParameter("use pdf or html", param_hint="--format")
    kind: Literal["pdf", "html"] = "pdf" if format == "pdf" else "html"
    with Client() as client:
        name = file_name(client.document(run_id)["question"], run_id, kind)
        try:
            out.mkdir(parents=True, exist_ok=True)
            path = _downloaded(client, run_id, kind, out / name)
        except OSError as error:
            raise typer.BadParameter(f"{out} cannot be written: {error.strerror}", param_hint="--out") from None
    typer.echo(str(path.absolute()))


@commands.command()
def deliver(
    run_id: RunId,
    to: Annotated[list[str], typer.Option(help=TO)],
    again: Annotated[bool, typer.Option("--again", help="also to whom it was sent already, or may have been")] = False,
    as_json: AsJson = False,
) -> None:
    """Send a report, and look for a moment how it fares. Whoever may not see it does not get it.

    Exit status 1 when it was held back, failed or is uncertain for somebody.
    """
    with Client() as client:
        asked = client.deliver(run_id, to, again=again)
        sent = deliveries.settled(client, run_id, asked)
    _show(sent, as_json=as_json)
    if any(one["state"] == "sent" for one in asked):
        sys.stderr.write("What was sent before is not sent again; --again sends it once more.\n")
    if not deliveries.arrived(sent):
        raise typer.Exit(EXIT_FAILED)


@commands.command("deliveries")
def list_deliveries(run_id: RunId, as_json: AsJson = False) -> None:
    """Where a report went, and where it could not go and why."""
    with Client() as client:
        found = client.deliveries(run_id)
    if found or as_json:
        _show(found, as_json=as_json)
    else:
        console().print(f"It was sent to nobody yet: {program()} reports deliver {run_id} --to …", soft_wrap=True)


def _show(found: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        write_json(found)
        return
    show(Page([deliveries.table(found), *deliveries.reasons(found)]), console())


def _table(found: list[dict[str, Any]]) -> Table:
    """What each covers is said where one of them was scheduled."""
    covers = [Column("covers")] if any(one["period"] for one in found) else []
    heads = [Column("run"), Column("report", dim=True), Column("asked", dim=True), Column("sent", dim=True), *covers]
    rows = []
    for one in found:
        period = [line(one["period"] or "")] if covers else []
        rows.append((one["id"], _files(one), local_time(one["asked_at"]), _sent(one["deliveries"]), *period, one["title"]))
    return Table([*heads, Column("title", flexible=True)], rows)


def _downloaded(client: Client, run_id: str, kind: Literal["pdf", "html"], path: Path) -> Path:
    """In parts, into a file beside it that names the content, so that a later try knows what it has."""
    file = client.report_file(run_id, kind)
    unfinished = path.with_name(f".{path.name}.{file.tag[:16]}.part")
    if unfinished.exists() and unfinished.stat().st_size > file.bytes:
        unfinished.unlink()
    with unfinished.open("ab") as growing:
        while growing.tell() < file.bytes:
            part = client.report_part(run_id, kind, growing.tell(), file.tag)
            if not part:
                raise Conflict("The report was made anew while it was downloaded.", hint="Download it again.")
            growing.write(part)
    if hashlib.sha256(unfinished.read_bytes()).hexdigest() != file.tag:
        unfinished.unlink()
        raise Conflict("What was downloaded is damaged.", hint="Download it again.")
    return unfinished.replace(path)


def _files(report: dict[str, Any]) -> str:
    """pdf 1.2 MB, html 0.9 MB"""
    return ", ".join(f"{kind} {file['bytes'] / 1e6:.1f} MB" for kind, file in report["files"].items())


def _sent(found: list[dict[str, Any]]) -> str:
    """2 of 3: how many of those who were to get it have it."""
    done = sum(one["state"] == "sent" for one in found)
    return "" if not found else f"{done}" if done == len(found) else f"{done} of {len(found)}"
