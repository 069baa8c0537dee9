"""`ask`: one question, live progress on stderr, the answer on stdout."""

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from analytics_agent.cli import EXIT_FAILED, EXIT_INTERRUPTED
from analytics_agent.client import Client


def ask(
    question: Annotated[str, typer.Argument(help="the question, in plain language")],
    database: Annotated[str, typer.Option(help="the database to ask, by its name")],
    model: Annotated[str | None, typer.Option(help="offline, or a Claude model id")] = None,
    as_of: Annotated[str | None, typer.Option(help="the day that relative dates count from, as 2013-12-31")] = None,
    publish: Annotated[bool, typer.Option(help="make a Superset dashboard")] = True,
    formats: Annotated[str, typer.Option(help="report formats: html, pdf, both with a comma, or none")] = "html,pdf",
    out: Annotated[Path | None, typer.Option(help="a folder for the report and the document")] = None,
    budget_tokens: Annotated[int | None, typer.Option(min=1, help="most tokens this run may use")] = None,
    budget_usd: Annotated[float | None, typer.Option(min=0.0, help="most dollars this run may use")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the document as JSON")] = False,
) -> None:
    """Ask one question of one database. Exit status 0 when it was answered."""
    wanted = [name.strip() for name in formats.split(",") if name.strip() not in ("", "none")]
    budget = {name: value for name, value in (("tokens", budget_tokens), ("usd", budget_usd)) if value is not None}
    if out:
        _writable(out)
    with Client() as client:
        run_id = client.submit(
            question, database=database, model=model, as_of=as_of, publish=publish, formats=wanted, budget=budget or None
        )
        document = follow(client, run_id, as_json=as_json)
        saved = not out or document["status"] != "succeeded" or _saved(client, document, out)
        show(client, document, as_json=as_json)
    if not saved or document["status"] != "succeeded":
        raise typer.Exit(EXIT_FAILED)


def follow(client: Client, run_id: str, *, as_json: bool = False) -> dict[str, Any]:
    """Show progress until the run has ended or waits for a person nobody can reach; gives its document.

    Ctrl-C leaves or cancels the run and ends the command; what asked for JSON gets the document as it stands.
    """
    from analytics_agent.cli.progress import Progress

    with Progress(client.document(run_id), quiet=as_json and not sys.stderr.isatty()) as progress:
        try:
            while True:
                for event in client.events(run_id, after=progress.seen):
                    progress.add(event)
                document = client.document(run_id)
                if document["status"] != "needs_input" or not _answered(client, document, progress):
                    return document
        except KeyboardInterrupt:
            _interrupted(client, run_id, progress)
            if as_json:
                show(client, client.document(run_id), as_json=True)
            raise typer.Exit(EXIT_INTERRUPTED) from None


def _answered(client: Client, document: dict[str, Any], progress: Any) -> bool:
    """Ask the person at the terminal. False where there is none: the run goes on waiting and says how to answer."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    with progress.paused() as console:
        asked = document["clarification"]
        console.print(f"\n  {asked['question']}", markup=False)
        for number, reading in enumerate(asked["readings"], 1):
            console.print(f"    {number}  {reading}", markup=False)
        typed = console.input("  Your answer, a number or words: ").strip()
    readings = asked["readings"]
    chosen = readings[int(typed) - 1] if typed.isdigit() and 0 < int(typed) <= len(readings) else typed
    if not chosen:
        return False
    client.answer(document["id"], chosen)
    return True


def _interrupted(client: Client, run_id: str, progress: Any) -> None:
    with progress.paused() as console:
        choice = "d"
        if sys.stdin.isatty():
            choice = console.input("\n  Cancel the run, or detach and let it go on? [c/d] ").strip().lower()[:1]
        if choice == "c":
            client.cancel(run_id)
            console.print(f"  Cancelled run {run_id}.")
        else:
            console.print(f"  Run {run_id} goes on. `analytics-agent runs show {run_id}` shows its answer.")


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
    (folder / f"{name}.json").write_text(json.dumps(document | {"report": paths}, indent=1, ensure_ascii=False))
    return paths


def slug(question: str) -> str:
    """A file name from a question: its words, joined."""
    words = re.findall(r"[^\W_]+", question.lower())
    return "-".join(words)[:60].rstrip("-") or "answer"


def show(client: Client, document: dict[str, Any], *, as_json: bool) -> None:
    """Print the document, or the answer as people read it."""
    if as_json:
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
        return
    from rich.console import Console

    from analytics_agent.cli.answer import render

    primary = document["primary"] if document["status"] == "succeeded" else None
    rows = _rows(client, document["id"], primary) if primary else []
    Console(highlight=False).print(render(document, rows))


def _rows(client: Client, run_id: str, result: str) -> list[dict[str, Any]]:
    stored = json.loads(client.result(run_id, result, "json"))
    names = [column["name"] for column in stored["columns"]]
    return [dict(zip(names, row, strict=True)) for row in stored["rows"]]
