"""The semantic model of flights as a document: in Apache Ossie's form, with nothing said twice and nothing pointing nowhere."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import sqlglot
import yaml
from sqlglot import exp

from analytics_agent.resources import resource

DOCUMENT: dict[str, Any] = yaml.safe_load((resource("sql_fixtures") / "flights" / "semantic_model.yaml").read_text())
MODEL: dict[str, Any] = DOCUMENT["semantic_model"][0]
PATHS = {f"{d['name']}.{f['name']}": f for d in MODEL["datasets"] for f in d["fields"]}
METRICS = {m["name"]: m for m in MODEL["metrics"]}

# What core-spec/ossie-schema.json of version 0.2.0.dev0 allows: (required, optional).
COMMON = {"description", "ai_context", "custom_extensions"}
SHAPES: dict[str, tuple[set[str], set[str]]] = {
    "model": ({"name", "datasets"}, {"relationships", "metrics"} | COMMON),
    "dataset": ({"name", "source"}, {"primary_key", "unique_keys", "fields"} | COMMON),
    "field": ({"name", "expression"}, {"dimension", "label", "datatype"} | COMMON),
    "relationship": ({"name", "from", "to", "from_columns", "to_columns"}, {"ai_context", "custom_extensions"}),
    "metric": ({"name", "expression"}, {"datatype"} | COMMON),
}
DATATYPES = {"String", "Integer", "Decimal", "Float", "Boolean", "Date", "Time", "DateTime", "DateTimeTz", "Opaque"}


def parts() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "model", MODEL
    for dataset in MODEL["datasets"]:
        yield "dataset", dataset
        yield from (("field", f) for f in dataset["fields"])
    yield from (("relationship", r) for r in MODEL["relationships"])
    yield from (("metric", m) for m in MODEL["metrics"])


def extension(item: dict[str, Any]) -> dict[str, Any]:
    (only,) = item["custom_extensions"]
    assert only["vendor_name"] == "ANALYTICS_AGENT"
    assert isinstance(only["data"], str)
    found: dict[str, Any] = json.loads(only["data"])
    return found


def synonyms(item: dict[str, Any]) -> list[str]:
    return [str(word).casefold() for word in item.get("ai_context", {}).get("synonyms", ())]


def columns(item: dict[str, Any]) -> set[str]:
    tree = sqlglot.parse_one(item["expression"]["dialects"][0]["expression"])
    return {f"{column.table}.{column.name}" for column in tree.find_all(exp.Column)}


def test_the_document_has_the_shape_of_the_specification() -> None:
    assert set(DOCUMENT) == {"version", "semantic_model"}
    assert DOCUMENT["version"] == "0.2.0.dev0"
    for kind, item in parts():
        required, optional = SHAPES[kind]
        assert required <= set(item) <= required | optional, item["name"]
        assert item.get("datatype", "String") in DATATYPES
        assert all(set(e) == {"vendor_name", "data"} for e in item.get("custom_extensions", ()))


@pytest.mark.parametrize("item", [i for kind, i in parts() if kind in ("model", "field", "metric")], ids=lambda item: str(item["name"]))
def test_everything_is_described_and_extended(item: dict[str, Any]) -> None:
    assert item["description"].endswith(".") and extension(item)


def test_metrics_name_declared_fields_only() -> None:
    for metric in METRICS.values():
        assert columns(metric) and columns(metric) <= set(PATHS), metric["name"]


def test_references_point_to_something() -> None:
    model = extension(MODEL)
    assert {model["time_field"], model["as_of"]["column"]} <= set(PATHS)
    for path, field in PATHS.items():
        assert {extension(field).get(key, path) for key in ("display", "label_of")} <= set(PATHS)
    for metric in METRICS.values():
        data = extension(metric)
        assert {data.get("weight", "flights"), data.get("mean_of", "flights")} <= set(METRICS)
        assert data["dataset"] in {d["name"] for d in MODEL["datasets"]}
        assert data["additivity"] in ("additive", "semi_additive", "non_additive")
        assert data["format"] in ("number", "percent", "currency") and isinstance(data["decimals"], int)


def test_a_percentage_has_no_unit_and_everything_else_has_one() -> None:
    for metric in METRICS.values():
        data = extension(metric)
        assert (data["format"] == "percent") != ("unit" in data), metric["name"]


def test_no_word_means_two_metrics_or_two_fields() -> None:
    said = Counter(word for m in METRICS.values() for word in {*synonyms(m), m["name"].replace("_", " ")})
    assert [word for word, times in said.items() if times > 1] == []
    fields = Counter(word for f in PATHS.values() for word in synonyms(f))
    assert [word for word, times in fields.items() if times > 1] == []


def test_every_month_belongs_to_one_season() -> None:
    months = [month for season in extension(MODEL)["seasons"].values() for month in season]
    assert sorted(months) == list(range(1, 13))


def test_caveats_hold_no_figure() -> None:
    caveats = [text for m in METRICS.values() for text in extension(m).get("caveats", ())]
    assert caveats and not any(re.search(r"\d", text) for text in caveats)
