"""`webhooks` and `folders`: where an administrator lets reports go. Addresses and secrets are stored encrypted."""

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from analytics_agent.cli.numerals import local_time
from analytics_agent.cli.places import program
from analytics_agent.cli.plain import line
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import ANY, Page, console, show, write_json
from analytics_agent.client import Client

webhooks = typer.Typer(no_args_is_help=True, help="Add, list and remove webhooks that reports may go to.")
folders = typer.Typer(no_args_is_help=True, help="Add, list and remove folders and buckets that reports may go to.")
Databases = Annotated[
    list[str] | None,
    typer.Option("--database", help="only reports of this database; repeat for several. What people of Superset asked goes nowhere else"),
]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]


@webhooks.command("add")
def add_webhook(
    name: Annotated[str, typer.Argument(help="the webhook's name, for webhook:NAME")],
    url: Annotated[str, typer.Argument(help="https://…, or http:// for this machine; - reads it from stdin")],
    database: Databases = None,
    as_json: AsJson = False,
) -> None:
    """Add a webhook and print the secret that verifies its signatures. It cannot be shown again."""
    with Client() as client:
        made = client.add_webhook(name, _address(url), databases=database)
    if as_json:
        write_json(made)
        return
    sys.stdout.write(f"{made['secret']}\n")
    sys.stderr.write(f"Added webhook {made['name']}: {line(made['url'])}. The secret is not shown again.\n")


@webhooks.command("list")
def list_webhooks(as_json: AsJson = False) -> None:
    """The webhooks that were added, without their secrets."""
    with Client() as client:
        found = client.webhooks()
    _show(found, "webhook", as_json=as_json)


@webhooks.command("remove")
def remove_webhook(name: Annotated[str, typer.Argument(help="the webhook's name")]) -> None:
    """Forget a webhook. Reports on their way to it are held back."""
    with Client() as client:
        client.remove_webhook(name)
    typer.echo(f"Removed {name}.", err=True)


@folders.command("add")
def add_folder(
    name: Annotated[str, typer.Argument(help="the folder's name, for folder:NAME")],
    url: Annotated[str, typer.Argument(help="as fsspec takes it: file:///srv/reports, s3://bucket/prefix; - reads it from stdin")],
    database: Databases = None,
    option: Annotated[list[str] | None, typer.Option(help="an option of the filesystem, as key=value; repeat for several")] = None,
    as_json: AsJson = False,
) -> None:
    """Add a folder or bucket that the workers can reach."""
    with Client() as client:
        made = client.add_folder(name, _address(url), databases=database, options=dict(map(_option, option or [])))
    if as_json:
        write_json(made)
        return
    sys.stderr.write(f"Added folder {made['name']}: {line(made['url'])}.\n")


@folders.command("list")
def list_folders(as_json: AsJson = False) -> None:
    """The folders and buckets that were added, without their options."""
    with Client() as client:
        found = client.folders()
    _show(found, "folder", as_json=as_json)


@folders.command("remove")
def remove_folder(name: Annotated[str, typer.Argument(help="the folder's name")]) -> None:
    """Forget a folder. Files in it stay; reports on their way to it are held back."""
    with Client() as client:
        client.remove_folder(name)
    typer.echo(f"Removed {name}.", err=True)


def _address(url: str) -> str:
    return sys.stdin.readline().strip() if url == "-" else url


def _option(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise typer.BadParameter(f"{text!r} is not key=value", param_hint="--option")
    return name, value


def _show(found: Sequence[dict[str, Any]], kind: str, *, as_json: bool) -> None:
    if as_json:
        write_json(list(found))
        return
    if not found:
        console().print(f"No {kind} yet. Add one: {program()} {kind}s add --help", soft_wrap=True)
        return
    heads = (Column("name"), Column("address", flexible=True), Column("databases", flexible=True), Column("added", dim=True))
    rows = [(one["name"], one["url"], _named(one["databases"]), local_time(one["added_at"])) for one in found]
    show(Page([Table(heads, rows)], widest=ANY), console())


def _named(databases: Sequence[str] | None) -> str:
    return "all" if databases is None else ", ".join(databases) or "none"
