"""`ask`: one question, live progress on stderr, the answer on stdout."""

import json
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analytics_agent.cli import EXIT_FAILED, EXIT_INTERRUPTED
from analytics_agent.client import Client
from analytics_agent.errors import Unavailable

if TYPE_CHECKING:
    from rich.console import Console

    from analytics_agent.cli.progress import Progress

_BEGINS_WITHIN = 5.0
"""Seconds within which a finished run's deliveries are in the store, as a rule."""


def ask(
    question: Annotated[str | None, typer.Argument(help="the question, in plain language")] = None,
    database: Annotated[str | None, typer.Option(help="the database to ask, by its name in `databases list`; not with --continue")] = None,
    model: Annotated[str | None, typer.Option(help="offline, or a Claude model id; the server's own choice without")] = None,
    as_user: Annotated[
        str | None, typer.Option("--as", help="read with the rights of the person with this login name; needs an admin key")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="the day that relative dates count from, as 2013-12-31")] = None,
    continues: Annotated[
        str | None, typer.Option("--continue", help="the id of a run that this question goes on from, in its database")
    ] = None,
    publish: Annotated[bool, typer.Option(help="make a Superset dashboard")] = True,
    formats: Annotated[str, typer.Option(help="report formats: html, pdf, both with a comma, or none")] = "html,pdf",
    out: Annotated[Path | None, typer.Option(help="a folder for the report's files and the document as JSON")] = None,
    budget_tokens: Annotated[int | None, typer.Option(min=1, help="stop when this many tokens were used")] = None,
    budget_usd: Annotated[float | None, typer.Option(min=0.0, max=100_000, help="stop when this many dollars were spent")] = None,
    to: Annotated[
        list[str] | None, typer.Option(help="who gets the report: ops@example.com, webhook:NAME or folder:NAME; repeat for several")
    ] = None,
    patient: Annotated[
        bool | None, typer.Option(help="let Claude answer in message batches: half the price, within a day; so with --batch")
    ] = None,
    batch: Annotated[Path | None, typer.Option(help="ask every line of a JSON Lines file, - for standard input")] = None,
    again: Annotated[bool, typer.Option("--again", help="with --batch: ask anew what was asked by the same lines before")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="approve statements that are over the database's limit without asking")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print the document as JSON; one a line with --batch")] = False,
) -> None:
    """Ask one question of one database, and wait for the answer.

    Progress goes to stderr and the answer to stdout. Ctrl-C asks whether to cancel the run or to detach from it. Exit status 0 when
    the question was answered, 1 otherwise.

    With --batch every line of a file is asked: {"question", "database", "model", "as_of", "publish", "formats", "budget",
    "recipients", "id"}, of which all but the question may be left out where an option says it. Run the same command again and
    nothing is asked twice.
    """
    options: dict[str, Any] = {
        "model": model,
        "as_of": as_of,
        "publish": publish,
        "formats": [name.strip() for name in formats.split(",") if name.strip() not in ("", "none")],
        "budget": {name: value for name, value in (("tokens", budget_tokens), ("usd", budget_usd)) if value is not None} or None,
        "recipients": to,
        "as_user": as_user,
    }
    if batch:
        from analytics_agent.cli.ask_many import ask_many

        if question or continues or out or yes:
            raise typer.BadParameter("The file holds the questions: leave out QUESTION, --continue, --out and --yes.", param_hint="--batch")
        ask_many(batch, options | {"database": database, "patient": patient is not False}, again=again, as_json=as_json)
        return
    if question is None or not (database or continues):
        raise typer.BadParameter("Give a question and its --database or the run that it goes on from, or a file of questions with --batch.")
    if out:
        _writable(out)
    _ask_one(question, options | {"database": database, "continues": continues, "patient": patient}, out, as_json=as_json, yes=yes)


def _ask_one(question: str, options: dict[str, Any], out: Path | None, *, as_json: bool, yes: bool) -> None:
    """One question to the end of its run: its answer, its report's files, and an exit status that says whether it was answered."""
    with Client() as client:
        run_id = client.submit(question, **options)
        document = follow(client, run_id, as_json=as_json, yes=yes, expected=_steps(options), budget=options["budget"] or {})
        if options["recipients"] and document["status"] == "succeeded":
            document = _sent(client, document)
        saved = not out or document["status"] != "succeeded" or _saved(client, document, out)
        show(client, document, as_json=as_json)
    if not saved or document["status"] != "succeeded":
        raise typer.Exit(EXIT_FAILED)


def _steps(options: dict[str, Any]) -> list[str]:
    return ["explore", "analyze", "synthesize", *(["report"] if options["formats"] else []), *(["deliver"] if options["publish"] else [])]


def follow(client: Client, run_id: str, *, as_json: bool = False, yes: bool = False, **known: Any) -> dict[str, Any]:
    """Show progress until the run has ended or waits for a person nobody can reach; gives its document.

    `known` is what a document does not say of the run: its budget, the steps that are expected (see Progress). `yes` approves what waits
    for approval.
    Ctrl-C leaves or cancels the run and ends the command; what asked for JSON gets the document as it stands.
    """
    from analytics_agent.cli.progress import Progress
    from analytics_agent.cli.results import finding_value

    quiet = as_json and not sys.stderr.isatty()
    with Progress(client.document(run_id), quiet=quiet, **known, value=finding_value(client, run_id)) as progress:
        try:
            while True:
                for event in client.events(run_id, after=progress.seen):
                    progress.add(event)
                document = client.document(run_id)
                if not _goes_on(document) and not _given(client, document, progress, yes=yes):
                    return document
        except Unavailable as error:
            goes_on = f"The run goes on; `analytics-agent runs show {run_id}` shows it."
            raise type(error)(error.message, hint=f"{goes_on} {error.hint}".strip()) from None
        except KeyboardInterrupt:
            _interrupted(client, run_id, progress.stop())
            if as_json:
                show(client, client.document(run_id), as_json=True)
            raise typer.Exit(EXIT_INTERRUPTED) from None


def _goes_on(document: dict[str, Any]) -> bool:
    """Whether what the run waited for is there: an answer may be stored before the run has heard it, and be heard while we look."""
    asked = document["clarification"]
    answered = document["status"] == "needs_input" and asked is not None and asked.get("answer") is not None
    return answered or document["status"] in ("queued", "running")


def _given(client: Client, document: dict[str, Any], progress: "Progress", *, yes: bool) -> bool:
    """Whether the run waited for a person and was given what it waited for."""
    from analytics_agent.cli.approving import asked_here

    if document["status"] == "needs_approval":
        return asked_here(client, document, progress, yes=yes)
    return document["status"] == "needs_input" and _answered(client, document, progress)


def _answered(client: Client, document: dict[str, Any], progress: "Progress") -> bool:
    """Ask the person at the terminal. False where there is none: the run goes on waiting and says how to answer."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    from analytics_agent.cli.answer import question_page
    from analytics_agent.cli.terminal import show as shown

    with progress.paused() as console:
        shown(question_page(document), console)
        said = typed(console, "  Your answer, a number or words: ")
    readings = document["clarification"]["readings"]
    chosen = readings[int(said) - 1] if said.isdecimal() and 0 < int(said) <= len(readings) else said
    if not chosen:
        return False
    client.answer(document["id"], chosen)
    return True


def typed(console: "Console", prompt: str) -> str:
    """What somebody typed; nothing where the input ends instead."""
    try:
        return console.input(prompt, markup=False, emoji=False).strip()
    except EOFError:
        console.print()
        return ""


def _interrupted(client: Client, run_id: str, console: "Console") -> None:
    """Cancel or leave it to itself. Another Ctrl-C, or no answer, leaves it: nothing that was paid for is thrown away by a slip."""
    from analytics_agent.cli.places import program

    choice = ""
    if sys.stdin.isatty():
        try:
            choice = typed(console, "\n  Cancel the run, or detach and let it go on? [c/d] ").lower()[:1]
        except KeyboardInterrupt:
            console.print()
    if choice == "c":
        client.cancel(run_id)
        console.print(f"  Cancelled run {run_id}. What it found is kept.")
    else:
        console.print(f"  Run {run_id} goes on. Its answer: {program()} runs show {run_id}", soft_wrap=True)


def _sent(client: Client, document: dict[str, Any]) -> dict[str, Any]:
    """The document when its report was tried to be sent to everybody; one that is found busy is left to itself after a while."""
    from analytics_agent.cli.deliveries import settled

    found = client.deliveries(document["id"])
    deadline = time.monotonic() + _BEGINS_WITHIN
    while not found and time.monotonic() < deadline:
        time.sleep(0.2)
        found = client.deliveries(document["id"])
    settled(client, document["id"], found)
    now: dict[str, Any] = client.document(document["id"])
    return now


def _writable(folder: Path) -> None:
    """Told before anything is asked, because the answer may cost. Raises BadParameter."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise typer.BadParameter(f"{folder} cannot be written: {error.strerror}", param_hint="--out") from None


def _saved(client: Client, document: dict[str, Any], folder: Path) -> bool:
    """Save the report; an answer that was found is shown even when it cannot be saved."""
    try:
        document["report"] = save(client, document, folder)
    except OSError as error:
        sys.stderr.write(f"✗ The report could not be saved in {folder}: {error.strerror}.\n")
        sys.stderr.write(f"  Get it later: analytics-agent reports download {document['id']}\n")
        return False
    return True


def save(client: Client, document: dict[str, Any], folder: Path) -> dict[str, str | None]:
    """Write the report and the document into `folder`; gives the paths of the report."""
    folder.mkdir(parents=True, exist_ok=True)
    name = slug(document["question"])
    paths: dict[str, str | None] = {"html": None, "pdf": None}
    for kind in ("html", "pdf"):
        if document["report"][kind]:
            path = folder / f"{name}.{kind}"
            path.write_bytes(client.report(document["id"], kind))
            paths[kind] = str(path.absolute())
    (folder / f"{name}.json").write_text(json.dumps(document | {"report": paths}, indent=1, ensure_ascii=False), encoding="utf-8")
    return paths


def slug(question: str) -> str:
    """A file name from a question: its words, joined."""
    words = re.findall(r"[^\W_]+", question.lower())
    return "-".join(words)[:60].rstrip("-") or "answer"


def show(client: Client, document: dict[str, Any], *, as_json: bool, ending: bool = True) -> None:
    """Print the document, or the answer as people read it; without `ending`, not where to go on."""
    from analytics_agent.cli import terminal

    if as_json:
        terminal.write_json(document)
        return
    from analytics_agent.cli import answer, picture, results

    rows = {result: results.rows(client, document["id"], result) for result in picture.wanted(document)}
    terminal.show(answer.page(document, rows, ending=ending), terminal.console())
