"""`sql check`: statements judged by the same rules that stand before every query."""

import json
import sys
from dataclasses import asdict
from typing import Annotated, Any, get_args

import typer

from analytics_agent.domain.catalog import Catalog, Dialect

commands = typer.Typer(no_args_is_help=True, help="Judge SQL by the rules.")


@commands.callback()
def group() -> None:
    """Judge SQL by the rules."""


@commands.command()
def check(
    dialect: Annotated[str, typer.Option(help=f"{', '.join(get_args(Dialect))}; a line's own `dialect` goes before it")] = "postgres",
    database: Annotated[str | None, typer.Option(help="resolve names against this database's catalog, in its dialect")] = None,
) -> None:
    """JSON Lines in, JSON Lines out: {"id","sql","dialect"?} → {"id","ok","sql","findings","tables","columns","functions"}."""
    spoken = _known(dialect)
    catalog = _catalog(database) if database else None
    for number, line in enumerate(sys.stdin.buffer, 1):
        if line.strip():
            sys.stdout.write(_written(_judged(line, number, spoken, catalog)) + "\n")
            sys.stdout.flush()


def _known(name: str) -> Dialect:
    from analytics_agent.sql.dialects import dialect_called

    if meant := dialect_called(name):
        return meant
    raise typer.BadParameter(_UNKNOWN.format(name[:40]), param_hint="--dialect")


_UNKNOWN = f"the dialect {{!r}} is not known; use one of {', '.join(get_args(Dialect))}"


def _judged(line: bytes, number: int, spoken: Dialect, catalog: Catalog | None) -> dict[str, Any]:
    """A line that cannot be judged has a finding that says so, like any other: those after it are judged all the same."""
    from analytics_agent.sql.check import check as judge
    from analytics_agent.sql.dialects import dialect_called

    asked = _asked(line)
    name, statement = asked.get("id", number), asked.get("sql")
    if not isinstance(statement, str):
        return _unjudged(
            name, "input", f'Line {number} is no JSON object in UTF-8 with a text "sql".', 'Write {"id": 1, "sql": "SELECT …"}.'
        )
    said = catalog.dialect if catalog else asked.get("dialect") or spoken
    meant = dialect_called(str(said))
    if meant is None:
        told = _UNKNOWN.format(str(said)[:40])
        return _unjudged(name, "dialect", f"Line {number}: {told}.", "Leave `dialect` out, or name one of these.")
    verdict = judge(statement, dialect=meant, catalog=catalog, row_cap=None)
    findings = [asdict(finding) for finding in verdict.findings]
    names = {"tables": verdict.tables, "columns": verdict.columns, "functions": verdict.functions}
    return {"id": name, "ok": verdict.ok, "sql": verdict.sql if verdict.ok else None, "findings": findings} | {
        kind: list(found) for kind, found in names.items()
    }


def _asked(line: bytes) -> dict[str, Any]:
    """The object on a line; an empty one where there is none, or one too deep to be read."""
    try:
        asked = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    return asked if isinstance(asked, dict) else {}


def _unjudged(name: Any, rule: str, message: str, hint: str) -> dict[str, Any]:
    finding = {"rule": rule, "severity": "error", "message": message, "hint": hint, "fix": ""}
    return {"id": name, "ok": False, "sql": None, "findings": [finding], "tables": [], "columns": [], "functions": []}


def _written(verdict: dict[str, Any]) -> str:
    """As people read it; escaped where a half of a letter in a name or id is nothing that UTF-8 can write."""
    text = json.dumps(verdict, ensure_ascii=False)
    return json.dumps(verdict) if any("\ud800" <= letter <= "\udfff" for letter in text) else text


def _catalog(database: str) -> Catalog:
    from pydantic import TypeAdapter

    from analytics_agent.client import Client

    with Client() as client:
        return TypeAdapter(Catalog).validate_python(client.catalog(database))
