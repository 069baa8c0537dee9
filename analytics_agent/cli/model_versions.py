"""`semantic history` and `semantic restore`: the versions of a database's semantic model, and an earlier one made to serve again."""

import sys
from typing import Annotated, Any

import typer
from rich.text import Text

from analytics_agent.cli.model_changes import changes_page
from analytics_agent.cli.numerals import local_time
from analytics_agent.cli.places import listed, program
from analytics_agent.cli.plain import line
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import ANY, Page, console, show, write_json
from analytics_agent.client import Client
from analytics_agent.errors import NotAllowed, UnknownDatabase

Database = Annotated[str, typer.Argument(help="a database")]
Note = Annotated[str, typer.Option(help="why, for whoever reads the list of versions later; 200 letters at most")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]
SOURCES = {
    "set": "set",
    "add": "with the database",
    "draft": "a draft",
    "import": "an import",
    "restore": "an earlier version",
    "up": "the sample's own",
    "before": "was there before versions were kept",
}


def history(database: Database, as_json: AsJson = False) -> None:
    """The versions of a database's model: when each began to serve, who set it, from where and why. The newest 50 are kept."""
    with Client() as client:
        kept = client.model_versions(database)
    if as_json:
        write_json({"database": database, "versions": kept})
        return
    if not kept:
        sys.stderr.write(f"{line(database)} never had a semantic model. One can be drafted: {program()} semantic draft {line(database)}\n")
        return
    heads = (Column("version", right=True), Column("since"), Column("set by"), Column("from"), Column("note", flexible=True, dim=True))
    rows = [(_number(one), local_time(one["set_at"]), line(one["by"]) or "–", _source(one), line(one["note"])) for one in kept]
    command, name = f"{program()} semantic", line(database)
    hints = [
        ("Compare", Text(f"{command} diff {name} --version N", "cyan"), "  version N with what serves"),
        ("Restore", Text(f"{command} restore {name} N", "cyan"), "  make version N serve again"),
    ]
    show(Page([Table(heads, rows), Text(), *listed(hints)], widest=ANY), console())


def restore(
    database: Database,
    number: Annotated[int, typer.Argument(metavar="N", min=1, help="the number of a version, from `semantic history`")],
    note: Note = "",
    yes: Annotated[bool, typer.Option("--yes", help="do it without asking")] = False,
    as_json: AsJson = False,
) -> None:
    """Make an earlier version serve again, as a new version. It is held against the database's tables first; one that does not fit changes
    nothing. What would change is shown before."""
    with Client() as client:
        if not yes:
            _ask(client, database, number)
        made = client.restore_model(database, number, note=note)
    if as_json:
        write_json(made)
    else:
        typer.echo(f"{line(database)} is asked by version {number} again, as version {made['number']}.")


def versions_used(client: Client, document: dict[str, Any]) -> list[str]:
    """By which versions of its database's model a run was answered, a sentence each; for administrators, who may look at them."""
    used = dict.fromkeys(digest for query in document["queries"] if (digest := query.get("semantic_model")))
    if not used or "admin" not in client.me()["scopes"]:
        return []
    try:
        kept = {one["digest"]: one for one in reversed(client.model_versions(document["database"]))}
    except (NotAllowed, UnknownDatabase):  # a key for a part; a database that was removed since
        return []
    return [_used(kept.get(digest), line(document["database"])) for digest in used]


def _used(version: dict[str, Any] | None, database: str) -> str:
    if version is None:
        return "Defined by a version of the semantic model that is not kept any more."
    told = f"Defined by version {version['number']} of the semantic model"
    if version["serves"]:
        return f"{told}, which serves now."
    return f"{told}. What changed since: {program()} semantic diff {database} --version {version['number']}"


def _ask(client: Client, database: str, number: int) -> None:
    """What would change, and whether to. Raises Abort where nobody says yes."""
    text = client.semantic_model(database)
    now = [one["number"] for one in client.model_versions(database) if one["serves"]]
    found = client.model_changes(database, now[0], against=number) if text and now else None
    if found is not None:
        show(changes_page(found), console(stderr=True))
    else:
        client.model_version(database, number)  # said now where there is none of this number
    typer.confirm(f"Let version {number} of the model of {line(database)} serve again?", abort=True, err=True)


def _number(version: dict[str, Any]) -> Text:
    return Text(f"{'● ' if version['serves'] else ''}{version['number']}", style="bold" if version["serves"] else "")


def _source(version: dict[str, Any]) -> str:
    return SOURCES.get(version["source"], line(version["source"])) if version["digest"] else "taken away"
