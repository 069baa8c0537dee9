"""`costs`: what questions cost, from the ledger of model turns."""

from datetime import datetime
from typing import Annotated, Any

import typer

from analytics_agent.cli.plain import line
from analytics_agent.client import Client
from analytics_agent.domain.money import dollars
from analytics_agent.domain.spending import in_words

GROUPS = ("user", "database", "model", "workflow", "step", "run", "day")


def costs(
    by: Annotated[str, typer.Option(help="user, database, model, workflow, step, run or day")] = "day",
    since: Annotated[str | None, typer.Option(help="only calls from then on: 2026-11-01, or 2026-11-01T09:00; your time zone")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """What questions cost: your own, or everybody's with an admin key. And what is left of today's budget, where there is one."""
    from analytics_agent.cli.terminal import Page, console, show, write_json

    if by not in GROUPS:
        raise typer.BadParameter(f"use one of {', '.join(GROUPS)}", param_hint="--by")
    with Client() as client:
        found = client.costs(by=by, since=_moment(since) if since else None)
        left = [] if as_json else _left(client.me())
    if as_json:
        write_json(found)
    elif found["costs"]:
        show(Page([_table(by, found), *left]), console())
    else:
        console().print("No model turn yet." if since is None else f"No model turn since {since}.")


def _left(me: dict[str, Any]) -> list[Any]:
    """What is left today, in the units that have a limit."""
    from rich.text import Text

    from analytics_agent.cli.answer import GAP

    told = []
    for name, whose in (("today", "your"), ("today_all", "everybody's")):
        day = me.get(name) or {"limit": {}, "left": {}}
        for unit, limit in day["limit"].items():
            if limit is not None:
                told.append(Text(f"Left of {whose} budget today (UTC): {in_words(day['left'][unit], unit)} of {in_words(limit, unit)}."))
    return [GAP, *told] if told else []


def _moment(since: str) -> str:
    """With a time zone, as the API wants it: this machine's, where none is given."""
    try:
        at = datetime.fromisoformat(since)
    except ValueError:
        raise typer.BadParameter(f"{since} is no date; write it as 2026-11-01", param_hint="--since") from None
    return (at if at.tzinfo else at.astimezone()).isoformat()


def _named(cost: dict[str, Any], costs: list[dict[str, Any]]) -> str:
    """By name where one is known; two of the same name are told apart by their ids."""
    name = cost.get("name") or cost["group"]
    alike = [one for one in costs if one.get("name") == name]
    return line(f"{name} ({cost['group']})" if len(alike) > 1 else name)


def _table(by: str, found: dict[str, Any]) -> Any:
    from rich.text import Text

    from analytics_agent.cli.table import Column, Table

    heads = ("runs", "turns", "tokens in", "cached", "tokens out", "cost")
    rows: list[list[str | Text]] = []
    for cost in found["costs"]:
        cached = cost["cache_read_tokens"]
        counts = (cost["runs"], cost["turns"], cost["input_tokens"] + cached + cost["cache_write_tokens"], cached, cost["output_tokens"])
        rows.append([_named(cost, found["costs"]), *(f"{count:,}" for count in counts), dollars(cost["cost_usd"])])
    total: list[str | Text] = ["in all", *[""] * 5, Text(dollars(found["total_usd"]), "bold")]
    columns = [Column(by, flexible=True), *(Column(head, right=True, dim=head == "cached") for head in heads)]
    return Table(columns, [*rows, *([total] if len(rows) > 1 else [])])
