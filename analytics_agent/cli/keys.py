"""`keys`: API keys. A key is shown once, when it is made."""

import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

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
        sys.stdout.write(json.dumps({part: made[part] for part in ("key", "id", "scopes")}) + "\n")
        return
    sys.stdout.write(f"{made['key']}\n")
    sys.stderr.write(f"Key {made['id']} for {', '.join(made['scopes'])}. It is not shown again.\n")


@commands.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """All keys, without the keys themselves."""
    with Client() as client:
        known = client.keys()
    if as_json:
        sys.stdout.write(json.dumps(known) + "\n")
        return
    table = Table(box=None, padding=(0, 2), header_style="dim")
    for column in ("id", "name", "scopes", "created", "revoked"):
        table.add_column(column)
    for key in known:
        revoked = (key.get("revoked_at") or "")[:10]
        table.add_row(key["id"], key["name"], ", ".join(key["scopes"]), key["created_at"][:10], revoked)
    Console(highlight=False).print(table)


@commands.command()
def revoke(key_id: Annotated[str, typer.Argument(help="the key's id")]) -> None:
    """Make a key useless at once."""
    with Client() as client:
        client.revoke_key(key_id)
    typer.echo(f"Revoked {key_id}.", err=True)
