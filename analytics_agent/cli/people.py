"""`people`: what is held of a person, and its erasure."""

import sys
import time
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from analytics_agent.cli import EXIT_FAILED
from analytics_agent.cli.numerals import local_time
from analytics_agent.cli.places import program
from analytics_agent.cli.plain import line
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import ANY, Page, console, show, write_json
from analytics_agent.client import Client
from analytics_agent.errors import StackError, Unavailable
from analytics_agent.settings import load

commands = typer.Typer(no_args_is_help=True, help="Show what is held of a person, and erase it.")
Person = Annotated[str, typer.Argument(help="superset:7, user:ada, mail:ADDRESS, a key's id, or what somebody is called")]
Mails = Annotated[
    list[str] | None, typer.Option("--mail", help="a mail address of theirs, to be found in other people's reports; repeat for several")
]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]

_LOOK_SECONDS, _AWAY = 1.0, 60
_THINGS = {
    "runs": ("question with its answer, results and report", "questions with their answers, results and reports"),
    "unfinished": ("of them has not ended", "of them have not ended"),
    "clarifications": ("question back to them", "questions back to them"),
    "approvals": ("run with a statement that was approved or rejected", "runs with statements that were approved or rejected"),
    "published": ("dashboard in Superset, with its charts and datasets", "dashboards in Superset, with their charts and datasets"),
    "schedules": ("schedule, deleted ones too", "schedules, deleted ones too"),
    "deliveries": ("delivery of a report", "deliveries of reports"),
    "waiting_turns": ("turn of a model that waits", "turns of a model that wait"),
    "keys": ("API key", "API keys"),
    "mentions": ("thing of others that names them", "things of others that name them"),
}
_KEPT = {
    "calls": ("line of the ledger", "lines of the ledger"),
    "acts": ("line of the audit log", "lines of the audit log"),
}
_LEFT = {
    "mail": ("mail was sent and is in its reader's mailbox", "mails were sent and are in their readers' mailboxes"),
    "webhook": ("message was sent to the webhook {name}", "messages were sent to the webhook {name}"),
    "file": ("report was not found any more: folder {name}", "reports were not found any more: folder {name}"),
    "dataset": (
        "dataset stays in Superset without its name, because somebody drew a chart of their own on it",
        "datasets stay in Superset without their names, because somebody drew charts of their own on them",
    ),
    "dashboard": ("dashboard could not be removed from Superset: {name}", "dashboards could not be removed from Superset: {name}"),
    "turn": ("turn had gone to the model's provider in a message batch", "turns had gone to the model's provider in message batches"),
    "run": (
        "run was written by another version: what was made of it outside is not known",
        "runs were written by another version: what was made of them outside is not known",
    ),
}
_STAGES = {
    "stopping": "ending what goes on",
    "erasing": "erasing runs, reports and dashboards",
    "files": "removing files",
    "histories": "waiting until Temporal has forgotten its histories",
    "done": "done",
}
CLOSING = (
    "What this cannot reach: backups, mails in mailboxes, what a model's provider keeps of prompts for a time, and what is Superset's own "
    "(its logs, somebody's queries in SQL Lab). docs/erasure.md says what to do there."
)


@commands.command("show")
def show_person(person: Person, mail: Mails = None, as_json: AsJson = False) -> None:
    """What is held of a person, counted. Nothing is changed."""
    with Client() as client:
        found = client.held(person, mails=mail or [])
    _show_held(found, as_json=as_json)


@commands.command()
def erase(
    person: Person,
    mail: Mails = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would go, and change nothing")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase a person's data everywhere. It cannot be taken back; typed again, it goes on or finds nothing."""
    with Client() as client:
        found = client.held(person, mails=mail or [])
        if dry_run:
            _show_held(found, "Nothing was changed.", as_json=as_json)
            return
        if not yes:
            _confirm(found)
        erasure = _followed(client, client.erase(person, mails=mail or [])["id"])
    _scrubbed()
    if as_json:
        write_json(erasure)
        return
    for said in _closing(erasure, found):
        typer.echo(said)


@commands.command("erasures")
def list_erasures(as_json: AsJson = False) -> None:
    """Erasures that were begun, the newest first. They do not say of whom."""
    with Client() as client:
        found = client.erasures()
    if as_json:
        write_json(found)
        return
    if not found:
        console().print("Nobody's data was erased yet.")
        return
    heads = (Column("id"), Column("stage"), Column("runs", right=True), Column("files", right=True), Column("begun"), Column("finished"))
    rows = [
        (
            one["id"],
            one["stage"],
            str(one["runs"]),
            str(one["files"]),
            local_time(one["begun_at"]),
            local_time(one["finished_at"], never=""),
        )
        for one in found
    ]
    show(Page([Table(heads, rows)], widest=ANY), console())


@commands.command()
def scrub() -> None:
    """Write the embedded stack's files anew, so that no deleted row is left in them. `erase` does it by itself."""
    from analytics_agent.stack import scrubbing

    settings = load()
    if not scrubbing.is_here(settings):
        raise StackError(
            "The stack of this state folder does not run.", hint="Start it with `analytics-agent up`. Other servers: docs/erasure.md."
        )
    scrubbing.scrub(settings)
    typer.echo("No deleted row is left in the stack's files.", err=True)


def _show_held(found: dict[str, Any], *more: str, as_json: bool) -> None:
    if as_json:
        write_json(found)
        return
    for said in (*_held(found), *more):
        typer.echo(said)


def _held(found: dict[str, Any]) -> Iterator[str]:
    held, who = found["held"], ", ".join(line(one) for one in found["ids"])
    called = f" ({', '.join(line(one) for one in found['names'])})" if found["names"] else ""
    things = [f"  {said}" for said in _counted(held, _THINGS)]
    if not things and not any(held[name] for name in _KEPT):
        yield f"Nothing is held of {who}{called}."
        return
    between = f", {local_time(held['since'])} to {local_time(held['until'])}" if held["since"] else ""
    yield f"Held of {who}{called}{between}:"
    yield from things
    if kept := [*_counted(held, _KEPT)]:
        yield f"An erasure keeps {' and '.join(kept)}, under a name that leads to nobody."
    if not found["mails"]:
        yield "Their mail addresses are not known here: name them with --mail to find them among the recipients of others."


def _counted(held: dict[str, Any], things: dict[str, tuple[str, str]]) -> Iterator[str]:
    for name, (one, many) in things.items():
        if held[name]:
            yield f"{held[name]:,} {one if held[name] == 1 else many}"


def _confirm(found: dict[str, Any]) -> None:
    """Typed out, so that it is not answered by habit."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise typer.BadParameter("nobody is there to be asked: say --yes, or look first with --dry-run", param_hint="--yes")
    for said in _held(found):
        typer.echo(said, err=True)
    typer.echo("It cannot be taken back. Type erase to erase it: ", err=True, nl=False)
    if sys.stdin.readline().strip() != "erase":
        typer.echo("Nothing was changed.", err=True)
        raise typer.Exit(EXIT_FAILED)


def _followed(client: Client, erasure_id: str) -> dict[str, Any]:
    """Until it is done. An API that is away for a moment is waited for: the erasure goes on by itself."""
    told, away = "", 0
    while True:
        try:
            erasure = client.erasure(erasure_id)
            away = 0
        except Unavailable:
            away += 1
            if away > _AWAY:
                raise
            time.sleep(_LOOK_SECONDS)
            continue
        said = _stage(erasure)
        if said != told:
            told = said
            typer.echo(f"  {said}", err=True)
        if erasure["stage"] == "done":
            return erasure
        time.sleep(_LOOK_SECONDS)


def _stage(erasure: dict[str, Any]) -> str:
    stage = _STAGES.get(erasure["stage"], erasure["stage"])
    return f"{stage}. It waits: {line(erasure['trouble'])}" if erasure["trouble"] else stage


def _scrubbed() -> None:
    """Only where the files are ours. That it was not done is said, and takes nothing from the erasure."""
    from analytics_agent.stack import scrubbing

    settings = load()
    if not scrubbing.is_here(settings):
        return
    typer.echo("  writing the stack's files anew", err=True)
    try:
        scrubbing.scrub(settings)
    except StackError as error:
        typer.echo(f"  {error}", err=True)


def _closing(erasure: dict[str, Any], found: dict[str, Any]) -> Sequence[str]:
    left = [f"  {one['count']:,} {_LEFT[one['kind']][one['count'] != 1].format(name=line(one['name']))}" for one in erasure["left"]]
    held = any(found["held"][name] for name in (*_THINGS, *_KEPT))
    runs, files = erasure["runs"], erasure["files"]
    gone = f"{runs:,} {'run' if runs == 1 else 'runs'} and {files:,} {'file' if files == 1 else 'files'}"
    said = f"Erased: {gone}, and all that hung on them." if held else "There was nothing to erase."
    return [said, *(["Left outside:", *left] if left else []), f"{CLOSING} This erasure: {program()} people erasures ({erasure['id']})."]
