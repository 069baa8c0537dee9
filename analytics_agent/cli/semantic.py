"""`semantic`: a semantic model in a file, judged and compared before it serves."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analytics_agent.cli import exchange, model_picture, model_versions
from analytics_agent.cli.model_changes import SAME, changes_page
from analytics_agent.cli.model_files import check_writable, file_named, write
from analytics_agent.cli.places import program
from analytics_agent.cli.plain import line
from analytics_agent.cli.terminal import console, show, write_json
from analytics_agent.client import Client
from analytics_agent.errors import InvalidSemanticModel

if TYPE_CHECKING:
    from analytics_agent.domain.catalog import Catalog
    from analytics_agent.semantic.model import SemanticModel

commands = typer.Typer(no_args_is_help=True, help="Judge and compare semantic models: what the words of a business mean in SQL.")
commands.add_typer(exchange.imports, name="import")
commands.add_typer(exchange.exports, name="export")
commands.command("picture")(model_picture.picture)
commands.command("history")(model_versions.history)
commands.command("restore")(model_versions.restore)
File = Annotated[Path, typer.Argument(help="an Apache Ossie YAML file", exists=True, dir_okay=False)]
Version = Annotated[str, typer.Argument(help="an Apache Ossie YAML file, or a database")]
MOST_NOTES = 40
"""Printed; a drafted model of a thousand tables has thousands."""
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]


@commands.command()
def validate(
    file: File,
    database: Annotated[str | None, typer.Option(help="hold its tables, columns and types against this database, too")] = None,
    as_json: AsJson = False,
) -> None:
    """Find all mistakes of a model at once, with their lines. Exit status 1 when there are any. Notes say what is doubtful about one that
    can be used."""
    from analytics_agent import semantic
    from analytics_agent.semantic.ossie.remarks import remarks

    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    try:
        read = semantic.read(_text(file))
        notes = (*read.notes, *remarks(read.model))
        problems = semantic.validate(read.model, _catalog(database)) if database else ()
    except InvalidSemanticModel as error:
        problems = tuple(error.problems)
    if as_json:
        write_json({"ok": not problems, "problems": list(problems), "notes": list(notes)})
    for said in () if as_json else (*problems, *(f"{_at(note)}note: {_after(note)}" for note in notes[:MOST_NOTES])):
        sys.stderr.write(f"{line(f'{file.name}, {said}')}\n")
    if len(notes) > MOST_NOTES and not as_json:
        sys.stderr.write(f"… and {len(notes) - MOST_NOTES:,} notes more; --json has them all.\n")
    if problems:
        raise typer.Exit(1)
    if not as_json:
        fits = f" and fits {line(database)}" if database else "; tables, columns and types are judged with --database"
        counts = f"{len(read.model.datasets)} datasets, {len(read.model.relationships)} relationships, {len(read.model.metrics)} metrics"
        typer.echo(f"{line(read.model.name)} is well-formed{fits}: {counts}.")


def _at(note: str) -> str:
    head, colon, _ = note.partition(": ")
    return f"{head}{colon}" if head.startswith("line ") else ""


def _after(note: str) -> str:
    return note.removeprefix(_at(note))


@commands.command("show")
def show_model(
    database: Annotated[str, typer.Argument(help="a database")],
    version: Annotated[int | None, typer.Option(min=1, help="an earlier version, by its number in `semantic history`")] = None,
) -> None:
    """Print the model by which a database is asked, as YAML, or an earlier version of it."""
    sys.stdout.write(_kept(database, version) if version else _stored(database))


@commands.command()
def draft(
    database: Annotated[str, typer.Argument(help="a database, with or without a model of its own")],
    out: Annotated[Path | None, typer.Option(help="write it to this file; else it is printed", dir_okay=False)] = None,
    descriptions: Annotated[
        Path | None, typer.Option(help="a data dictionary: CSV, JSON, YAML or Markdown of table, column, description", dir_okay=False)
    ] = None,
    tables: Annotated[list[str] | None, typer.Option("--table", help="only this table; repeat it for more")] = None,
    serve: Annotated[bool, typer.Option(help="let it serve at once; answers say that nobody has reviewed it")] = False,
) -> None:
    """Draft a model from a database's names, descriptions, keys and values, for a person to review. Nothing is changed without --serve."""
    said = _descriptions(descriptions) if descriptions else []
    check_writable(out)
    with Client() as client:
        drafted = client.draft_semantic_model(database, said, tables or [])
        if out is not None:
            write(out, drafted["semantic_model"])  # before it serves: what took two minutes is not lost where it does not fit any more
        if serve:
            client.set_semantic_model(database, drafted["semantic_model"], source="draft")
    _told_of_draft(drafted)
    if out is None and not serve:
        sys.stdout.write(drafted["semantic_model"])
    sys.stderr.write(_next_step(database, out, drafted["tables"], serve=serve))


def _told_of_draft(drafted: dict[str, Any]) -> None:
    """What could not be looked at, what was described and is not there, and what one model had no room for."""
    told = {
        "left": "Not looked at, and drafted from names alone",
        "strange": "Described, and not there",
        "without": "Left out, for one model has no room for more; name what you need with --table",
    }
    for names, said in ((drafted[part], said) for part, said in told.items()):
        few = ", ".join(map(line, names[:5])) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        sys.stderr.write(f"{said}: {few}.\n" if names else "")


def _next_step(database: str, out: Path | None, tables: int, *, serve: bool) -> str:
    file, name, command = line(str(out)) if out else "FILE", line(database), f"{program()} semantic"
    if serve:
        begun = "" if out else f"`{command} show {name} > {file}`, "
        review = f"To review it: {begun}correct {file}, `{command} diff {name} {file}`, `{command} set {name} {file}`."
        return f"{name} is asked by a draft of {tables} tables now, and answers say that nobody has reviewed it. {review}\n"
    return f"{file}: a model of {tables} tables. Review it, then: {command} set {name} {file}\n" if out else ""


def _descriptions(file: Path) -> list[dict[str, str]]:
    from analytics_agent.semantic.drafting.dictionary import Unreadable, read

    try:
        return [{"table": one.table, "column": one.column, "text": one.text} for one in read(_text(file), file.name)]
    except Unreadable as wrong:
        raise typer.BadParameter(line(str(wrong)), param_hint="--descriptions") from None


@commands.command("set")
def set_model(database: Annotated[str, typer.Argument(help="a database")], file: File, note: model_versions.Note = "") -> None:
    """Make a model serve, after it was held against the database's tables. One that does not fit changes nothing. What served before is
    kept as a version."""
    with Client() as client:
        client.set_semantic_model(database, _text(file), note=note)
    typer.echo(f"{line(database)} is asked by {line(file.name)} now. Earlier versions: {program()} semantic history {line(database)}")


@commands.command()
def diff(
    old: Version,
    new: Annotated[str | None, typer.Argument(help="the other one; without, what serves now, with --version")] = None,
    version: Annotated[int | None, typer.Option(min=1, help="of the database OLD: this earlier version")] = None,
    other: Annotated[int | None, typer.Option("--with", min=1, help="of the database OLD too: compared with this version")] = None,
    as_json: AsJson = False,
) -> None:
    """What changed from one version of a model to another: a file, or the name of a database for the model by which it is asked, or with
    --version an earlier version of it. ! marks changes by which the same question may get another number, or none, and ? those by which it
    may be read as another question."""
    from dataclasses import asdict

    from analytics_agent.semantic.ossie.changes import changes

    first, second = _two_models(old, new, version, other)
    found = changes(first, second)
    if as_json:
        write_json({"changes": [{**asdict(change), "is_breaking": change.is_breaking} for change in found]})
    elif found:
        show(changes_page([asdict(change) for change in found]), console())
    else:
        typer.echo(SAME)


def _two_models(old: str, new: str | None, version: int | None, other: int | None) -> "tuple[SemanticModel, SemanticModel]":
    if new is not None and other is not None:
        raise typer.BadParameter("Give either NEW or --with.", param_hint="--with")
    if new is None and version is None and other is None:
        raise typer.BadParameter("Give what it is compared with: a file, a database, or --version N for an earlier version of it.")
    first = _read(_kept(old, version), f"{old}, version {version}") if version else version_of(old)
    if other:
        return first, _read(_kept(old, other), f"{old}, version {other}")
    return first, version_of(old if new is None else new)


def version_of(name: str) -> "SemanticModel":
    """Of a file, where there is one of this name, else of a database."""
    file = file_named(name)
    return _read(_text(file) if file else _stored(name), file.name if file else name)


def _read(text: str, called: str) -> "SemanticModel":
    from analytics_agent import semantic

    try:
        return semantic.load(text)
    except InvalidSemanticModel as error:
        for problem in error.problems:
            sys.stderr.write(f"{line(f'{called}, {problem}')}\n")
        raise typer.Exit(1) from None


def _kept(database: str, number: int) -> str:
    with Client() as client:
        text = client.model_version(database, number)
    if text is None:
        sys.stderr.write(f"Version {number} of {line(database)} is where its model was taken away: there is none in it.\n")
        raise typer.Exit(1)
    return text


def _stored(database: str) -> str:
    with Client() as client:
        text = client.semantic_model(database)
    if text is None:
        sys.stderr.write(f"{line(database)} has no semantic model. One can be drafted: {program()} semantic draft {line(database)}\n")
        raise typer.Exit(1)
    return text


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        raise typer.BadParameter(f"there is no file {file} that can be read.", param_hint="FILE") from None
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{file} cannot be read as text in UTF-8.", param_hint="FILE") from None


def _catalog(database: str) -> "Catalog":
    from pydantic import TypeAdapter

    from analytics_agent.domain.catalog import Catalog

    with Client() as client:
        found: Catalog = TypeAdapter(Catalog).validate_python(client.catalog(database))
        return found
