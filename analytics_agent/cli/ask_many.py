"""`ask --batch`: the questions of a file, each followed to its end, a line for each. Run again, nothing is asked twice."""

import hashlib
import json
import sys
import time
import uuid
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import typer
from rich.text import Text

from analytics_agent.cli import EXIT_FAILED, EXIT_INTERRUPTED
from analytics_agent.cli.answer import status
from analytics_agent.cli.plain import line
from analytics_agent.cli.terminal import console, write_json
from analytics_agent.client import Client
from analytics_agent.client.steps import TOO_MANY_SECONDS
from analytics_agent.client.words import counted, money
from analytics_agent.errors import AgentError, TooMany, Unavailable

FIELDS = ("question", "database", "model", "as_of", "publish", "formats", "budget", "recipients")
"""Of a line, each as in the body of POST /v1/analyses. `id` names the line in what is printed."""

OVER = frozenset({"succeeded", "refused", "failed", "cancelled", "over_budget", "needs_input", "needs_approval"})
"""Nobody is here to answer a run that asks: it goes on waiting, and the line says how to answer."""

FIRST_PAUSE, WHILE_WAITING, LONGEST_PAUSE = 0.5, 5.0, 30.0
OLD = 60.0
"""Seconds before this command began: a run that was asked earlier was not asked by it."""


@dataclass(frozen=True)
class Line:
    """One question of the file. `key` is the same whenever the same is asked by the same line of a file."""

    number: int
    name: str | None
    body: dict[str, Any]
    key: str


@dataclass
class Tally:
    statuses: Counter[str] = field(default_factory=Counter)
    cost: float = 0.0
    asked_before: int = 0


def ask_many(file: Path, options: dict[str, Any], *, again: bool, as_json: bool) -> None:
    """Ask every line of the file, `options` where a line says nothing else. Exit status 0 when all were answered."""
    lines = read(file, options, salt=uuid.uuid4().hex if again else "")
    terminal = console(stderr=True)
    tally = Tally()
    with Client() as client:
        begun = time.time()
        try:
            for one, document in _followed(client, lines):
                _count(tally, document, begun)
                _print(one, document, len(lines), as_json=as_json)
        except KeyboardInterrupt:
            left = len(lines) - tally.statuses.total()
            terminal.print(
                f"{counted(left, 'question')} not answered yet. What was asked goes on; the same command shows it.", soft_wrap=True
            )
            raise typer.Exit(EXIT_INTERRUPTED) from None
        except Unavailable as error:
            raise type(error)(error.message, hint=f"Run the same command again: nothing is asked twice. {error.hint}".strip()) from None
    terminal.print(_summary(tally), soft_wrap=True)
    if set(tally.statuses) - {"succeeded"}:
        raise typer.Exit(EXIT_FAILED)


# the file


def read(file: Path, options: dict[str, Any], *, salt: str = "") -> list[Line]:
    """Every question, judged before any is asked. Raises BadParameter with what is wrong in which line."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise typer.BadParameter(f"{file} cannot be read: {why}.", param_hint="--batch") from None
    seen: Counter[str] = Counter()
    found = [_line(number, given, options, seen, salt) for number, given in enumerate(text.split("\n"), 1) if given.strip()]
    if not found:
        raise typer.BadParameter(f"{file} holds no question.", param_hint="--batch")
    return found


def _line(number: int, text: str, options: dict[str, Any], seen: Counter[str], salt: str) -> Line:
    try:
        given = json.loads(text)
        json.dumps(given, ensure_ascii=False, allow_nan=False).encode()  # what JSON cannot say, or UTF-8, cannot be sent
    except (ValueError, RecursionError):
        raise _wrong(number, 'it is not JSON. A line is {"question": "…", "database": "…"}') from None
    if not isinstance(given, dict):
        raise _wrong(number, 'it is no object. A line is {"question": "…", "database": "…"}')
    unknown = sorted(set(given) - {*FIELDS, "id"})
    if unknown:
        raise _wrong(number, f"{', '.join(map(line, unknown))}: not known. A line may have {', '.join(FIELDS)} and id")
    body = {name: value for name, value in (options | given).items() if name != "id" and value is not None}
    for name in ("question", "database"):
        if not isinstance(body.get(name), str) or not body[name].strip():
            raise _wrong(number, f"{name} is missing" + (", and there is no --database" if name == "database" else ""))
    said = json.dumps(body, sort_keys=True)
    seen[said] += 1
    key = hashlib.sha256(json.dumps([said, seen[said], salt]).encode()).hexdigest()[:48]
    return Line(number, None if given.get("id") is None else str(given["id"]), body, f"batch-{key}")


def _wrong(number: int, why: str) -> typer.BadParameter:
    return typer.BadParameter(f"line {number}: {why}.", param_hint="--batch")


# asking and following


def _followed(client: Client, lines: Sequence[Line]) -> Iterator[tuple[Line, dict[str, Any]]]:
    """Each line with its run's document, as they end."""
    under_way: dict[str, list[Line]] = {}
    waiting, pause = deque(lines), FIRST_PAUSE
    while waiting or under_way:
        yield from _asked_now(client, waiting, under_way)
        ended = [document for run_id in under_way if (document := client.document(run_id))["status"] in OVER]
        for document in ended:
            yield from ((one, document) for one in under_way.pop(document["id"]))
        pause = FIRST_PAUSE if ended else min(1.5 * pause, WHILE_WAITING if waiting else LONGEST_PAUSE)
        if waiting or under_way:
            time.sleep(pause)


def _asked_now(client: Client, waiting: deque[Line], under_way: dict[str, list[Line]]) -> Iterator[tuple[Line, dict[str, Any]]]:
    """Ask as many lines as may be asked at once; the others wait for their turn. Gives those that were not taken, with what was said."""
    while waiting:
        try:
            run_id, refused = _submitted(client, waiting[0])
        except TooMany:
            return
        one = waiting.popleft()
        if refused:
            yield one, refused
        else:
            under_way.setdefault(run_id, []).append(one)


def _submitted(client: Client, one: Line) -> tuple[str, dict[str, Any] | None]:
    """The run's id; or what stands in a document's place where the question was not taken."""
    options = {name: value for name, value in one.body.items() if name not in ("question", "database")}
    try:
        return client.submit(one.body["question"], one.body["database"], **options, idempotency_key=one.key, patience=0), None
    except Unavailable:
        raise
    except AgentError as error:
        if isinstance(error, TooMany) and error.retry_after is not None and error.retry_after <= TOO_MANY_SECONDS:
            raise
        told = {"id": None, "status": "failed", "question": one.body["question"], "database": one.body["database"]}
        return "", told | {"reason": error.message, "hint": error.hint, "error": type(error).__name__}


# what is printed


def _print(one: Line, document: dict[str, Any], total: int, *, as_json: bool) -> None:
    if as_json:
        write_json({"line": one.number, "name": one.name} | document)
        return
    told = document.get("headline") or _asked(document) or document.get("reason") or ""
    name = one.name or str(one.number)
    text = Text.assemble(status(document["status"]), "  ", (line(name), "bold"), f"  {line(document['question'])}")
    text.append(f"  {line(told)}" if told else "", "dim").append(f"  {document['id']}" if document["id"] else "", "cyan")
    console().print(text, soft_wrap=True)


def _asked(document: dict[str, Any]) -> str:
    waits = document.get("approval")
    if document["status"] == "needs_approval" and waits:
        return f"{waits['why']} Decide with `analytics-agent runs approve {document['id']}` or `runs reject`."
    asked = document.get("clarification")
    if document["status"] != "needs_input" or not asked:
        return ""
    return f"It asks: {asked['question']} Answer with `analytics-agent runs answer {document['id']} …`"


def _count(tally: Tally, document: dict[str, Any], begun: float) -> None:
    tally.statuses[document["status"]] += 1
    if document["id"]:
        tally.cost += document["usage"]["cost_usd"]
        tally.asked_before += datetime.fromisoformat(document["asked_at"]).timestamp() < begun - OLD


def _summary(tally: Tally) -> str:
    parts = [f"{count} {name.replace('_', ' ')}" for name, count in tally.statuses.most_common()]
    before = f" {tally.asked_before} had been asked before; --again asks them anew." if tally.asked_before else ""
    return f"{counted(tally.statuses.total(), 'question')}: {', '.join(parts)}. {money(tally.cost).capitalize()}.{before}"
