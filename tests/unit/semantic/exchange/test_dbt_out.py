"""What goes out to dbt and comes back says the same and gives the same numbers; what does not is named."""

from datetime import date

import pytest
import yaml
from unit.semantic import chain, shop

from analytics_agent.resources import resource
from analytics_agent.semantic import MetricRequest, SemanticModel, compile, load
from analytics_agent.semantic.exchange.dbt import imported
from analytics_agent.semantic.exchange.dbt_out import exported
from analytics_agent.semantic.model import Certification
from analytics_agent.semantic.ossie.changes import changes
from analytics_agent.semantic.request import Period


def sample(name: str) -> SemanticModel:
    return load((resource("sql_fixtures") / name / "semantic_model.yaml").read_text())


MODELS = {"shop": shop.model(), "chain": chain.model(), "flights": sample("flights"), "retailer": sample("shop")}
each_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


@each_model
def test_what_comes_back_is_the_same_but_for_what_was_named(model: SemanticModel) -> None:
    out = exported(model)
    back = imported({"out.yml": out.text}, model.name)
    assert back.left == ()
    gone = {one.what for one in changes(model, back.model) if one.kind == "removed"}
    assert gone == {f"metric {metric.name}" for metric in model.metrics if any(f"metric `{metric.name}`" in text for text in out.left)}
    parts = {one.part for one in changes(model, back.model) if one.kind == "changed" and one.what.startswith("metric")}
    assert parts <= {"expression"}
    ways = {one.what for one in changes(model, back.model) if one.what.startswith("way")}
    assert not ways


@each_model
def test_names_are_ones_that_dbt_takes_and_each_stands_once(model: SemanticModel) -> None:
    document = yaml.safe_load(exported(model).text)
    for one in document["semantic_models"]:
        names = [each["name"] for key in ("entities", "dimensions", "measures") for each in one.get(key, ())]
        own = [name for name in names if name not in {entity["name"] for entity in one.get("entities", ())}]
        assert len(own) == len(set(own)) and not {"day", "hour", "month", "year"} & set(names), one["name"]
    metrics = [one["name"] for one in document["metrics"]]
    assert len(metrics) == len(set(metrics))
    assert {one["type"] for one in document["metrics"]} <= {"simple", "derived", "ratio", "cumulative"}


def test_the_numbers_are_the_same() -> None:
    """Of every metric that went out and came back, by month, over rows with nulls and orphans."""
    model = chain.model()
    back = imported({"out.yml": exported(model).text}, "chain").model
    rows = chain.world(7)
    there = [metric.name for metric in model.metrics if back.metric(metric.name)]
    assert {"revenue", "conversion", "revenue_so_far", "large_sales", "buyers"} <= set(there)
    time = Period(date(2024, 1, 1), date(2024, 12, 31))
    for name in there:
        request = MetricRequest("", (name,), ("time:month",), time=time)
        ours, theirs = (compile(each, request, dialect="sqlite").sql for each in (model, back))
        assert chain.run(theirs, rows, "sqlite") == chain.run(ours, rows, "sqlite"), name


def test_what_somebody_vouched_for_is_vouched_for_by_nobody_when_it_comes_back() -> None:
    text = shop.TEXT.replace('{"as_of"', '{"certification": {"status": "certified", "by": "ada"}, "as_of"')
    back = imported({"out.yml": exported(load(text)).text}, "shop").model
    assert {back.certification_of(metric).status for metric in back.metrics} == {"unreviewed"}
    assert back.certification == Certification("unreviewed")


def test_what_dbt_has_no_place_for_is_named() -> None:
    left = exported(chain.model()).left
    assert "the model's timezone, fiscal_calendar have no place in dbt." in left
    assert any("its bridge has no place in dbt" in text for text in left)
    assert "metric `stocked`: its balance is per a field that is no key; it was left out." in left
    queried = exported(load(shop.TEXT.replace("source: visits", "source: SELECT * FROM visits"))).left
    (query,) = [text for text in queried if text.startswith("dataset `visits`")]
    assert query == "dataset `visits`: its source is a query; make a dbt model of it. It was left out, and its metrics."
