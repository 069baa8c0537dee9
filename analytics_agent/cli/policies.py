"""`policies`: a file that says who may see what, judged and shown."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from analytics_agent.cli.plain import clean, line
from analytics_agent.cli.terminal import write_json
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.policy import Mask, Policy, TablePolicy

commands = typer.Typer(no_args_is_help=True, help="Judge and show a file of policies: who may see which tables, rows and columns.")
File = Annotated[Path, typer.Argument(help="a YAML file of policies", exists=True, dir_okay=False)]


@commands.command()
def validate(
    file: File,
    database: Annotated[str | None, typer.Option(help="judge names and conditions against this database's catalog, too")] = None,
) -> None:
    """Find all mistakes of a file at once, with their lines. Exit status 1 when there are any."""
    from analytics_agent.semantic.policy_check import problems_with
    from analytics_agent.semantic.policy_file import read

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
    file: File,
    user: Annotated[str, typer.Option("--as", help="the person, as the file names them")],
    database: Annotated[str, typer.Option(help="of which database")],
    role: Annotated[list[str] | None, typer.Option(help="a further role of the person; repeat for several")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """What a person may see of a database: everything that holds for them, merged."""
    from analytics_agent.semantic.policy_check import problems_with
    from analytics_agent.semantic.policy_file import policy_of, read

    policies, problems = read(_text(file))
    catalog = _catalog(database)
    problems = problems or problems_with(policies, catalog)
    if problems:
        _complain(file, problems)
    policy = policy_of(policies, user, catalog, frozenset(role or ()))
    if as_json:
        write_json(_document(policy))
        return
    for told in _told(policy, user, database):
        typer.echo(clean(told))


def _document(policy: Policy) -> dict[str, Any]:
    """Without the key of hashes, which is nobody's to see."""
    rules = {rule.table: rule for rule in policy.rules}
    tables = [
        {
            "schema": table.schema,
            "table": table.name,
            "rows": [list(group) for group in rules[table].rows] if table in rules else [],
            "masks": {mask.column: _shown(mask) for mask in rules[table].masks} if table in rules else {},
            "hidden": list(rules[table].hidden) if table in rules else [],
        }
        for table in policy.tables or ()
    ]
    return {"hash": policy.hash, "tables": tables}


def _told(policy: Policy, user: str, database: str) -> list[str]:
    if not policy.tables:
        return [f"{user} may see nothing of {database}."]
    rules = {rule.table: rule for rule in policy.rules}
    said = [f"{line(user)} may see of {line(database)}:"]
    for table in policy.tables:
        said.append(f"  {'.'.join(part for part in (table.schema, table.name) if part)}")
        said += [f"    {each}" for each in _of_table(rules[table])] if table in rules else ["    all of it"]
    return said


def _of_table(rule: TablePolicy) -> list[str]:
    rows = [f"rows where {' or '.join(f'({condition})' for condition in group)}" for group in rule.rows]
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
