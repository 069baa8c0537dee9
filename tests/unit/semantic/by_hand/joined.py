"""Rows of the chain's facts beside what their keys point to, and whether one fulfills a filter."""

import operator
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from unit.semantic.by_hand.periods import start_of
from unit.semantic.chain import ZONE, Row

from analytics_agent.semantic.request import Filter

_CALLED = {"seen_on": "day", "item": "stock.item", "state": "stock.state"}
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
    stores, regions, clients = ({row["id"]: row for row in rows[name]} for name in ("stores", "regions", "clients"))
    found = []
    for row in rows[fact]:
        own = {_CALLED.get(name, name): _as_shown(value) for name, value in row.items()}
        store = stores.get(row["store"], {})
        own |= {"stores.city": store.get("name"), "regions.region": regions.get(store.get("region"), {}).get("name")}
        if fact == "sales":
            own["clients.segment"] = clients.get(row["client"], {}).get("segment")
        was = own | {f"sales.{name}": own.get(name) for name in ("day", "paid_on", "quantity")}
        found.append({**own, "was": was, "pairs": _pairs(rows, own, fact)})
    return found


def _as_shown(value: Any) -> Any:
    """Moments as clocks in Oslo show them."""
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
