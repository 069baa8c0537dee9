"""The semantic models of the sample warehouses as documents: in Apache Ossie's form, nothing said twice, nothing pointing nowhere."""

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


class Document:
    """One model with its fields by path and its metrics by name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.whole: dict[str, Any] = yaml.safe_load((resource("sql_fixtures") / name / "semantic_model.yaml").read_text())
        self.model: dict[str, Any] = self.whole["semantic_model"][0]
        self.paths = {f"{d['name']}.{f['name']}": f for d in self.model["datasets"] for f in d["fields"]}
        self.metrics = {m["name"]: m for m in self.model["metrics"]}

    def parts(self) -> Iterator[tuple[str, dict[str, Any]]]:
        yield "model", self.model
        for dataset in self.model["datasets"]:
            yield "dataset", dataset
            yield from (("field", f) for f in dataset["fields"])
        yield from (("relationship", r) for r in self.model["relationships"])
        yield from (("metric", m) for m in self.model["metrics"])


DOCUMENTS = [Document(name) for name in ("flights", "shop")]
every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)

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


@every_document
def test_the_document_has_the_shape_of_the_specification(document: Document) -> None:
    assert set(document.whole) == {"version", "semantic_model"}
    assert document.whole["version"] == "0.2.0.dev0"
    for kind, item in document.parts():
        required, optional = SHAPES[kind]
        assert required <= set(item) <= required | optional, item["name"]
        assert item.get("datatype", "String") in DATATYPES
        assert all(set(e) == {"vendor_name", "data"} for e in item.get("custom_extensions", ()))


@every_document
def test_everything_is_described_and_extended(document: Document) -> None:
    for item in (item for kind, item in document.parts() if kind in ("model", "field", "metric")):
        assert item["description"].endswith(".") and extension(item), item["name"]


@every_document
def test_metrics_name_declared_fields_only(document: Document) -> None:
    for metric in document.metrics.values():
        assert columns(metric) and columns(metric) <= set(document.paths), metric["name"]


@every_document
def test_references_point_to_something(document: Document) -> None:
    model = extension(document.model)
    assert {model["time_field"], model["as_of"]["column"]} <= set(document.paths)
    for path, field in document.paths.items():
        assert {extension(field).get(key, path) for key in ("display", "label_of")} <= set(document.paths)
    for metric in document.metrics.values():
        data = extension(metric)
        assert {data.get(key, metric["name"]) for key in ("weight", "mean_of")} <= set(document.metrics)
        assert data["dataset"] in {d["name"] for d in document.model["datasets"]}
        assert data["additivity"] in ("additive", "semi_additive", "non_additive")
        assert data["format"] in ("number", "percent", "currency") and isinstance(data["decimals"], int)


@every_document
def test_a_percentage_has_no_unit_and_everything_else_has_one(document: Document) -> None:
    for metric in document.metrics.values():
        data = extension(metric)
        assert (data["format"] == "percent") != ("unit" in data), metric["name"]


@every_document
def test_no_word_means_two_metrics_or_two_fields(document: Document) -> None:
    said = Counter(word for m in document.metrics.values() for word in {*synonyms(m), m["name"].replace("_", " ")})
    assert [word for word, times in said.items() if times > 1] == []
    fields = Counter(word for f in document.paths.values() for word in synonyms(f))
    assert [word for word, times in fields.items() if times > 1] == []


@every_document
def test_every_month_belongs_to_one_season(document: Document) -> None:
    months = [month for season in extension(document.model)["seasons"].values() for month in season]
    assert sorted(months) == list(range(1, 13))


@every_document
def test_caveats_hold_no_figure(document: Document) -> None:
    caveats = [text for m in document.metrics.values() for text in extension(m).get("caveats", ())]
    assert caveats and not any(re.search(r"\d", text) for text in caveats)
