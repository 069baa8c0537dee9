"""The shop's semantic model against the rows: every field is there, every key is one, every mean is its total over its weight."""

import json
from typing import Any

import psycopg
import pytest
import yaml
from integration.flights.warehouse import Warehouse
from integration.shop.warehouse import FOLDER

from analytics_agent.domain.catalog import Catalog
from analytics_agent.semantic import SemanticModel
from analytics_agent.semantic.compiler.compile import compile
from analytics_agent.semantic.ossie import validation
from analytics_agent.semantic.request import MetricRequest

MODEL: dict[str, Any] = yaml.safe_load((FOLDER / "semantic_model.yaml").read_text())["semantic_model"][0]
DATASETS = {d["name"]: d for d in MODEL["datasets"]}


def extension(item: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(item["custom_extensions"][0]["data"])
    return found


def expression(item: dict[str, Any]) -> str:
    return str(item["expression"]["dialects"][0]["expression"])


METRICS = {m["name"]: extension(m) for m in MODEL["metrics"]}
MEANS = [name for name, data in METRICS.items() if "mean_of" in data]
VALUED = [(d, f) for d in DATASETS.values() for f in d["fields"] if extension(f).get("values")]


def figures(shop: Warehouse, model: SemanticModel, *metrics: str) -> list[float]:
    request = MetricRequest.from_tool_input({"purpose": "figures", "metrics": list(metrics)})
    with psycopg.connect(shop.reader) as connection:
        row = connection.execute(compile(model, request, dialect="postgres").sql).fetchone()
    assert row and None not in row
    return [float(value) for value in row]


def test_it_fits_the_database(model: SemanticModel, catalog: Catalog) -> None:
    assert list(validation.validate(model, catalog)) == []


@pytest.mark.parametrize("name", DATASETS)
def test_every_field_has_values_and_every_key_is_one(shop: Warehouse, name: str) -> None:
    dataset = DATASETS[name]
    keys = [dataset["primary_key"], *dataset.get("unique_keys", [])]
    with psycopg.connect(shop.reader) as connection:
        counted = ", ".join(f"count({expression(field)})" for field in dataset["fields"])
        found = connection.execute(f"SELECT {counted} FROM {dataset['source']}").fetchone()
        assert found and all(found)
        for key in keys:
            columns = ", ".join(key)
            twice = f"SELECT {columns} FROM {dataset['source']} GROUP BY {columns} HAVING count(*) > 1"
            assert connection.execute(twice).fetchall() == []


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_has_a_value(shop: Warehouse, model: SemanticModel, name: str) -> None:
    assert figures(shop, model, name)[0] > 0


@pytest.mark.parametrize("name", MEANS)
def test_a_mean_is_its_total_over_its_weight(shop: Warehouse, model: SemanticModel, name: str) -> None:
    data = METRICS[name]
    assert METRICS[data["weight"]]["additivity"] == "additive"
    mean, total, weight = figures(shop, model, name, data["mean_of"], data["weight"])
    assert total / weight == pytest.approx(mean)


@pytest.mark.parametrize(("dataset", "field"), VALUED, ids=[f"{d['name']}.{f['name']}" for d, f in VALUED])
def test_words_are_given_for_values_that_exist(shop: Warehouse, dataset: dict[str, Any], field: dict[str, Any]) -> None:
    with psycopg.connect(shop.reader) as connection:
        stored = {str(row[0]) for row in connection.execute(f"SELECT DISTINCT {expression(field)} FROM {dataset['source']}")}
    stored |= {text.lower() for text in stored & {"True", "False"}}
    assert {*extension(field)["values"], *extension(field).get("order", ())} - stored == set()


def test_every_category_channel_and_region_can_be_said_in_words(shop: Warehouse) -> None:
    with psycopg.connect(shop.reader) as connection:
        for table in ("categories", "channels", "regions"):
            stored = {row[0] for row in connection.execute(f"SELECT name FROM {table}")}
            (named,) = (set(extension(f)["values"]) for f in DATASETS[table]["fields"] if f["name"] == "name")
            assert stored == named
