"""What others see of a model: the overview in a prompt, definitions by name, and search by words."""

import json

from unit.semantic import chain, shop

from analytics_agent.resources import resource
from analytics_agent.semantic import describe, knows, load, overview, search
from analytics_agent.semantic.as_of import as_of_statement

MOST_CHARACTERS = 60_000


def test_the_overview_is_json_and_leaves_out_what_is_empty() -> None:
    seen = overview(shop.model())
    assert json.loads(json.dumps(seen)) == seen
    assert all(value not in (None, "", [], {}) for item in [*seen["metrics"], *seen["dimensions"]] for value in item.values())
    assert seen["facts"]["visits"] == {"time": "visits.visited_on", "datasets": ["visits", "stores"]}
    assert seen["as_of"] == {"date": "2025-06-15"}


def test_the_overview_names_the_column_to_look_values_up_in() -> None:
    columns = {d["name"]: d.get("column") for d in overview(shop.model())["dimensions"]}
    assert columns["stores.city"] == "stores.city" and columns["stores.kind"] is None


def test_the_overview_of_the_sample_fits_into_a_prompt() -> None:
    model = load((resource("sql_fixtures") / "flights" / "semantic_model.yaml").read_text())
    assert len(json.dumps(overview(model), separators=(",", ":"))) < MOST_CHARACTERS


def test_definitions_come_by_name() -> None:
    metric, dimension, dataset = describe(shop.model(), ["sent_share", "stores.city", "visits", "nothing"])
    assert metric["kind"] == "metric" and "stores.city" in metric["dimensions"] and "products.category" not in metric["dimensions"]
    assert dimension["kind"] == "dimension" and dimension["label"] == "City"
    assert dataset["metrics"] == ["visitors"]
    assert knows(shop.model(), "revenue") and not knows(shop.model(), "nothing")


def test_search_ranks_whole_names_before_shared_words() -> None:
    hits = search(shop.model(), "average order value by towns", limit=5)
    assert hits[0].name == "mean_order_value"
    assert "stores.city" in [hit.name for hit in hits]
    assert search(shop.model(), "xyzzy") == ()


def test_the_newest_value_of_a_column_is_asked_for_in_one_statement() -> None:
    text = shop.TEXT.replace('{"date": "2025-06-15"}', '{"column": "orders.placed_on"}')
    assert as_of_statement(load(text), "postgres") == "SELECT MAX(orders.placed_on) AS newest FROM orders"


def test_a_metric_made_of_others_says_what_it_is_made_of() -> None:
    told = {each["name"]: each for each in describe(chain.model(), ["conversion", "stocked", "large_sales_of_9_days", "paid"])}
    assert told["conversion"]["ratio"] == {"numerator": "sales_made", "denominator": "visitors"}
    assert told["stocked"]["balance"] == {"time": "stock.day", "per": ["stock.item"], "pick": "last"}
    assert told["large_sales_of_9_days"]["cumulative"] == {"of": "large_sales", "unit": "day", "count": 9}
    assert told["paid"]["time"] == "sales.paid_on"
