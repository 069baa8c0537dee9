"""`keys`: API keys. A key is shown once, when it is made."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from analytics_agent.cli.numerals import local_time
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import ANY, Page, console, show, write_json
from analytics_agent.client import Client
from analytics_agent.settings import load

commands = typer.Typer(no_args_is_help=True, help="Create, list and revoke API keys.")
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]
OfTenant = Annotated[str | None, typer.Option(help="of this tenant; for whoever operates the installation, on its machine")]
SCOPES = ("read", "ask", "schedule", "admin")
_LASTS = re.compile(r"([1-9][0-9]{0,4})d")


@commands.command()
def create(
    name: Annotated[str, typer.Argument(help="whose key it is")],
    scope: Annotated[list[str] | None, typer.Option(help="read, ask, schedule or admin; repeat for several")] = None,
    database: Annotated[list[str] | None, typer.Option(help="the only database that there is for it; repeat for several")] = None,
    expires: Annotated[str | None, typer.Option(help="when it runs out: 90d, 2027-03-31, 2027-03-31T18:00; your time zone")] = None,
    as_user: Annotated[str | None, typer.Option("--as", metavar="USER", help="read with this person's rights; their login name")] = None,
    requests_per_minute: Annotated[int | None, typer.Option(min=1, help="most requests a minute, instead of the setting")] = None,
    questions_per_day: Annotated[int | None, typer.Option(min=1, help="most questions a day, instead of the setting")] = None,
    questions_at_once: Annotated[int | None, typer.Option(min=1, help="most questions at once, instead of the setting")] = None,
    tenant: OfTenant = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it. It cannot be shown again. Without --scope it may ask and schedule."""
    _check(scope or [])
    limits = {
        "requests_per_minute": requests_per_minute,
        "questions_per_day": questions_per_day,
        "questions_at_once": questions_at_once,
    }
    quota = {limit: most for limit, most in limits.items() if most is not None}
    ends = _ends(expires) if expires else None
    with _client(tenant) as client:
        made = client.create_key(
            name, scopes=scope or ["ask", "schedule"], expires_at=ends, databases=database, as_user=as_user, quota=quota or None
        )
    if as_json:
        write_json({part: made.get(part) for part in ("key", "id", "scopes", "expires_at", "databases", "reads_as")})
        return
    sys.stdout.write(f"{made['key']}\n")
    until = f" until {local_time(made['expires_at'])}" if made.get("expires_at") else ""
    sys.stderr.write(f"Key {made['id']} for {', '.join(made['scopes'])}{until}. It is not shown again.\n")


@contextmanager
def _client(tenant: str | None) -> Iterator[Client]:
    if tenant is None:
        with Client() as client:
            yield client
        return
    from analytics_agent.stack import tenants

    settings = load()
    with tenants.borrowed_key(settings, tenant) as key, Client(settings.api_url, key) as client:
        yield client


def _check(scopes: list[str]) -> None:
    for unknown in (scope for scope in scopes if scope not in SCOPES):
        raise typer.BadParameter(f"{unknown} is no scope; use {', '.join(SCOPES)}", param_hint="--scope")


def _ends(text: str) -> str:
    """With a time zone, as the API wants it: this machine's, where none is given. A date is its last moment."""
    if found := _LASTS.fullmatch(text.strip()):
        return (datetime.now(UTC) + timedelta(days=int(found[1]))).isoformat()
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(f"{text} is no time; write it as 90d or 2027-03-31", param_hint="--expires") from None
    if len(text.strip()) == len("2027-03-31"):
        at = at.replace(hour=23, minute=59, second=59)
    return (at if at.tzinfo else at.astimezone()).isoformat()


@commands.command("list")
def list_keys(tenant: OfTenant = None, as_json: AsJson = False) -> None:
    """All keys, without the keys themselves: what each may do, when it was used, when it ended."""
    with _client(tenant) as client:
        known = client.keys()
    if as_json:
        write_json(known)
        return
    heads = (
        Column("id"),
        Column("name", flexible=True),
        Column("scopes"),
        Column("limited to", flexible=True),
        Column("created", dim=True),
        Column("last used", dim=True),
        Column("ends", dim=True),
    )
    show(Page([Table(heads, [_row(key) for key in known])], widest=ANY), console())


def _row(key: dict[str, Any]) -> tuple[str, ...]:
    limits = [", ".join(key.get("databases") or [])] if key.get("databases") else []
    limits += [f"as {key['reads_as']}"] if key.get("reads_as") else []
    ended = f"revoked {local_time(key['revoked_at'])}" if key.get("revoked_at") else local_time(key.get("expires_at"), never="")
    times = (local_time(key["created_at"]), local_time(key.get("last_used_at"), never=""), ended)
    return (key["id"], key["name"], ", ".join(key["scopes"]), "; ".join(limits), *times)


@commands.command()
def revoke(key_id: Annotated[str, typer.Argument(help="the key's id")], tenant: OfTenant = None) -> None:
    """Make a key useless at once."""
    with _client(tenant) as client:
        client.revoke_key(key_id)
    typer.echo(f"Revoked {key_id}.", err=True)
