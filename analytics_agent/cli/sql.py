"""`sql check`: statements judged by the same rules that stand before every query."""

import json
import sys
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, get_args

import typer

from analytics_agent.cli import plain
from analytics_agent.domain.catalog import Catalog, Dialect
from analytics_agent.domain.policy import Policy

commands = typer.Typer(no_args_is_help=True, help="Judge SQL by the rules.")


@commands.callback()
def group() -> None:
    """Judge SQL by the rules."""


@commands.command()
def check(
    dialect: Annotated[str, typer.Option(help=f"{', '.join(get_args(Dialect))}; a line's own `dialect` goes before it")] = "postgres",
    database: Annotated[str | None, typer.Option(help="resolve names against this database's catalog, in its dialect")] = None,
    user: Annotated[
        str | None, typer.Option("--as", help="judge under what the person with this login name may see; needs an admin key")
    ] = None,
    rewritten: Annotated[
        bool, typer.Option("--rewritten", help="with --as: give the statement that would run, conditions and all")
    ] = False,
) -> None:
    """JSON Lines in, JSON Lines out: {"id","sql","dialect"?} → {"id","ok","sql","findings","tables","columns","functions"}.

    With --as what the person may not see does not exist, and `sql` is what may be shown of the statement. With --rewritten it is what
    would run: it holds the conditions and masks of the person's policy, with words in the place of the key of hashes.
    """
    spoken = _known(dialect)
    if user is not None and not database:
        raise typer.BadParameter("What somebody may see is a matter of a database: give --database NAME.", param_hint="--as")
    if rewritten and user is None:
        raise typer.BadParameter("Statements are rewritten for somebody: give --as USER.", param_hint="--rewritten")
    catalog, policy = _beside(database, user) if database else (None, None)
    judge = _Judge(spoken, catalog, policy, rewritten)
    for number, line in enumerate(sys.stdin.buffer, 1):
        if line.strip():
            sys.stdout.write(_written(_judged(line, number, judge)) + "\n")
            sys.stdout.flush()


@dataclass(frozen=True)
class _Judge:
    """What stays the same for a stream of any length."""

    spoken: Dialect
    catalog: Catalog | None
    policy: Policy | None
    rewritten: bool


def _known(name: str) -> Dialect:
    from analytics_agent.sql.dialects import dialect_called

    if meant := dialect_called(name):
        return meant
    raise typer.BadParameter(_UNKNOWN.format(name[:40]), param_hint="--dialect")


_UNKNOWN = f"the dialect {{!r}} is not known; use one of {', '.join(get_args(Dialect))}"


def _judged(line: bytes, number: int, by: _Judge) -> dict[str, Any]:
    """A line that cannot be judged has a finding that says so, like any other: those after it are judged all the same."""
    from analytics_agent.sql.check import check as judge
    from analytics_agent.sql.dialects import dialect_called

    asked = _asked(line)
    name, statement = asked.get("id", number), asked.get("sql")
    if not isinstance(statement, str):
        return _unjudged(
            name, "input", f'Line {number} is no JSON object in UTF-8 with a text "sql".', 'Write {"id": 1, "sql": "SELECT …"}.'
        )
    said = by.catalog.dialect if by.catalog else asked.get("dialect") or by.spoken
    meant = dialect_called(str(said))
    if meant is None:
        told = _UNKNOWN.format(str(said)[:40])
        return _unjudged(name, "dialect", f"Line {number}: {told}.", "Leave `dialect` out, or name one of these.")
    verdict = judge(statement, dialect=meant, catalog=by.catalog, row_cap=None, policy=by.policy)
    findings = [asdict(finding) for finding in verdict.findings]
    names = {"tables": verdict.tables, "columns": verdict.columns, "functions": verdict.functions}
    return {
        "id": name,
        "ok": verdict.ok,
        "sql": (verdict.sql if by.rewritten else verdict.shown) if verdict.ok else None,
        "findings": findings,
    } | {kind: list(found) for kind, found in names.items()}


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


HASH_KEY = "the key of hashes is not shown"


def _beside(database: str, user: str | None) -> tuple[Catalog, Policy | None]:
    """The database's catalog and what the person may see of it, fetched once. A key without the scope admin gets no policy."""
    from pydantic import TypeAdapter

    from analytics_agent.cli.policies import policy_from
    from analytics_agent.client import Client

    with Client() as client:
        told = client.policy(database, as_user=user) if user is not None else None
        if told and told["why"]:
            sys.stderr.write(f"{plain.line(user or '')} may see nothing of this database. {plain.line(told['why'])}\n")
        catalog = TypeAdapter(Catalog).validate_python(client.catalog(database))
    return catalog, replace(policy_from(told), hash_key=HASH_KEY) if told else None
