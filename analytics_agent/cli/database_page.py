"""`databases show`: what is known of one database, on a page."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from analytics_agent.catalog.names import nearest
from analytics_agent.cli.answer import GAP
from analytics_agent.cli.numerals import local_time
from analytics_agent.cli.places import program
from analytics_agent.cli.plain import line
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import ANY, Page, Prose, console, show, whole, write_json
from analytics_agent.client import Client
from analytics_agent.errors import UnknownDatabase

PAIRS = (Column("", dim=True), Column("", flexible=True))
OVER = {"refuse": "is refused", "ask": "waits until whoever asked approves it", "admin": "waits until an administrator approves it"}
SEES = {"full": "everything that a question needs", "masked": "masked values only", "schema": "no values, names and shapes only"}


def show_database(
    name: Annotated[str, typer.Argument(help="the database's name")],
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """What is known of a database: its login's rights, its tables, what a model sees, its semantic model."""
    with Client() as client:
        view = _view(client, name)
        catalog = client.catalog(name)
        if view["read_at"] is None:  # it was read for us just now
            view = _view(client, name)
    known = view | {"tables": [_told(table) for table in catalog["tables"]]}
    if as_json:
        write_json(known)
    else:
        show(Page(list(_parts(known)), widest=ANY), console())


def _view(client: Client, name: str) -> dict[str, Any]:
    views = {view["name"]: view for view in client.databases()}
    if name not in views:
        near = nearest(name, views)
        hint = f"Did you mean {near[0]}?" if near else f"Which there are: {program()} databases list"
        raise UnknownDatabase(f"There is no database {name!r}.", hint=hint)
    return views[name]


def _told(table: dict[str, Any]) -> dict[str, Any]:
    full = f"{table['schema']}.{table['name']}" if table["schema"] else table["name"]
    return {"name": full, "rows": table["rows"], "columns": len(table["columns"]), "comment": table["comment"]}


def _parts(known: dict[str, Any]) -> Iterator[RenderableType]:
    yield Text.assemble((line(known["name"]), "bold"), "  ", (known["dialect"], "dim"))
    yield GAP
    yield Table(PAIRS, list(_facts(known)))
    if known["can_write"]:
        yield GAP
        yield from _writes(known["can_write"])
    if known.get("model_problems"):
        yield GAP
        yield from (Prose(Text(line(told)), Text("!  ", "yellow")) for told in misfit(known))
    yield GAP
    yield _tables(known["tables"]) if known["tables"] else Text("It has no tables that its login may read.", "dim")
    if known["examples"]:
        yield GAP
        command = f"{program()} ask {_quoted(known['examples'][0])} --database {known['name']}"
        yield whole(Text.assemble(("Ask it  ", "dim"), line(command)))


def _facts(known: dict[str, Any]) -> Iterator[tuple[str, str | Text]]:
    tables = known["tables"]
    yield "login", _login(known["can_write"])
    yield "model sees", SEES.get(known["model_sees"], known["model_sees"])
    metrics = known["metrics"]
    governed = "none; questions are answered with free SQL" if metrics is None else f"{metrics} metric{'' if metrics == 1 else 's'}"
    yield "semantic model", governed
    yield "tables", f"{len(tables)}" + (f" of the schema {line(known['schema'])}" if known["schema"] else "")
    if known.get("at_once"):
        yield "at once", f"at most {known['at_once']} statement{'' if known['at_once'] == 1 else 's'}"
    if known.get("rows_limit") is not None:
        yield "rows limit", f"a statement may be expected to go through {known['rows_limit']:,} rows" if known["rows_limit"] else "none"
    if known.get("profiled") is False:
        yield "profiles", "switched off; what its columns hold is not counted"
    if known.get("over_limit"):
        yield "over limit", OVER[known["over_limit"]]
    yield "last read", local_time(known["read_at"]) or "never"
    yield "added", local_time(known["added_at"])


def misfit(view: dict[str, Any]) -> list[str]:
    """What to say of a semantic model that does not fit the tables any more: each problem with its line, and what to do."""
    problems = view.get("model_problems") or ()
    if not problems:
        return []
    mend = f"Mend its file, then: {program()} semantic set {view['name']} FILE"
    return ["The semantic model does not fit the tables as they were last read:", *map(str, problems), mend]


def _login(can_write: list[str] | None) -> str | Text:
    if can_write is None:
        return "its rights are not known, or told to administrators only; `databases refresh` asks"
    return Text.assemble(("!  ", "yellow"), "may do more than read") if can_write else "can only read"


def _writes(can_write: list[str]) -> Iterator[RenderableType]:
    """Its first lines marked; the statements below them as they are to be run."""
    for told in can_write:
        first, *statements = told.splitlines()
        yield Prose(Text(line(first)), Text("!  ", "yellow"))
        yield from (whole(Text(f"   {line(statement)}")) for statement in statements)


def _tables(tables: list[dict[str, Any]]) -> Table:
    heads = (Column("table", flexible=True), Column("rows, about", right=True), Column("columns", right=True), Column("about", dim=True))
    return Table(
        heads,
        [
            (line(one["name"]), "?" if one["rows"] is None else f"{one['rows']:,}", str(one["columns"]), line(one["comment"] or ""))
            for one in tables
        ],
    )


def _quoted(question: str) -> str:
    """As a shell takes it."""
    return "'" + question.replace("'", "'\\''") + "'" if any(sign in question for sign in '"$`\\!') else f'"{question}"'
