"""A statement that waits for approval, in a terminal: what it would take, what would take less, its SQL; and the question itself."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from analytics_agent.cli.places import listed, program
from analytics_agent.cli.plain import cleaned, line
from analytics_agent.cli.terminal import Page, Prose
from analytics_agent.cli.terminal import show as shown
from analytics_agent.client import Client
from analytics_agent.errors import NotAllowed

if TYPE_CHECKING:
    from rich.console import Console

    from analytics_agent.cli.progress import Progress

GAP = Text()


def waiting(document: dict[str, Any]) -> Iterator[RenderableType]:
    """What waits, and the commands that decide."""
    asked = document.get("approval")
    if asked is None:  # decided a moment ago
        yield Prose(Text("The run goes on in a moment."))
        return
    yield from _asked(asked)
    run = document["id"]
    commands = [("Run it", f"{program()} runs approve {run}"), ("Do not", f"{program()} runs reject {run} --note '…'")]
    yield from (GAP, *listed([(name, Text(command, "cyan"), "") for name, command in commands]))


def decided(client: Client, document: dict[str, Any], *, approved: bool, note: str | None = None) -> None:
    """Say it of the statement that this document shows: of no other that came to wait meanwhile."""
    waits = document.get("approval")
    meant = waits["id"] if waits else None
    if approved:
        client.approve(document["id"], approval=meant)
    else:
        client.reject(document["id"], approval=meant, note=note)


def asked_here(client: Client, document: dict[str, Any], progress: "Progress", *, yes: bool) -> bool:
    """Ask the person at the terminal, unless they said yes beforehand. False where nobody decides here: the run goes on waiting."""
    if document.get("approval") is None:
        return False
    with progress.paused() as console:
        try:
            if yes:
                decided(client, document, approved=True)
                return True
            return sys.stdin.isatty() and sys.stderr.isatty() and _prompted(client, document, console)
        except NotAllowed as refused:
            console.print(f"  {refused.message} {refused.hint}", markup=False, soft_wrap=True)
            return False


def _prompted(client: Client, document: dict[str, Any], console: "Console") -> bool:
    from analytics_agent.cli.ask import typed

    shown(Page([GAP, *_asked(cleaned(document)["approval"])]), console)
    said = typed(console, "\n  Run it? [y/n] ").lower()[:1]
    if said not in ("y", "n"):
        return False
    note = typed(console, "  Why not, for the model (may be left empty): ") if said == "n" else ""
    decided(client, document, approved=said == "y", note=note or None)
    return True


def _asked(asked: dict[str, Any]) -> Iterator[RenderableType]:
    from analytics_agent.cli.statement import statement

    yield Prose(Text(f"A statement waits for approval: {line(asked['title'])}", "bold"))
    yield Prose(Text(line(asked["why"])))
    yield Prose(Text(line(asked["instead"]), "dim"))
    if asked["needs"] == "admin":
        yield Prose(Text("An administrator has to approve it.", "yellow"))
    yield from (GAP, *statement(asked["sql"]))
