"""`policies`: a file that says who may see what, judged and shown."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from analytics_agent.cli.plain import clean, line
from analytics_agent.cli.terminal import write_json
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.policy import OPEN, Mask, Policy, TablePolicy

commands = typer.Typer(no_args_is_help=True, help="Judge and show a file of policies: who may see which tables, rows and columns.")
File = Annotated[Path, typer.Argument(help="a YAML file of policies", exists=True, dir_okay=False)]


@commands.command()
def validate(
    file: File,
    database: Annotated[str | None, typer.Option(help="judge names and conditions against this database's catalog, too")] = None,
) -> None:
    """Find all mistakes of a file at once, with their lines. Exit status 1 when there are any."""
    from analytics_agent.semantic.access.policy_check import problems_with
    from analytics_agent.semantic.access.policy_file import read

    policies, problems = read(_text(file))
    if not problems and database:
        problems = problems_with(policies, _catalog(database))
    if problems:
        _complain(file, problems)
    count = len(policies.policies)
    said = f"{count} {'policy is' if count == 1 else 'policies are'} well-formed"
    fits = f" and {'fits' if count == 1 else 'fit'} {line(database)}." if database else ". Names and conditions are judged with --database."
    typer.echo(said + fits)


@commands.command("show")
def show_policy(
    file: Annotated[Path | None, typer.Argument(help="a file of policies; what holds now without", exists=True, dir_okay=False)] = None,
    user: Annotated[str | None, typer.Option("--as", help="the person, by login name")] = None,
    database: Annotated[str | None, typer.Option(help="of which database")] = None,
    models: Annotated[bool, typer.Option("--models", help="what a model outside may be shown, in place of a person")] = False,
    role: Annotated[list[str] | None, typer.Option(help="with FILE: a further role of the person; repeat for several")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """What a person may see of a database: everything that holds for them, merged.

    Without FILE it is what holds now, from Superset and from the installation's own file together; that needs a key with the scope
    admin. With FILE it is what that file says alone, whether or not it is in use.
    """
    if (user is None) is not models:
        raise typer.BadParameter("Give either the person, --as USER, or --models.")
    if not database:
        raise typer.BadParameter("Say of which database: --database NAME.")
    if file is None:
        if role:
            raise typer.BadParameter("Roles are Superset's own where there is no FILE.", param_hint="--role")
        shown = _now(database, user, models)
    else:
        shown = _by_file(file, database, user, frozenset(role or ()))
    if as_json:
        write_json(_document(shown))
        return
    for told in _told(shown):
        typer.echo(clean(told))


@dataclass(frozen=True)
class _Shown:
    """`who` is None for models. `why` says what stands in the way of who sees nothing."""

    database: str
    who: str | None
    policy: Policy
    hash: str
    withheld: int = 0
    why: str | None = None


def _by_file(file: Path, database: str, user: str | None, roles: frozenset[str]) -> _Shown:
    from analytics_agent.semantic.access.policy_check import problems_with
    from analytics_agent.semantic.access.policy_file import policy_for_models, policy_of, read

    policies, problems = read(_text(file))
    catalog = _catalog(database)
    problems = problems or problems_with(policies, catalog)
    if problems:
        _complain(file, problems)
    if user is None:
        policy = policy_for_models(policies, catalog) if policies.limits_models(database) else OPEN
    else:
        policy = policy_of(policies, user, catalog, roles)
    return _Shown(database, user, policy, policy.hash)


def _now(database: str, user: str | None, models: bool) -> _Shown:
    from analytics_agent.client import Client

    with Client() as client:
        told = client.policy(database, as_user=user, models=models)
    return _Shown(database, user, policy_from(told), told["hash"], told["withheld"], told["why"])


def policy_from(told: dict[str, Any]) -> Policy:
    """The policy as the API tells it: without the key of hashes."""
    names = [TableName(table["schema"], table["table"]) for table in told["tables"]]
    rules = tuple(
        TablePolicy(
            table["schema"],
            table["table"],
            tuple(tuple(group) for group in table["rows"]),
            tuple(Mask(**mask) for mask in table["masks"]),
            tuple(table["hidden"]),
        )
        for table in told["tables"]
    )
    return Policy(None if told["everything"] else tuple(names), tuple(rule for rule in rules if not rule.is_open))


def _document(shown: _Shown) -> dict[str, Any]:
    """Without the key of hashes, which is nobody's to see."""
    policy = shown.policy
    rules = {rule.table: rule for rule in policy.rules}
    tables = [
        {
            "schema": table.schema,
            "table": table.name,
            "rows": [list(group) for group in rules[table].rows] if table in rules else [],
            "masks": {mask.column: _shown(mask) for mask in rules[table].masks} if table in rules else {},
            "hidden": list(rules[table].hidden) if table in rules else [],
        }
        for table in (rules if policy.tables is None else policy.tables)
    ]
    return {"hash": shown.hash, "everything": policy.tables is None, "withheld": shown.withheld, "why": shown.why, "tables": tables}


def _told(shown: _Shown) -> list[str]:
    who, database, policy = line(shown.who) if shown.who else "A model outside", line(shown.database), shown.policy
    may = "may see" if shown.who else "may be shown"
    if policy.tables == ():
        return [f"{who} {may} nothing of {database}." + (f" They are told: {line(shown.why)}" if shown.why else "")]
    if policy.is_open:
        return [f"{who} {may} all of {database}."]
    rules = {rule.table: rule for rule in policy.rules}
    said = [f"{who} {may} of {database}" + (", besides all other tables:" if policy.tables is None else ":")]
    for table in rules if policy.tables is None else policy.tables:
        said.append(f"  {'.'.join(part for part in (table.schema, table.name) if part)}")
        said += [f"    {each}" for each in _of_table(rules[table])] if table in rules else ["    all of it"]
    if shown.withheld:
        said.append(f"Left out because their row rules cannot be read: {shown.withheld}.")
    return said


def _of_table(rule: TablePolicy) -> list[str]:
    groups = [" or ".join(f"({condition})" for condition in group) for group in rule.rows]
    rows = [f"{'and where' if place else 'rows where'} {group}" for place, group in enumerate(groups)]
    masks = [f"{mask.column}: {_shown(mask)}" for mask in rule.masks]
    return [*rows, *masks, *([f"without {', '.join(rule.hidden)}"] if rule.hidden else [])]


def _shown(mask: Mask) -> str:
    if mask.kind == "partial":
        return f"its first {mask.first} and last {mask.last} characters"
    if mask.kind == "bucket":
        return f"the {mask.unit} it is in" if mask.unit else f"the lower end of its range of {mask.size:g}"
    return "null" if mask.kind == "null" else "a hash"


def _complain(file: Path, problems: list[str]) -> None:
    for problem in problems:
        sys.stderr.write(f"{line(f'{file.name}, {problem}')}\n")
    raise typer.Exit(1)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter(f"{file} cannot be read as text in UTF-8.", param_hint="FILE") from None


def _catalog(database: str) -> Catalog:
    from pydantic import TypeAdapter

    from analytics_agent.client import Client

    with Client() as client:
        return TypeAdapter(Catalog).validate_python(client.catalog(database))
