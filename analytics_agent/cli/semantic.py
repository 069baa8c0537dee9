"""`semantic`: a semantic model in a file, judged and compared before it serves."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from analytics_agent.cli.places import program
from analytics_agent.cli.plain import line
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import ANY, Page, console, show, write_json
from analytics_agent.client import Client
from analytics_agent.errors import InvalidSemanticModel

if TYPE_CHECKING:
    from analytics_agent.domain.catalog import Catalog
    from analytics_agent.semantic.changes import Change
    from analytics_agent.semantic.model import SemanticModel

commands = typer.Typer(no_args_is_help=True, help="Judge and compare semantic models: what the words of a business mean in SQL.")
File = Annotated[Path, typer.Argument(help="an Apache Ossie YAML file", exists=True, dir_okay=False)]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]


@commands.command()
def validate(
    file: File,
    database: Annotated[str | None, typer.Option(help="hold its tables and columns against this database, too")] = None,
    as_json: AsJson = False,
) -> None:
    """Find all mistakes of a model at once, with their lines. Exit status 1 when there are any."""
    from analytics_agent import semantic

    problems: tuple[str, ...] = ()
    try:
        model = semantic.load(_text(file))
        problems = semantic.validate(model, _catalog(database)) if database else ()
    except InvalidSemanticModel as error:
        problems = tuple(error.problems)
    if as_json:
        write_json({"ok": not problems, "problems": list(problems)})
    for problem in () if as_json else problems:
        sys.stderr.write(f"{line(f'{file.name}, {problem}')}\n")
    if problems:
        raise typer.Exit(1)
    if not as_json:
        fits = f" and fits {line(database)}" if database else "; tables and columns are judged with --database"
        counts = f"{len(model.datasets)} datasets, {len(model.relationships)} relationships, {len(model.metrics)} metrics"
        typer.echo(f"{line(model.name)} is well-formed{fits}: {counts}.")


@commands.command()
def draft(
    database: Annotated[str, typer.Argument(help="a database, with or without a model of its own")],
    out: Annotated[Path | None, typer.Option(help="write it to this file; else it is printed", dir_okay=False)] = None,
) -> None:
    """Draft a model from a database's names, keys and values, for a person to review. Nothing is changed; `semantic set` makes it serve."""
    with Client() as client:
        drafted = client.draft_semantic_model(database)
    if left := drafted["left"]:
        few = ", ".join(map(line, left[:5])) + (" …" if len(left) > 5 else "")
        sys.stderr.write(f"Not looked at, and drafted from names alone: {few}.\n")
    if out is None:
        sys.stdout.write(drafted["semantic_model"])
        return
    out.write_text(drafted["semantic_model"], encoding="utf-8")
    review = f"Review it, then: {program()} semantic set {line(database)} {line(str(out))}"
    sys.stderr.write(f"{line(str(out))}: a model of {drafted['tables']} tables. {review}\n")


@commands.command("set")
def set_model(database: Annotated[str, typer.Argument(help="a database")], file: File) -> None:
    """Make a model serve, after it was held against the database's tables. One that does not fit changes nothing."""
    with Client() as client:
        client.set_semantic_model(database, _text(file))
    typer.echo(f"{line(database)} is asked by {line(file.name)} now.")


@commands.command()
def diff(old: File, new: File, as_json: AsJson = False) -> None:
    """What changed from one version of a model to another. Marked are changes by which the same question may get another number."""
    from dataclasses import asdict

    from analytics_agent.semantic.changes import changes

    found = changes(_model(old), _model(new))
    if as_json:
        write_json({"changes": [asdict(change) for change in found]})
        return
    if not found:
        typer.echo("The two mean the same.")
        return
    heads = (Column(""), Column("what", flexible=True), Column("was", flexible=True, dim=True), Column("is now", flexible=True))
    rows = [(_mark(change), line(_what(change)), line(change.was), line(change.now)) for change in found]
    breaking = sum(change.is_breaking for change in found)
    told = f"{breaking} of {len(found)} changes (!) may give the same question another number." if breaking else "No number changes."
    show(Page([Table(heads, rows), Text(told, style="dim")], widest=ANY), console())


def _mark(change: "Change") -> str:
    sign = {"added": "+", "removed": "-", "changed": "~"}[change.kind]
    return f"{sign} !" if change.is_breaking else sign


def _what(change: "Change") -> str:
    return f"{change.what}: {change.part.replace('_', ' ')}" if change.part else change.what


def _model(file: Path) -> "SemanticModel":
    from analytics_agent import semantic

    try:
        return semantic.load(_text(file))
    except InvalidSemanticModel as error:
        for problem in error.problems:
            sys.stderr.write(f"{line(f'{file.name}, {problem}')}\n")
        raise typer.Exit(1) from None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter(f"{file} cannot be read as text in UTF-8.", param_hint="FILE") from None


def _catalog(database: str) -> "Catalog":
    from pydantic import TypeAdapter

    from analytics_agent.domain.catalog import Catalog

    with Client() as client:
        found: Catalog = TypeAdapter(Catalog).validate_python(client.catalog(database))
        return found
