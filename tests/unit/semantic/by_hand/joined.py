"""Rows of the chain's facts beside what their keys point to, and whether one fulfills a filter."""

import operator
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pandas as pd
from unit.semantic.by_hand.periods import start_of
from unit.semantic.chain import COLUMNS, ZONE, Row

from analytics_agent.semantic.request import Filter

DENIED: dict[str, Any] = {"!=": "=", "not_in": "in", "is_null": "not_null"}
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def fulfills(row: Row, f: Filter) -> bool:
    path, _, grain = f.field.partition(":")
    value: Any = row["was"].get(path, row.get(path)) if "was" in row else row.get(path)
    if f.op in ("is_null", "not_null"):
        return (value is None) == (f.op == "is_null")
    if value is None:
        return False
    values: list[Any] = [date.fromisoformat(str(v)) if isinstance(value, date) else v for v in f.values]
    if grain:
        value, values = start_of(value, grain), [start_of(v, grain) for v in values]
    if f.op in COMPARED:
        return COMPARED[f.op](value, values[0])
    if f.op == "contains":
        return str(values[0]).lower() in value.lower()
    if f.op == "between":
        return bool(values[0] <= value <= values[1])
    return (value in values) == (f.op == "in")


def version(versions: list[Row], client: int | None, day: date | None) -> str | None:
    for row in versions:
        if day and row["client"] == client and row["since"] <= day and (row["until"] is None or day < row["until"]):
            found: str | None = row["tier"]
            return found
    return None


def within(day: date | None, start: date | None, end: date | None) -> bool:
    if start is None and end is None:
        return True
    day = day.date() if isinstance(day, datetime) else day
    return day is not None and (start is None or day >= start) and (end is None or day < end)


def joined(rows: dict[str, list[Row]], fact: str) -> list[Row]:
    """A fact beside what its keys point to; a key that points nowhere, or is missing, has nothing beside it."""
    if not rows:
        return []
    frames = {name: pd.DataFrame(rows[name], columns=list(COLUMNS[name]), dtype=object) for name in rows}
    stores = frames["stores"].merge(frames["regions"], how="left", left_on="region", right_on="id", suffixes=("", "_of_region"))
    stores = stores.rename(columns={"id": "store", "name": "stores.city", "name_of_region": "regions.region"})
    found = (
        frames[fact]
        .rename(columns={"seen_on": "day"})
        .merge(stores[["store", "stores.city", "regions.region"]].dropna(subset=["store"]), how="left", on="store")
    )
    if fact == "sales":
        clients = frames["clients"].rename(columns={"id": "client", "segment": "clients.segment"})
        found = found.merge(clients, how="left", on="client")
    found = found.rename(columns={"item": "stock.item", "state": "stock.state"})
    clean = [{str(k): _clean(v) for k, v in row.items()} for row in found.astype(object).to_dict("records")]
    was = [{**row, **{f"sales.{name}": row.get(name) for name in ("day", "paid_on", "quantity")}} for row in clean]
    return [{**row, "was": seen, "pairs": _pairs(rows, row, fact)} for row, seen in zip(clean, was, strict=True)]


def _clean(value: Any) -> Any:
    """Moments as clocks in Oslo show them."""
    if pd.isna(value):
        return None
    return value.astimezone(ZONE).replace(tzinfo=None) if isinstance(value, datetime) else value


def _pairs(rows: dict[str, list[Row]], row: Row, fact: str) -> dict[str, list[Row]]:
    """What a row has many of, by bridge."""
    tags, brands, agents = ({each["id"]: each for each in rows[name]} for name in ("tags", "brands", "agents"))
    stores = {each["id"] for each in rows["stores"]}
    found = {"carried": [{"brands.brand": brands.get(p["brand"], {}).get("name")} for p in rows["carried"] if p["store"] == row["store"]]}
    found["carried"] = found["carried"] if row["store"] in stores else []
    if fact == "sales":
        found["tagged"] = [
            {"tags.label": tag.get("label"), "tags.kind": tag.get("kind"), "tagged.part": p["part"]}
            for p in rows["tagged"]
            if p["sale"] == row["id"]
            for tag in [tags.get(p["tag"], {})]
        ]
        found["splits"] = [
            {"agents.agent": agents.get(p["agent"], {}).get("name"), "share": p["share"]} for p in rows["splits"] if p["sale"] == row["id"]
        ]
    return found
