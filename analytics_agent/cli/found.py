"""`catalog search`: what a database, its semantic model and its profiles have for words of a question."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter
from rich.console import RenderableType
from rich.text import Text

from analytics_agent import semantic
from analytics_agent.catalog.names import shown_name
from analytics_agent.catalog.said import Values
from analytics_agent.catalog.search import Match, search
from analytics_agent.cli.plain import line
from analytics_agent.cli.table import Column, Table
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.profile import TableProfile


def found_in(catalog: Mapping[str, Any], text: str | None, profiles: Sequence[Mapping[str, Any]], words: str, limit: int) -> dict[str, Any]:
    """As JSON: `semantic_model`, `verified` and `tables`. `text` is the semantic model's, `profiles` are those of tables, as the API gives
    them."""
    whole, model = TypeAdapter(Catalog).validate_python(catalog), semantic.load(text) if text else None
    said = semantic.said(whole, model) if model else None
    matches = search(whole, words, limit, said=said, values=_values(profiles))
    likely = semantic.verified(model, words) if model else ()
    return {
        "semantic_model": [_governed(hit) for hit in semantic.search(model, words, limit)] if model else [],
        "verified": [_verified(one.query) for one in likely],
        "tables": [_table(whole, match) for match in matches],
    }


def _values(profiles: Sequence[Mapping[str, Any]]) -> Values[TableName]:
    known = [TypeAdapter(TableProfile).validate_python(one["profile"]) for one in profiles]
    return Values((TableName(one.schema, one.name), {c.name: {value: () for value, _ in c.common} for c in one.columns}) for one in known)


def _verified(query: semantic.VerifiedQuery) -> dict[str, Any]:
    return {"question": line(query.question), "sql": query.sql, "by": query.by, "on": query.on}


def _governed(hit: semantic.Hit) -> dict[str, Any]:
    return {
        "kind": hit.kind,
        "name": line(hit.name),
        "label": line(hit.label),
        "description": line(hit.description),
        "values": [line(value) for value in hit.values],
        "score": hit.score,
    }


def _table(catalog: Catalog, match: Match) -> dict[str, Any]:
    return {
        "table": line(shown_name(catalog, match.table)),
        "columns": [line(column.name) for column in match.columns],
        "values": [f"{line(column)} = {line(value)}" for column, value in match.values],
        "joins": line(shown_name(catalog, match.joins)) if match.joins else None,
        "comment": line(match.table.comment or ""),
        "score": match.score,
    }


def told(found: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The same for people: what is governed, what a person vouches for, tables."""
    if found["semantic_model"]:
        heads = (Column("governed", flexible=True), Column("kind"), Column("fits", flexible=True), Column("about", dim=True))
        rows = [(hit["name"], hit["kind"], ", ".join(hit["values"]), hit["description"]) for hit in found["semantic_model"]]
        yield Table(heads, rows)
    for one in found["verified"]:
        who = " ".join(f"{word} {line(one[word])}" for word in ("by", "on") if one[word])
        yield Text(f"\nVerified {who}: “{one['question']}”".replace("Verified :", "Verified:"), style="bold")
        yield Text(line(one["sql"]), style="dim")
    if found["tables"]:
        columns = (Column("table", flexible=True), Column("fits", flexible=True), Column("about", dim=True))
        yield Table(columns, [(each["table"], _fits(each), each["comment"]) for each in found["tables"]])


def _fits(table: Mapping[str, Any]) -> str:
    held = {value.partition(" = ")[0] for value in table["values"]}
    fitting = [*table["values"], *(column for column in table["columns"] if column not in held)]
    return ", ".join(fitting) or (f"joins {table['joins']}" if table["joins"] else "")
