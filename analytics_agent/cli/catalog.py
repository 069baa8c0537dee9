"""`catalog`: what is in a database, as its last reading found it."""

from typing import Annotated, Any

import typer
from rich.text import Text

from analytics_agent.catalog.names import nearest
from analytics_agent.cli.found import told
from analytics_agent.cli.numerals import local_time
from analytics_agent.cli.plain import line
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import ANY, Page, console, show, write_json
from analytics_agent.client import Client
from analytics_agent.errors import AskerError

commands = typer.Typer(no_args_is_help=True, help="Show, search and describe the tables and columns of a database.")
_VALUES = 3
"""Of a column, that are shown in a table."""
Name = Annotated[str, typer.Argument(help="the database's name")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]


@commands.command("show")
def show_tables(name: Name, as_json: AsJson = False) -> None:
    """Its tables and views, with their columns counted."""
    with Client() as client:
        catalog = client.catalog(name)
    if as_json:
        write_json(catalog)
        return
    heads = (Column("table", flexible=True), Column("rows, about", right=True), Column("columns", right=True), Column("about", dim=True))
    rows = [
        (_name(table), "?" if table["rows"] is None else f"{table['rows']:,}", str(len(table["columns"])), line(table["comment"] or ""))
        for table in catalog["tables"]
    ]
    show(Page([Table(heads, rows)], widest=ANY), console())


@commands.command("describe")
def describe_table(name: Name, table: Annotated[str, typer.Argument(help="a table, or schema.table")], as_json: AsJson = False) -> None:
    """The columns of a table: types, keys, comments."""
    with Client() as client:
        tables, known = client.catalog(name)["tables"], client.profiles(name)
    found = [each for each in tables if table.lower() in (each["name"].lower(), _name(each).lower())]
    if len(found) != 1:
        near = nearest(table, [_name(each) for each in tables]) if not found else tuple(map(_name, found))
        raise AskerError(f"{name} has {'no' if not found else 'more than one'} table {table!r}.", hint=f"Try {', '.join(near)}.")
    kept = next((one for one in known if all(one["profile"][part] == found[0][part] for part in ("schema", "name"))), None)
    if as_json:
        write_json(found[0] | {"profile": kept["profile"] | {"looked_at": kept["looked_at"]} if kept else None})
        return
    heads = (Column("column", flexible=True), Column("type"), Column("key"), Column("holds"), Column("about", dim=True))
    rows = [
        (
            line(column["name"]),
            line(column["native_type"]),
            _key(found[0], column["name"]),
            line(_held(kept, column["name"])),
            line(column["comment"] or ""),
        )
        for column in found[0]["columns"]
    ]
    title = Text.assemble((_name(found[0]), "bold"), (_profiled(kept), "dim"))
    show(Page([title, Table(heads, rows)], widest=ANY), console())


def _profiled(kept: dict[str, Any] | None) -> str:
    if kept is None:
        return "  not profiled yet"
    profile = kept["profile"]
    rows = f"all {profile['rows']:,}" if profile["is_whole"] else f"{profile['rows']:,} of its"
    return f"  {rows} rows, looked at {local_time(kept['looked_at'])}"


def _held(kept: dict[str, Any] | None, column: str) -> str:
    from pydantic import TypeAdapter

    from analytics_agent.catalog.describe import held
    from analytics_agent.domain.profile import TableProfile

    return held(TypeAdapter(TableProfile).validate_python(kept["profile"]), column, _VALUES) if kept else ""


@commands.command("search")
def search_tables(
    name: Name,
    words: Annotated[list[str], typer.Argument(help="what to look for: a question, or its words")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="how many tables at most")] = 10,
    as_json: AsJson = False,
) -> None:
    """The metrics, dimensions, verified queries and tables that words of a question mean, best first, with the columns and values that
    fit."""
    with Client() as client:
        found = client.search(name, " ".join(words), limit=limit)
    if as_json:
        write_json(found)
        return
    if not any(found.values()):
        raise AskerError(f"Nothing in {name} fits these words.", hint="Try other words for it: singular, a synonym, what it is counted of.")
    show(Page(list(told(found)), widest=ANY), console())


def _name(table: dict[str, Any]) -> str:
    return line(f"{table['schema']}.{table['name']}" if table["schema"] else table["name"])


def _key(table: dict[str, Any], column: str) -> str:
    """`primary`, or the table that the column refers to."""
    if column in table["primary_key"]:
        return "primary"
    return next((f"→ {line(key['table'])}" for key in table["foreign_keys"] if column in key["columns"]), "")
