"""The metrics of a table: how many rows, and of each number its total, mean, highest and lowest, by what it is called and what is said
of it. Of a rate, a score or a price no total is made."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from analytics_agent.catalog.words import split
from analytics_agent.domain.catalog import TableColumn
from analytics_agent.semantic.drafting.descriptions import MONEY
from analytics_agent.semantic.drafting.fields import field_names
from analytics_agent.semantic.drafting.naming import Names, label, parts, plural, spoken
from analytics_agent.semantic.drafting.ossie_text import context, expression, extension, quoted
from analytics_agent.semantic.drafting.things import Thing, kind_of, unit_of
from analytics_agent.semantic.drafting.units import CURRENCIES, LASTING, unit_in

_AVERAGED = {
    "rate", "ratio", "percent", "percentage", "pct", "share", "score", "rating", "price", "temperature", "temp", "age", "duration", "speed",
    "height", "width", "depth", "elevation", "altitude", "average", "avg", "mean", "median", "level", "rank", "grade", "gpa", "density",
    "humidity", "pressure", "stars", "star", "delay", "capacity", "discount", "index", "min", "max", "minimum", "maximum", "latitude",
    "longitude", "per", "apr", "apy", "ltv", "odometer", "wage", "sentiment", "severity", "floor", "storey", "result", "reading", "running",
    "year", "since", "vintage", "tenure", "experience", "seniority", "magnitude", "intensity", "concentration", "voltage", "frequency",
    "efficiency", "multiplier", "factor", "probability", "likelihood", "confidence", "percentile", "variance", "position", "sequence",
    "overdue", "due", "tier", "priority", "stage", "bmi", "ph",
}  # fmt: skip
"""Words of numbers whose sum says nothing."""
_SHARES = {"rate", "ratio", "percent", "percentage", "pct", "share", "proportion", "fraction"}
_STATES = {"balance", "stock", "inventory", "headcount", "backlog", "occupied", "available", "outstanding", "holding", "hand"}
_AGAIN = {"daily", "weekly", "monthly", "snapshot", "census", "balance", "inventory", "stock", "holding"}
_MONEY = {
    "amount", "amt", "balance", "price", "cost", "fee", "charge", "revenue", "sale", "value", "payment", "total", "income", "salary",
    "limit", "tax", "refund", "principal", "interest",
}  # fmt: skip
_MOVES = {
    "movement", "transaction", "entry", "change", "event", "order", "line", "item", "log", "adjustment", "receipt", "transfer", "delivery",
    "sale",
}  # fmt: skip
_NOW = {"balance", "outstanding", "stock", "inventory", "backlog", "headcount"}
NOW = "As the table holds it now: a period chooses rows by {0}, and not how it was then."
MIXED = "Amounts in several currencies are taken as they stand: split or filter by the currency."
_COUNT = ("number", "count", "total", "sum", "num", "cumulative")
_MOST = ("highest", "maximum", "largest", "greatest", "most")
_FEWEST = ("lowest", "minimum", "smallest", "least")


@dataclass(frozen=True)
class Measure:
    """A number of a table: what it is called, all words for it, and whether it may be added up."""

    column: TableColumn
    called: str
    words: tuple[str, ...]
    is_summed: bool
    is_count: bool
    unit: str | None
    is_share: bool
    is_state: bool = False
    caveat: str = ""
    is_either: bool = False
    """A length of time or a weight: who names it alone may mean its total or its mean, and is asked."""


def count_metric(thing: Thing, dataset: str, names: Names) -> dict[str, Any]:
    told = {"dataset": dataset, "additivity": "additive", "unit": thing.many, "decimals": 0, "label": label(thing.many)}
    words = [thing.one, thing.many, f"number of {thing.many}", f"count of {thing.many}"]
    name = names.free(f"{dataset}_count", f"number_of_{dataset}")
    return {"name": name, **expression("COUNT(*)"), "description": f"How many {thing.many} there are."} | context(words) | extension(told)


def measures_of(thing: Thing, clashing: frozenset[str], taken: frozenset[str]) -> Iterator[Measure]:
    """The numbers of a table. `clashing` are names, stored or said, that another table has too: these are called with their thing.
    `taken` is what things are called: "the number of students" in a table of courses is not how many students there are."""
    for column in thing.table.columns:
        if column.type in ("integer", "number") and kind_of(thing, column) == "number":
            yield _measure(thing, column, clashing, taken)


def _measure(thing: Thing, column: TableColumn, clashing: frozenset[str], taken: frozenset[str]) -> Measure:
    said, name = thing.said(column), thing.without_unit(column)
    is_count = bool(said.counted) or (set(name.split()) & set(_COUNT[:2]) != set() and column.type == "integer")
    bare = _bare(name, is_count=is_count)
    words = [bare, *((thing.words(column),) if thing.words(column) != name else ()), *said.counted, *said.phrases, *said.also]
    words += [each for text in (*said.phrases,) if (each := _bare(text, is_count=is_count)) not in words]
    called = f"{thing.one} {bare}" if (column.name in clashing or name in clashing or bare in taken) and thing.one not in bare else bare
    # "Tickets that were reopened" are no number of reopens.
    words = [called, *(word for word in words if word not in taken), *(() if is_count else (f"{thing.one} {bare}",))]
    profile = thing.of(column)
    is_fraction = profile is not None and profile.greatest is not None and 0 <= float(str(profile.greatest)) <= 1
    is_share = bool(_SHARES & set(split(column.name))) and column.type == "number" and is_fraction
    is_averaged = said.is_averaged or bool(_AVERAGED & {*split(column.name), column.name.lower()}) or parts(column.name)[-1:] == ("order",)
    unit = unit_of(thing, column)
    unit = None if unit == "%" and is_share else unit
    return Measure(
        column,
        called,
        tuple(dict.fromkeys(words)),
        not is_averaged,
        is_count,
        unit or (bare if is_count else None),
        is_share,
        is_state(thing, column),
        _caveat(thing, column, unit),
        unit_in(parts(column.name))[0] in LASTING or name.split()[-1:] == ["weight"],
    )


def _caveat(thing: Thing, column: TableColumn, unit: str | None) -> str:
    words = set(split(column.name))
    if words & _MONEY and unit not in CURRENCIES and _has_currencies(thing):
        return MIXED
    moment = moment_of(thing)
    return NOW.format(spoken(moment.name)) if words & _NOW and moment and not is_state(thing, column) else ""


def is_state(thing: Thing, column: TableColumn) -> bool:
    """What is there at a time and is written down again and again: it is not added up over time."""
    words = set(split(thing.table.name))
    again = any(kind_of(thing, each) == "time" for each in thing.table.columns if each.name in thing.key) or bool(words & _AGAIN)
    again = again and not words & _MOVES
    return again and bool(thing.foreign) and moment_of(thing) is not None and bool(_STATES & set(split(column.name)))


def moment_of(thing: Thing) -> TableColumn | None:
    return next((each for each in thing.table.columns if kind_of(thing, each) == "time"), None)


def _has_currencies(thing: Thing) -> bool:
    columns = [each for each in thing.table.columns if each.type == "text" and {"currency", "ccy"} & set(split(each.name))]
    return any((profile := thing.of(each)) is None or profile.distinct > 1 for each in columns)


def _bare(name: str, *, is_count: bool) -> str:
    """What is counted or added up: "citation number" is citations, "total credit" is credit."""
    words = name.split()
    kept = [word for at, word in enumerate(words) if word not in _COUNT and not (word == "of" and at and words[at - 1] in _COUNT)]
    text = " ".join(kept) or name
    return plural(text) if is_count else text


def metrics_of(dataset: str, measure: Measure, thing: Thing, names: Names) -> Iterator[dict[str, Any]]:
    path = f"{dataset}.{quoted(measure.column.name)}"
    stem = measure.column.name.lower()
    about = measure.column.comment or f"{measure.called} of {thing.many}"
    for kind, function, ways in _kinds(measure):
        is_meant = (kind == "total") == measure.is_summed or measure.is_either
        bare = measure.words if is_meant and kind in ("total", "average") else ()
        words = [*bare, *(f"{way} {word}" for word in measure.words for way in ways if not word.startswith(ways))]
        if measure.is_count:
            words += [f"{way} number of {word}" for word in measure.words for way in ways[: 1 + (kind != "total")]]
        if kind == "total" and measure.is_count:
            words += [f"number of {word}" for word in measure.words]
        called = measure.called.removeprefix("average ") if kind == "average" else measure.called
        told = {"dataset": dataset, "label": label(f"{ways[0]} {called}")} | _shown(measure)
        told |= _added(dataset, measure, thing) if kind == "total" else {}
        told |= {"caveats": [measure.caveat]} if measure.caveat else {}
        name = names.free(f"{kind}_{stem}", f"{kind}_{dataset}_{stem}")
        description = f"{label(ways[0])}: {about.rstrip('.')}."
        yield {"name": name, **expression(f"{function}({path})"), "description": description} | context(words) | extension(told)


def _added(dataset: str, measure: Measure, thing: Thing) -> dict[str, Any]:
    """How a total is made: of a state, of each thing the last that is known."""
    moment = moment_of(thing) if measure.is_state else None
    if moment is None:
        return {"additivity": "additive"}
    called = field_names(thing.table)
    per = [f"{dataset}.{called[each.name]}" for each in thing.table.columns if each.name in thing.foreign]
    return {"additivity": "semi_additive", "balance": {"time": f"{dataset}.{called[moment.name]}", "per": per}}


def _kinds(measure: Measure) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if measure.is_summed:
        yield "total", "SUM", ("total", "sum of")
    yield "average", "AVG", ("average", "mean")
    yield "highest", "MAX", _MOST
    yield "lowest", "MIN", _FEWEST


def _shown(measure: Measure) -> dict[str, Any]:
    unit: dict[str, Any] = {"unit": measure.unit} if measure.unit else {}
    if measure.is_share:
        return unit | {"format": "percent"}
    return unit | ({"format": "currency"} if measure.unit in MONEY else {})
