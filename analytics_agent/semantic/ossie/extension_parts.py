"""The parts of our Ossie extension as records, read value by value: what is wrong with one is said with its owner's name and line."""

from datetime import date
from typing import Any, cast, get_args

from analytics_agent.domain.evidence import DefinitionStatus
from analytics_agent.domain.schedule import PeriodUnit
from analytics_agent.semantic.compiler.filters import COUNTS
from analytics_agent.semantic.model import (
    AsOf,
    Balance,
    Bridge,
    Certification,
    Cumulative,
    Freshness,
    MetricFilter,
    VerifiedQuery,
)
from analytics_agent.semantic.ossie.document import Extension
from analytics_agent.semantic.request import Grain, Operator


def certification(extension: Extension) -> Certification | None:
    """A status alone, or {"status", "by", "details"}."""
    value = extension.data.get("certification")
    if value is None:
        return None
    data = {"status": value} if isinstance(value, str) else value
    is_well = isinstance(data, dict) and {*data} <= {"status", "by", "details"} and all(isinstance(text, str) for text in data.values())
    if not is_well or data.get("status", "certified") not in get_args(DefinitionStatus):
        extension.complain(
            '`certification` must be {"status": STATUS, "by": WHO, "details": WHAT FOR}, with a status of '
            f"{', '.join(get_args(DefinitionStatus))}.",
            "certification",
        )
        return None
    return Certification(cast(DefinitionStatus, data.get("status", "certified")), data.get("by", ""), data.get("details", ""))


def freshness(extension: Extension) -> Freshness | None:
    data = extension.mapping("freshness")
    if not data:
        return None
    given = data.get("within")
    within: dict[str, Any] = given if isinstance(given, dict) else {}
    is_well = {*data} == {"field", "within"} and isinstance(data["field"], str)
    if not is_well or {*within} != {"count", "unit"} or within["unit"] not in ("hour", "day") or not _is_count(within["count"]):
        extension.complain('`freshness` must be {"field": "dataset.field", "within": {"count": N, "unit": "hour" or "day"}}.', "freshness")
        return None
    return Freshness(data["field"], within["count"], within["unit"], extension.line_of("freshness"))


def bridge(extension: Extension) -> Bridge | None:
    data = extension.mapping("bridge")
    if not data:
        return None
    if not {"fact", "to"} <= {*data} <= {"fact", "to", "weight"} or not all(isinstance(name, str) for name in data.values()):
        extension.complain(
            '`bridge` must be {"fact": DATASET, "to": DATASET}, with "weight": "dataset.field" where a fact is split.', "bridge"
        )
        return None
    return Bridge(data["fact"], data["to"], data.get("weight"), extension.line_of("bridge"))


def verified_queries(extension: Extension) -> tuple[VerifiedQuery, ...]:
    given = extension.data.get("verified_queries") or []
    known = {"question", "sql", "by", "on"}
    if not isinstance(given, list):
        given = [None]
    good = [
        q
        for q in given
        if isinstance(q, dict) and {"question", "sql"} <= {*q} <= known and all(isinstance(text, str) and text for text in q.values())
    ]
    if len(good) != len(given):
        extension.complain(
            '`verified_queries` must be a list of {"question", "sql"}, with "by" and "on" (a date) where it is known.', "verified_queries"
        )
    for number, query in enumerate(good):
        if not is_day(query.get("on", "2000-01-01")):
            extension.complain("`on` of a verified query must be a date such as 2026-06-30.", "verified_queries", number, "on")
    return tuple(VerifiedQuery(**query, line=extension.line_of("verified_queries", number, "sql")) for number, query in enumerate(good))


def valid(extension: Extension) -> tuple[str, str] | None:
    data = extension.mapping("valid")
    if not data:
        return None
    if {*data} != {"from", "until"} or not all(isinstance(name, str) for name in data.values()):
        extension.complain('`valid` must be {"from": COLUMN, "until": COLUMN}.', "valid")
        return None
    return data["from"], data["until"]


def ratio(extension: Extension) -> tuple[str, str] | None:
    data = extension.mapping("ratio")
    if not data:
        return None
    if {*data} != {"numerator", "denominator"} or not all(isinstance(name, str) for name in data.values()):
        extension.complain('`ratio` must be {"numerator": METRIC, "denominator": METRIC}.', "ratio")
        return None
    return data["numerator"], data["denominator"]


def balance(extension: Extension) -> Balance | None:
    data = extension.mapping("balance")
    if not data:
        return None
    keys, pick = data.get("per"), data.get("pick", "last")
    is_listed = isinstance(keys, list) and all(isinstance(key, str) for key in keys)
    if not ({*data} <= {"time", "per", "pick"} and isinstance(data.get("time"), str) and is_listed and pick in ("last", "first")):
        extension.complain(
            '`balance` must be {"time": "dataset.field", "per": ["dataset.field", …], "pick": "last" or "first"}.', "balance"
        )
        return None
    return Balance(data["time"], tuple(data["per"]), pick)


def cumulative(extension: Extension) -> Cumulative | None:
    data = extension.mapping("cumulative")
    if not data:
        return None
    units = get_args(PeriodUnit)
    of, to_date, trailing = data.get("metric"), data.get("to_date"), data.get("trailing")
    is_trailing = isinstance(trailing, dict) and trailing.get("unit") in units and _is_count(trailing.get("count")) and len(trailing) == 2
    is_well = {*data} <= {"metric", "to_date", "trailing"} and isinstance(of, str) and not (to_date and trailing)
    if not is_well or (to_date is not None and to_date not in units) or (trailing is not None and not is_trailing):
        extension.complain(
            '`cumulative` must be {"metric": METRIC}, with {"to_date": UNIT} or {"trailing": {"count": N, "unit": UNIT}} where it does not '
            f"begin with the data; units are {', '.join(units)}.",
            "cumulative",
        )
        return None
    return Cumulative(str(of), trailing["unit"], trailing["count"]) if trailing else Cumulative(str(of), to_date)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1_000


def is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def fiscal_start(extension: Extension) -> int:
    data = extension.mapping("fiscal_calendar")
    if not data:
        return 1
    if "pattern" in data:
        extension.complain(
            "`fiscal_calendar` knows years of whole months only; weeks in a pattern such as 4-4-5 are not supported.", "fiscal_calendar"
        )
        return 1
    month = data.get("year_starts_in")
    if {*data} != {"year_starts_in"} or not isinstance(month, int) or not 1 <= month <= 12:
        extension.complain('`fiscal_calendar` must be {"year_starts_in": MONTH}, a month from 1 to 12.', "fiscal_calendar")
        return 1
    return month


def as_of(extension: Extension) -> AsOf:
    value = extension.data.get("as_of", "now")
    if value == "now":
        return AsOf()
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in ("date", "column"):
        kind, text = next(iter(value.items()))
        if kind == "column" or is_day(str(text)):
            return AsOf(kind, str(text))
    extension.complain('`as_of` must be "now", {"date": "2013-12-31"} or {"column": "dataset.field"}.', "as_of")
    return AsOf()


def seasons(extension: Extension) -> dict[str, tuple[int, ...]]:
    seasons: dict[str, tuple[int, ...]] = {}
    for name, months in extension.mapping("seasons").items():
        if not isinstance(months, list) or not all(isinstance(m, int) and 1 <= m <= 12 for m in months):
            extension.complain(f"season `{name}` must be a list of months from 1 to 12.", "seasons", name)
            continue
        seasons[name] = tuple(months)
    return seasons


def grains(extension: Extension) -> tuple[str, ...]:
    grains = extension.texts("grains")
    for grain in grains:
        if grain not in get_args(Grain):
            extension.complain(f"`{grain}` is not a grain; use {', '.join(get_args(Grain))}.", "grains")
    return tuple(grain for grain in grains if grain in get_args(Grain))


def words(extension: Extension, key: str) -> dict[str, tuple[str, ...]]:
    """An object that maps a value or a thing to the words people use for it."""
    found: dict[str, tuple[str, ...]] = {}
    for name, words in extension.mapping(key).items():
        words = [words] if isinstance(words, str) else words
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            extension.complain(f"`{key}` of {name!r} must be a list of the words people use for it.", key, name)
            continue
        found[name] = tuple(words)
    return found


def filters(extension: Extension) -> tuple[MetricFilter, ...]:
    filters = extension.data.get("filters") or []
    good = [f for f in filters if _is_filter(f)] if isinstance(filters, list) else []
    if not isinstance(filters, list) or len(good) != len(filters):
        extension.complain('`filters` must be a list of {"field": "dataset.field", "op": OPERATOR, "values": [VALUES]}.', "filters")
    for number, one in enumerate(good):
        if one["op"] not in get_args(Operator):
            said = f"`{one['op']}` is no operator of a filter; use {', '.join(get_args(Operator))}."
            extension.complain(said, "filters", number, "op")
            continue
        low, high = COUNTS.get(one["op"], (1, 1))
        if not low <= (count := len(one.get("values") or ())) <= high:
            wanted = str(low) if low == high else f"{low} to {high}"
            extension.complain(f"the filter on {one['field']} with `{one['op']}` takes {wanted} value(s), not {count}.", "filters", number)
    return tuple(MetricFilter(f["field"], f["op"], tuple(f.get("values") or ())) for f in good)


def _is_filter(one: Any) -> bool:
    is_named = isinstance(one, dict) and all(isinstance(one.get(key), str) for key in ("field", "op"))
    values = one.get("values") or [] if is_named else None
    return isinstance(values, list) and all(isinstance(value, str | int | float) for value in values)
