"""`catalog search`, as people read it."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from analytics_agent.cli.plain import line
from analytics_agent.cli.table import Column, Table


def told(found: Mapping[str, Any]) -> Iterator[RenderableType]:
    """What is governed, what a person vouches for, tables."""
    if found["semantic_model"]:
        heads = (Column("governed", flexible=True), Column("kind"), Column("fits", flexible=True), Column("about", dim=True))
        yield Table(heads, [_governed(hit) for hit in found["semantic_model"]])
    for one in found["verified"]:
        who = "".join(f" {word} {line(one[word])}" for word in ("by", "on") if one[word])
        yield Text(f"\nVerified{who}: “{line(one['question'])}”", style="bold")
        yield Text(line(one["sql"]), style="dim")
    if found["tables"]:
        columns = (Column("table", flexible=True), Column("fits", flexible=True), Column("about", dim=True))
        yield Table(columns, [(line(each["table"]), line(_fits(each)), line(each["comment"])) for each in found["tables"]])


def _governed(hit: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return line(hit["name"]), hit["kind"], line(", ".join(hit["values"])), line(hit["description"])


def _fits(table: Mapping[str, Any]) -> str:
    held = {value.partition(" = ")[0] for value in table["values"]}
    fitting = [*table["values"], *(column for column in table["columns"] if column not in held)]
    return ", ".join(fitting) or (f"joins {table['joins']}" if table["joins"] else "")
