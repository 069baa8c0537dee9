"""Members that no row belongs to: every row of the dataset that the dimensions are of, which fulfills what it says itself."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from unit.semantic.by_hand.joined import DENIED, fulfills
from unit.semantic.chain import MEMBERS, Row

from analytics_agent.semantic.request import Filter

_COLUMNS = {
    "regions": {"regions.region": "name"},
    "clients": {"clients.segment": "segment"},
    "brands": {"brands.brand": "name"},
    "tags": {"tags.label": "label", "tags.kind": "kind"},
    "agents": {"agents.agent": "name"},
}
_OF_A_STORE = ("stores.city", "regions.region")


def members(rows: dict[str, list[Row]], keys: Sequence[str], filters: Iterable[Filter]) -> set[tuple[Any, ...]]:
    of = {MEMBERS[key] for key in keys}
    if of == {"stores"} or len(of) > 1:
        found = [store for store in _stores(rows) if _holds(store, [f for f in filters if f.field in (*_OF_A_STORE, "brands.brand")])]
    else:
        columns = _COLUMNS[of.pop()]
        every = [{key: row[column] for key, column in columns.items()} for row in rows[MEMBERS[keys[0]]]]
        found = [row for row in every if all(fulfills(row, f) for f in filters if f.field in columns)]
    return {tuple(row[key] for key in keys) for row in found}


def _stores(rows: dict[str, list[Row]]) -> Iterable[Row]:
    """Each beside its region and the brands that it carries."""
    regions, brands = ({row["id"]: row["name"] for row in rows[name]} for name in ("regions", "brands"))
    for store in rows["stores"]:
        carried = [{"brands.brand": brands.get(pair["brand"])} for pair in rows["carried"] if pair["store"] == store["id"]]
        yield {"stores.city": store["name"], "regions.region": regions.get(store["region"]), "carried": carried}


def _holds(store: Row, filters: Sequence[Filter]) -> bool:
    """What chooses brands wants one that fulfills all of it; what denies them wants none that it names."""
    if not all(fulfills(store, f) for f in filters if f.field in _OF_A_STORE):
        return False
    of_brands = [f for f in filters if f.field == "brands.brand"]
    chosen, denied = ([f for f in of_brands if (f.op in DENIED) is is_denied] for is_denied in (False, True))
    if any(fulfills(pair, replace(f, op=DENIED[f.op])) for f in denied for pair in store["carried"]):
        return False
    return not chosen or any(all(fulfills(pair, f) for f in chosen) for pair in store["carried"])
