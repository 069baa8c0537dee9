"""The embedded stack: `up`, `down`, `status`, `logs`, `doctor`, `clean`, and `demo`, the first question one asks it."""

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from analytics_agent.cli import EXIT_FAILED
from analytics_agent.settings import load

AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]
SAMPLE_QUESTION = "Why were departures so late in summer 2013?"
MARKS = {"healthy": "green", "starting": "yellow", "restarting": "yellow", "failed": "red", "stopped": "dim"}


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


def up(superset: Annotated[bool, typer.Option(help="start Superset too")] = True) -> None:
    """Start the embedded stack: PostgreSQL, Temporal, Superset, the API and the workers. Safe to run again."""
    from analytics_agent.stack import lifecycle

    _table(lifecycle.up(load(), superset=superset, echo=_say).as_json(), Console(stderr=True, highlight=False))


def down() -> None:
    """Stop the embedded stack. Data stays."""
    from analytics_agent.stack import lifecycle

    lifecycle.down(load(), echo=_say)


def clean() -> None:
    """Stop the embedded stack and remove its state folder with all data."""
    from analytics_agent.stack import lifecycle

    lifecycle.clean(load(), echo=_say)


def status(as_json: AsJson = False) -> None:
    """What runs, where, and how it is."""
    from analytics_agent.stack import status as observed

    found = observed.status(load())
    if as_json:
        sys.stdout.write(json.dumps(found.as_json()) + "\n")
    else:
        _table(found.as_json(), Console(highlight=False))
    if found.services and not found.healthy:
        raise typer.Exit(EXIT_FAILED)


def _table(found: dict[str, Any], console: Console) -> None:
    if not found["services"]:
        console.print("Nothing was started yet. Start it: analytics-agent up")
        return
    table = Table(box=None, padding=(0, 1), header_style="dim")
    for name in ("", "service", "address", "version", "pid", "restarts"):
        table.add_column(name, no_wrap=True)
    for service in found["services"]:
        mark = Text("●", style=MARKS.get(service["health"], ""))
        detail = "" if service["health"] == "healthy" else f" {service['health']} {service['detail']}"
        restarts = str(service["restarts"] or "")
        table.add_row(mark, service["name"] + detail, service["address"], service["version"], str(service["pid"] or "–"), restarts)
    console.print(table)
    console.print(Text(f"  state  {found['state']}", style="dim"))


def logs(
    service: Annotated[str | None, typer.Argument(help="a service of `status`; all of them without")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="go on as lines come")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1)] = 100,
) -> None:
    """What the services said."""
    from analytics_agent.stack import logs as kept

    code = kept.logs(load(), service, follow=follow, lines=lines)
    if code:
        raise typer.Exit(code)


def doctor(as_json: AsJson = False) -> None:
    """Versions, reachability, settings without secrets, last errors, and what to do about them."""
    from analytics_agent.stack import doctor as examination

    found = examination.doctor(load())
    if as_json:
        sys.stdout.write(json.dumps(found.as_json()) + "\n")
    else:
        _diagnosis(found.as_json(), Console(highlight=False))
    if found.problems:
        raise typer.Exit(EXIT_FAILED)


def _diagnosis(found: dict[str, Any], console: Console) -> None:
    for problem in found["problems"]:
        console.print(Text.assemble(("!  ", "yellow"), problem))
    if not found["problems"]:
        console.print(Text.assemble(("✓  ", "green"), "nothing wrong was found"))
    for title, pairs in (("Versions", found["versions"]), ("Settings", found["settings"])):
        console.print(Text(f"\n{title}", style="bold"))
        grid = Table.grid(padding=(0, 2))
        for name, value in pairs.items():
            grid.add_row(Text(f"  {name}", style="dim"), Text(str(value)))
        console.print(grid)
    console.print(Text("\nReached", style="bold"))
    for one in found["reached"]:
        console.print(Text.assemble(("  ✓ ", "green") if one["answers"] else ("  ✗ ", "red"), f"{one['name']}  {one['address']}"))
    for name, errors in found["last_errors"].items():
        console.print(Text(f"\nLast errors of {name}", style="bold"))
        for line in errors:
            console.print(Text(f"  {line}", style="dim"))


def demo(question: Annotated[str, typer.Argument(help="the question to ask")] = SAMPLE_QUESTION) -> None:
    """Ask one sample question of the sample warehouse, from start to finish, and say where everything is."""
    from analytics_agent.cli import ask as asking
    from analytics_agent.client import Client
    from analytics_agent.stack.credentials import superset_login
    from analytics_agent.stack.state import State

    settings = load()
    out = settings.state / "demo"
    with Client() as client:
        run_id = client.submit(question, database="flights", publish=bool(settings.superset_url), formats=["html", "pdf"])
        document = asking.follow(client, run_id)
        if document["status"] == "succeeded":
            document["report"] = asking.save(client, document, out)
        asking.show(client, document, as_json=False)
    console = Console(highlight=False)
    primary = next((query for query in document["queries"] if query["id"] == document["primary"]), None)
    if primary:
        console.print(Text("  SQL of the primary result", style="bold"), Text(f"{primary['sql_as_run']}\n"), sep="\n")
    if settings.superset_url:
        name, password = superset_login(State(settings.state.absolute()))
        console.print(Text.assemble(("  Superset login  ", "dim"), f"{name} / {password}"))
    console.print(Text.assemble(("  Ask your own    ", "dim"), '.venv/bin/analytics-agent ask "…" --database flights'))
    if document["status"] != "succeeded":
        raise typer.Exit(EXIT_FAILED)
