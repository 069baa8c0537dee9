"""`semantic import` and `semantic export`: models of other tools, brought here as files and taken there as files."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from analytics_agent.cli.model_files import check_writable, write
from analytics_agent.cli.places import program
from analytics_agent.cli.plain import line
from analytics_agent.client import Client
from analytics_agent.errors import InvalidSemanticModel

imports = typer.Typer(no_args_is_help=True, help="Bring a semantic model of another tool here, as a file to review.")
exports = typer.Typer(no_args_is_help=True, help="Take a semantic model to another tool.")
Out = Annotated[Path | None, typer.Option(help="write it to this file; else it is printed", dir_okay=False)]
_ENDINGS = (".yml", ".yaml", ".json")
_WRITTEN = frozenset({"target", "logs", ".git", "node_modules", ".venv", "venv"})
_MANIFESTS = ("semantic_manifest.json", "manifest.json")


@imports.callback()
def group() -> None:
    """Bring a semantic model of another tool here, as a file to review. Nothing is changed; `semantic set` makes it serve."""


@imports.command("dbt")
def import_dbt(
    files: Annotated[
        list[Path],
        typer.Argument(help="target/semantic_manifest.json, or YAML files and folders with semantic models and metrics", exists=True),
    ],
    out: Out = None,
    name: Annotated[str, typer.Option(help="what the model is called")] = "dbt",
) -> None:
    """dbt's semantic models and metrics as an Ossie model that nobody has reviewed. What cannot be carried is named on standard error."""
    from analytics_agent.semantic.exchange.dbt import imported
    from analytics_agent.semantic.exchange.dbt_files import check_size
    from analytics_agent.semantic.ossie.writer import written

    check_writable(out)
    paths = _inside(files)
    try:
        for path in paths:
            check_size(str(path), path.stat().st_size)
        found = imported({str(path): _text(path) for path in paths}, name)
    except InvalidSemanticModel as error:
        tell(error.problems)
        raise typer.Exit(1) from None
    tell(found.left)
    review = "Imported from dbt; nobody has reviewed it. Correct names, descriptions and synonyms, and set `certification` to reviewed."
    counts = f"{len(found.model.datasets)} datasets, {len(found.model.metrics)} metrics, {len(found.left)} things that could not be carried"
    give(written(found.model, review), out, f"{counts}. Then: {program()} semantic validate {line(str(out))} --database NAME")


@imports.command("superset")
def import_superset(
    database: Annotated[str, typer.Option(help="the database whose tables the datasets are of")],
    out: Out = None,
) -> None:
    """Datasets that people made in Superset as an Ossie model: columns, calculated columns, metrics, owners, and who certified what. What
    cannot be carried is named on standard error."""
    check_writable(out)
    with Client() as client:
        found = client.import_superset_model(database)
    tell(found["left"])
    counts = f"{found['datasets']} datasets, {found['metrics']} metrics, {len(found['left'])} things that could not be carried"
    give(found["semantic_model"], out, f"{counts}. Then: {program()} semantic set {line(database)} {line(str(out))}")


@exports.callback()
def export_group() -> None:
    """Take a semantic model to another tool. What that tool has no place for is named on standard error."""


@exports.command("dbt")
def export_dbt(
    model: Annotated[str, typer.Argument(help="an Apache Ossie YAML file, or a database for the model by which it is asked")],
    out: Out = None,
) -> None:
    """The model as dbt's semantic models and metrics (MetricFlow), in the form that every dbt from 1.6 reads."""
    from analytics_agent.cli.semantic import version_of
    from analytics_agent.semantic.exchange.dbt_out import exported

    made = exported(version_of(model))
    tell(made.left)
    give(made.text, out, f"{len(made.left)} things that dbt has no place for. Its models are found by `ref`; see the names in it.")


@exports.command("superset")
def export_superset(
    database: Annotated[str, typer.Argument(help="a database, whose model is written to Superset's datasets of its tables")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only print what would be written")] = False,
) -> None:
    """Metrics, calculated columns, labels, descriptions and who vouches for them, into Superset's datasets; a table that has none gets
    one. What people made, changed, emptied or removed there by hand stays so, and what Superset cannot hold is named on standard error."""
    with Client() as client:
        done = client.export_superset_model(database, dry_run=dry_run)
    for step in done["steps"]:
        typer.echo(line(f"{'+' if step['is_new'] else '~'} {step['dataset']}: {step['what']}: {step['text']}"))
    tell(done["left"])
    counts = f"{len(done['steps'])} changes, {len(done['left'])} things left as they are"
    if done["written"]:
        sys.stderr.write(f"{counts}. People see them in Superset when they open the datasets.\n")
    else:
        sys.stderr.write(f"{counts}. Nothing was written.\n" if done["steps"] else "There is nothing to do in Superset.\n")


def _inside(paths: Sequence[Path]) -> list[Path]:
    """Files, and of folders those that may hold such models: not what dbt wrote itself below a project, where its YAML is read."""
    found = [file for path in paths for file in ([path] if path.is_file() else _of_folder(path)) if file.suffix in _ENDINGS]
    if not found:
        raise typer.BadParameter(f"there is no {', '.join(_ENDINGS)} file there.", param_hint="FILES")
    return found


def _of_folder(folder: Path) -> list[Path]:
    inside = [file for file in sorted(folder.rglob("*")) if file.is_file() and not _WRITTEN.intersection(file.relative_to(folder).parts)]
    manifests = [file for name in _MANIFESTS for file in inside if file.name == name][:1]
    return manifests if folder.name in _WRITTEN and manifests else [file for file in inside if file.suffix != ".json" or file in manifests]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter(f"{file} cannot be read as text in UTF-8.", param_hint="FILES") from None


def tell(sentences: Sequence[str]) -> None:
    for sentence in sentences:
        sys.stderr.write(f"{line(sentence)}\n")


def give(text: str, out: Path | None, said: str) -> None:
    """The text, to a file or to standard output."""
    if out is None:
        sys.stdout.write(text)
        return
    write(out, text)
    sys.stderr.write(f"{line(str(out))}: {said}\n")
