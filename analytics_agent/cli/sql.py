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
    database: Annotated[str | None, typer.Option(help="resolve names against this database's catalog")] = None,
) -> None:
    """JSON Lines in, JSON Lines out: {"id","sql","dialect"?} → {"id","ok","sql","findings","tables","columns","functions"}."""
    catalog = _catalog(database) if database else None
    for number, line in enumerate(sys.stdin, 1):
        if line.strip():
            sys.stdout.write(json.dumps(_judged(line, number, dialect, catalog), ensure_ascii=False) + "\n")
            sys.stdout.flush()


def _judged(line: str, number: int, dialect: str, catalog: Catalog | None) -> dict[str, Any]:
    from analytics_agent.sql.check import check as judge
    from analytics_agent.sql.dialects import dialect_called

    try:
        asked = json.loads(line)
        statement, name = str(asked["sql"]), asked.get("id", number)
        spoken = str(catalog.dialect if catalog else asked.get("dialect") or dialect)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise typer.BadParameter(f'line {number} is not an object with "sql"', param_hint="stdin") from None
    meant = dialect_called(spoken)
    if meant is None:
        known = ", ".join(get_args(Dialect))
        raise typer.BadParameter(f"line {number}: the dialect {spoken[:40]!r} is not known; use one of {known}", param_hint="stdin")
    verdict = judge(statement, dialect=meant, catalog=catalog, row_cap=None)
    findings = [asdict(finding) for finding in verdict.findings]
    names = {"tables": verdict.tables, "columns": verdict.columns, "functions": verdict.functions}
    return {"id": name, "ok": verdict.ok, "sql": verdict.sql if verdict.ok else None, "findings": findings} | {
        kind: list(found) for kind, found in names.items()
    }


def _catalog(database: str) -> Catalog:
    from pydantic import TypeAdapter

    from analytics_agent.client import Client

    with Client() as client:
        return TypeAdapter(Catalog).validate_python(client.catalog(database))
