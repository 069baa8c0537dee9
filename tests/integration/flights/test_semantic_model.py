"""The semantic model against the real data: every expression runs, every key is one, every figure can be had another way."""

import csv
import json
import math
from collections.abc import Iterator
from statistics import fmean, median
from types import ModuleType
from typing import Any

import psycopg
import pytest
import yaml
from integration.flights.warehouse import FOLDER, Warehouse

MODEL: dict[str, Any] = yaml.safe_load((FOLDER / "semantic_model.yaml").read_text())["semantic_model"][0]
DATASETS = {d["name"]: d for d in MODEL["datasets"]}
FACTS = ("flights", "planes", "weather")


def sql(item: dict[str, Any]) -> str:
    return str(item["expression"]["dialects"][0]["expression"])


def extension(item: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(item["custom_extensions"][0]["data"])
    return found


METRICS = {m["name"]: (sql(m), extension(m)) for m in MODEL["metrics"]}
WEIGHED = [name for name, (_, data) in METRICS.items() if "weight" in data]
FIELDS_WITH_VALUES = [(d["name"], f) for d in MODEL["datasets"] for f in d["fields"] if extension(f).get("values")]


def logical(name: str) -> str:
    """A dataset as a subquery that gives every field by its name."""
    dataset = DATASETS[name]
    fields = ", ".join(f"{sql(f)} AS {f['name']}" for f in dataset["fields"])
    return f"(SELECT {fields} FROM {dataset['source']}) AS {name}"


def joined(fact: str) -> str:
    parts = [logical(fact)]
    for r in (r for r in MODEL["relationships"] if r["from"] == fact):
        pairs = zip(r["from_columns"], r["to_columns"], strict=True)
        condition = " AND ".join(f"{fact}.{many} = {r['to']}.{one}" for many, one in pairs)
        parts.append(f"LEFT JOIN {logical(r['to'])} ON {condition}")
    return " ".join(parts)


@pytest.fixture
def reader(flights: Warehouse) -> Iterator[psycopg.Connection]:
    with psycopg.connect(flights.reader) as connection:
        yield connection


def value(reader: psycopg.Connection, expression: str, fact: str, where: str = "") -> float:
    row = reader.execute(f"SELECT {expression} FROM {joined(fact)} {where}").fetchone()
    assert row and row[0] is not None, expression
    return float(row[0])


@pytest.mark.parametrize("name", DATASETS)
def test_every_field_and_key_exists(reader: psycopg.Connection, name: str) -> None:
    key = ", ".join(DATASETS[name]["primary_key"])
    reader.execute(f"SELECT * FROM {logical(name)} LIMIT 1")
    twice = reader.execute(f"SELECT {key} FROM {DATASETS[name]['source']} GROUP BY {key} HAVING count(*) > 1").fetchall()
    assert twice == []


@pytest.mark.parametrize("fact", FACTS)
def test_joins_neither_lose_nor_repeat_rows(reader: psycopg.Connection, fact: str) -> None:
    plain = reader.execute(f"SELECT count(*) FROM {DATASETS[fact]['source']}").fetchone()
    assert plain and value(reader, "COUNT(*)", fact) == plain[0]


@pytest.mark.parametrize("fact", FACTS)
def test_every_metric_has_a_value(reader: psycopg.Connection, fact: str) -> None:
    expressions = {name: text for name, (text, data) in METRICS.items() if data["dataset"] == fact}
    row = reader.execute(f"SELECT {', '.join(expressions.values())} FROM {joined(fact)}").fetchone()
    assert row and expressions
    assert [name for name, found in zip(expressions, row, strict=True) if found is None] == []


def test_metrics_agree_with_the_source_file(reader: psycopg.Connection, loader: ModuleType) -> None:
    """Computed a second way: in Python, from the file, without SQL."""
    with loader.open_csv("flights") as file:
        records = list(csv.DictReader(line.decode() for line in file))
    departed = [r for r in records if r["dep_time"] != "NA"]
    left = [int(r["dep_delay"]) for r in departed]
    arrived = [int(r["arr_delay"]) for r in records if r["arr_delay"] != "NA"]
    flown = [(int(r["distance"]), int(r["air_time"])) for r in records if r["air_time"] != "NA"]
    expected = {
        "flights": len(records),
        "departures": len(departed),
        "cancellations": len(records) - len(departed),
        "cancellation_rate": 1 - len(departed) / len(records),
        "mean_departure_delay": fmean(left),
        "median_departure_delay": median(left),
        "longest_departure_delay": max(left),
        "late_departures": sum(minutes >= 15 for minutes in left),
        "late_departure_share": fmean(minutes >= 15 for minutes in left),
        "mean_arrival_delay": fmean(arrived),
        "on_time_arrival_share": fmean(minutes < 15 for minutes in arrived),
        "total_distance": sum(int(r["distance"]) for r in records),
        "distance_flown": sum(int(r["distance"]) for r in departed),
        "mean_speed": 60 * sum(miles for miles, _ in flown) / sum(minutes for _, minutes in flown),
        "planes_used": len({r["tailnum"] for r in departed}),
        "destinations": len({r["dest"] for r in records}),
        "routes": len({(r["origin"], r["dest"]) for r in records}),
        "flights_per_day": len(records) / 365,
    }
    found = {name: value(reader, METRICS[name][0], "flights") for name in expected}
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("name", WEIGHED)
def test_a_weight_makes_the_whole_from_its_parts(reader: psycopg.Connection, name: str) -> None:
    """Parts of a mean, weighed by `weight`, give the mean of all: contribution analysis rests on it."""
    expression, data = METRICS[name]
    weight, weight_data = METRICS[data["weight"]]
    assert weight_data["additivity"] == "additive"
    fact = data["dataset"]
    parts = reader.execute(f"SELECT {expression}, {weight} FROM {joined(fact)} GROUP BY {fact}.origin").fetchall()
    whole = math.fsum(float(mean) * float(n) for mean, n in parts) / math.fsum(float(n) for _, n in parts)
    assert len(parts) == 3
    assert whole == pytest.approx(value(reader, expression, fact))


@pytest.mark.parametrize("name", [n for n in WEIGHED if "mean_of" in METRICS[n][1]])
def test_a_mean_is_its_total_over_its_weight(reader: psycopg.Connection, name: str) -> None:
    expression, data = METRICS[name]
    fact = data["dataset"]
    total, weight = (value(reader, METRICS[data[key]][0], fact) for key in ("mean_of", "weight"))
    assert total / weight == pytest.approx(value(reader, expression, fact))


@pytest.mark.parametrize(("dataset", "field"), FIELDS_WITH_VALUES, ids=[f"{d}.{f['name']}" for d, f in FIELDS_WITH_VALUES])
def test_synonyms_are_given_for_values_that_exist(reader: psycopg.Connection, dataset: str, field: dict[str, Any]) -> None:
    stored = {str(row[0]) for row in reader.execute(f"SELECT DISTINCT {sql(field)} FROM {DATASETS[dataset]['source']}")}
    stored |= {text.lower() for text in stored & {"True", "False"}}
    named = {*extension(field)["values"], *extension(field).get("order", ())}
    assert named - stored == set()


def test_every_carrier_and_listed_destination_can_be_said_in_words(reader: psycopg.Connection) -> None:
    fields = {f["name"]: extension(f).get("values", {}) for f in DATASETS["flights"]["fields"]}
    for name in ("carrier", "origin", "dest"):
        stored = {str(row[0]) for row in reader.execute(f"SELECT DISTINCT {name} FROM flights WHERE dest <> 'LGA'")}
        assert stored - set(fields[name]) == set()


def test_the_impossible_wind_reading_does_not_count(reader: psycopg.Connection) -> None:
    raw = reader.execute("SELECT max(wind_speed), avg(wind_speed) FROM weather").fetchone()
    assert raw and raw[0] > 1000
    assert value(reader, "MAX(weather.wind_speed)", "weather") < 50
    assert value(reader, METRICS["mean_wind_speed"][0], "weather") < raw[1]
