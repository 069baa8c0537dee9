"""`keys`: API keys. A key is shown once, when it is made."""

import sys
from typing import Annotated

import typer

from analytics_agent.cli.numerals import local_time
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import ANY, Page, console, show, write_json
from analytics_agent.client import Client

commands = typer.Typer(no_args_is_help=True, help="Create, list and revoke API keys.")
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]


@commands.command()
def create(
    name: Annotated[str, typer.Argument(help="whose key it is")],
    scope: Annotated[list[str] | None, typer.Option(help="ask or admin; repeat for both")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it. It cannot be shown again."""
    with Client() as client:
        made = client.create_key(name, scopes=scope or ["ask"])
    if as_json:
        write_json({part: made[part] for part in ("key", "id", "scopes")})
        return
    sys.stdout.write(f"{made['key']}\n")
    sys.stderr.write(f"Key {made['id']} for {', '.join(made['scopes'])}. It is not shown again.\n")


@commands.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """All keys, without the keys themselves."""
    with Client() as client:
        known = client.keys()
    if as_json:
        write_json(known)
        return
    heads = (Column("id"), Column("name", flexible=True), Column("scopes"), Column("created", dim=True), Column("revoked", dim=True))
    rows = [
        (key["id"], key["name"], ", ".join(key["scopes"]), local_time(key["created_at"]), local_time(key.get("revoked_at"), never=""))
        for key in known
    ]
    show(Page([Table(heads, rows)], widest=ANY), console())


@commands.command()
def revoke(key_id: Annotated[str, typer.Argument(help="the key's id")]) -> None:
    """Make a key useless at once."""
    with Client() as client:
        client.revoke_key(key_id)
    typer.echo(f"Revoked {key_id}.", err=True)
