"""`databases`: what can be asked."""

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.text import Text

from analytics_agent.cli.database_page import OVER, misfit
from analytics_agent.cli.numerals import local_time
from analytics_agent.cli.places import program
from analytics_agent.cli.plain import line
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import ANY, Page, console, show, whole, write_json
from analytics_agent.client import Client

_MOST_ROWS = 10**15
_MOST_PLACES = 100

commands = typer.Typer(no_args_is_help=True, help="Add, list, set, refresh and remove databases.")


class Sees(StrEnum):
    """Everything, rows with their values masked, or no values at all."""

    full = "full"
    masked = "masked"
    schema = "schema"


class Over(StrEnum):
    """What becomes of a statement over the limit."""

    refuse = "refuse"
    ask = "ask"
    admin = "admin"
    default = "default"


Name = Annotated[str, typer.Argument(help="the database's name")]


_FILES = ("duckdb", "sqlite")
"""Engines without logins."""


@commands.command()
def add(
    name: Name,
    uri: Annotated[
        str,
        typer.Argument(help="postgresql://…, mariadb://…, duckdb:///file, sqlite:///file, or a CSV or Parquet file; - reads it from stdin"),
    ],
    semantic_model: Annotated[Path | None, typer.Option(help="an Apache Ossie YAML file", exists=True, dir_okay=False)] = None,
    schema: Annotated[str | None, typer.Option(help="only this schema")] = None,
    model_sees: Annotated[
        Sees | None, typer.Option(help="what a model outside is shown of it; left out: as it was, full for a new one")
    ] = None,
) -> None:
    """Add a database. Its address is stored encrypted and never printed; `-` keeps it out of the shell's history."""
    address = sys.stdin.readline().strip() if uri == "-" else _absolute(uri)
    text = _text(semantic_model) if semantic_model else None
    with Client() as client:
        sees = model_sees.value if model_sees else None
        view = client.add_database(name, address, schema=schema, semantic_model=text, model_sees=sees)
    tables = f"{view['tables']} table{'' if view['tables'] == 1 else 's'}"
    said = [Text(f"Added {line(view['name'])}: {tables}, {'with' if view['governed'] else 'no'} semantic model.")]
    if view["dialect"] in _FILES:
        said.append(Text("Its file is opened for reading only."))
    said += [told for warning in view.get("warnings", ()) for told in _warning(warning)]
    show(Page(map(whole, said), indent=0), console(stderr=True))  # warnings hold statements that people copy


def _warning(text: str) -> Iterator[Text]:
    """Its first line marked; the statements below it one a line, as they are to be run."""
    first, *statements = text.splitlines()
    yield Text.assemble(("!  ", "yellow"), line(first))
    yield from (Text(f"   {line(statement)}") for statement in statements)


@commands.command("list")
def list_databases(as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False) -> None:
    """The databases that can be asked."""
    with Client() as client:
        views = client.databases()
    if as_json:
        write_json(views)
        return
    if not views:
        console().print(f"No database yet. Add one: {program()} databases add --help", soft_wrap=True)
        return
    heads = (
        Column("name", flexible=True),
        Column("engine"),
        Column("tables", right=True),
        Column("semantic model"),
        Column("model sees"),
        Column("read", dim=True),
    )
    rows = [
        (
            view["name"],
            view["dialect"],
            f"{view['tables'] or '?'}",
            _governed(view),
            view.get("model_sees", "full"),
            local_time(view.get("read_at")),
        )
        for view in views
    ]
    show(Page([Table(heads, rows)], widest=ANY), console())


@commands.command("set")
def change(
    name: Name,
    model_sees: Annotated[
        Sees | None, typer.Option(help="what a model outside is shown of it: everything (full), masked values (masked), or none (schema)")
    ] = None,
    at_once: Annotated[
        str | None, typer.Option(help="most statements that run in it at the same time, up to 100; default: as the settings say")
    ] = None,
    rows_limit: Annotated[
        str | None, typer.Option(help="most rows that a statement may be expected to go through; 0: no limit, default: as the settings say")
    ] = None,
    over_limit: Annotated[
        Over | None,
        typer.Option(help="a statement over that limit: refuse it, ask whoever asked, or an admin; default: as the settings say"),
    ] = None,
    profile: Annotated[
        bool | None, typer.Option("--profile/--no-profile", help="count what its columns hold and keep that; no: forget what is kept")
    ] = None,
) -> None:
    """Change what holds for a database; what is left out stays."""
    if all(one is None for one in (model_sees, at_once, rows_limit, over_limit, profile)):
        raise typer.BadParameter("nothing to change is said; `--help` lists what can be", param_hint="databases set")
    limit = _rows(rows_limit) if rows_limit is not None else None
    places = _places(at_once) if at_once is not None else None
    with Client() as client:
        view = client.change_database(
            name,
            model_sees=model_sees.value if model_sees else None,
            at_once=places,
            rows_limit=limit,
            over_limit=over_limit.value if over_limit else None,
            profiled=profile,
        )
    if model_sees:
        typer.echo(f"{line(view['name'])}: {_SHOWN[view['model_sees']]}", err=True)
    if at_once is not None:
        typer.echo(f"{line(view['name'])}: {_turns(view['at_once'])}", err=True)
    if rows_limit is not None or over_limit is not None:
        typer.echo(f"{line(view['name'])}: {_limit(view)}", err=True)
    if profile is not None:
        typer.echo(f"{line(view['name'])}: {_PROFILED[view['profiled']]}", err=True)


@commands.command()
def queue(name: Name, as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False) -> None:
    """The statements that run in a database now, and those that wait for their turn."""
    with Client() as client:
        statements = client.statements(name)
    if as_json:
        write_json(statements)
        return
    if not statements:
        console().print(f"Nothing runs in {line(name)} now.", soft_wrap=True)
        return
    heads = (Column("run"), Column("state"), Column("asked", dim=True), Column("started", dim=True))
    rows = [(one["run_id"], _STATES[one["state"]], local_time(one["asked_at"]), local_time(one["started_at"])) for one in statements]
    show(Page([Table(heads, rows)], widest=ANY), console())


_STATES = {"runs": "running", "waits": "waiting", "follows": "waiting for the same statement"}


@commands.command()
def remove(name: Name) -> None:
    """Forget a database. Its runs stay."""
    with Client() as client:
        client.remove_database(name)
    typer.echo(f"Removed {name}.", err=True)


@commands.command()
def refresh(name: Name) -> None:
    """Read the database's schema again."""
    with Client() as client:
        view = client.refresh_database(name)
    said = [Text(f"Read {view['tables']} tables of {line(name)}.")]
    said += [Text.assemble(("!  ", "yellow"), line(told)) for told in misfit(view)]
    show(Page(map(whole, said), indent=0), console(stderr=True))


def _governed(view: dict[str, Any]) -> str:
    return ("does not fit" if view.get("model_problems") else "yes") if view["governed"] else "no"


_SHOWN = {
    "full": "a model outside is shown everything that a question needs.",
    "masked": "a model outside is shown masked values only. Questions under way that were shown more are stopped.",
    "schema": "a model outside is shown no values. Questions under way that were shown more are stopped.",
}


_PROFILED = {
    True: "what its columns hold is counted when its tables are read next, and kept.",
    False: "what its columns hold is not counted; what was kept of it is removed.",
}


def _rows(text: str) -> int | Literal["default"]:
    """500000000, 500_000_000, 500,000,000 or default."""
    digits = text.replace("_", "").replace(",", "")
    if text == "default":
        return "default"
    if not (digits.isascii() and digits.isdigit() and int(digits) <= _MOST_ROWS):
        raise typer.BadParameter(f"{text} is not a number of rows up to {_MOST_ROWS:,}; 0 is no limit", param_hint="'--rows-limit'")
    return int(digits)


def _places(text: str) -> int:
    """1 to 100; `default`, or 0, takes a database's own number back."""
    if text == "default":
        return 0
    if not (text.isascii() and text.isdigit() and int(text) <= _MOST_PLACES):
        raise typer.BadParameter(f"{text} is not a number up to {_MOST_PLACES}, nor default", param_hint="'--at-once'")
    return int(text)


def _turns(at_once: int | None) -> str:
    if at_once is None:
        return "as many statements run in it at the same time as the settings say."
    return "one statement runs in it at a time." if at_once == 1 else f"at most {at_once} statements run in it at the same time."


def _limit(view: dict[str, Any]) -> str:
    rows, over = view.get("rows_limit"), view.get("over_limit")
    most = "as many rows as the settings say" if rows is None else f"{rows:,} rows" if rows else "any number of rows"
    then = f"one that would go through more {OVER[over]}" if over else "the settings say what becomes of one that would go through more"
    return f"a statement may be expected to go through {most}; {then}."


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{file} is not a text in UTF-8.", param_hint="--semantic-model") from None


def _absolute(uri: str) -> str:
    """A path as the API's process finds it too."""
    if "://" in uri and not uri.startswith(("duckdb:///", "sqlite:///")):
        return uri
    scheme, _, path = uri.rpartition(":///")
    if scheme and path.startswith("/"):
        return uri
    full = str(Path(path if scheme else uri).expanduser().absolute())
    return f"{scheme}:///{full}" if scheme else full
