"""`audit`: who asked what, which tables' rows answered, and what operators did."""

from datetime import datetime
from typing import Annotated, Any

import typer

from analytics_agent.client import Client

ACTS = ("asked", "read", "sent", "opened", "refused", "raised", "approved", "added", "changed", "removed", "revoked", "erased")


def audit(
    since: Annotated[str | None, typer.Option(help="from then on: 2026-11-01, or 2026-11-01T09:00; your time zone")] = None,
    until: Annotated[str | None, typer.Option(help="before then")] = None,
    actor: Annotated[str | None, typer.Option(help="a key's id, or a person as the log names them")] = None,
    act: Annotated[str | None, typer.Option(help=", ".join(ACTS))] = None,
    database: Annotated[str | None, typer.Option(help="of this database")] = None,
    table: Annotated[str | None, typer.Option(help="whose rows answered, with its schema or without")] = None,
    run: Annotated[str | None, typer.Option(help="of this run")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="most lines")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Who did what, the newest first. Needs an admin key. What was asked is in the run: `runs show ID`."""
    from analytics_agent.cli.terminal import ANY, Page, console, show, write_json

    if act is not None and act not in ACTS:
        raise typer.BadParameter(f"use one of {', '.join(ACTS)}", param_hint="--act")
    times = {"since": _moment(since, "--since"), "until": _moment(until, "--until")}
    with Client() as client:
        lines = client.audit(**times, actor=actor, act=act, database=database, table=table, run=run, limit=limit)
    if as_json:
        write_json(lines)
    elif lines:
        show(Page([_table(lines)], widest=ANY), console())
    else:
        console().print("Nothing in the log.")


def _moment(text: str | None, option: str) -> str | None:
    """With a time zone, as the API wants it: this machine's, where none is given."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is no date; write it as 2026-11-01", param_hint=option) from None
    return (at if at.tzinfo else at.astimezone()).isoformat()


def _table(lines: list[dict[str, Any]]) -> Any:
    from analytics_agent.cli.table import Column, Table

    heads = (
        Column("when", dim=True),
        Column("who", flexible=True),
        Column("did"),
        Column("database"),
        Column("what", flexible=True),
        Column("run", dim=True),
    )
    return Table(heads, [_row(one) for one in lines])


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    from analytics_agent.cli.numerals import local_time
    from analytics_agent.cli.plain import line

    who = line(f"{one['name']} ({one['actor']})" if one["name"] else one["actor"])
    who += f" as {line(one['reads_as'])}" if one["reads_as"] else ""
    what = line(", ".join(one["tables"]) or one["about"] or "")
    return local_time(one["at"]), who, one["act"], one["database"] or "", what, one["run"] or ""
