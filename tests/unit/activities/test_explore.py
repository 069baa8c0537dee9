"""The tools of explore on a real DuckDB shop: what a model is told of values, names and results, and how it is told to go on."""

import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import question, turn
from fakes.results import saved
from fakes.rights import MemoryRights
from unit.semantic import shop

from analytics_agent.activities import conversation, doubts, tied
from analytics_agent.activities.explore import ExploreActivities
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.conversation import Reply, Usage
from analytics_agent.domain.database import Database
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.domain.orders import ToolOrder
from analytics_agent.domain.statement import Caps, Saved
from analytics_agent.ports import Fetched


class Shop:
    """The shop's warehouse, made anew for each statement."""

    async def can_write(self) -> tuple[str, ...]:
        return ()

    async def introspect(self) -> Catalog:
        return shop.catalog()

    async def run(self, sql: str, *, row_cap: int, timeout_seconds: float) -> Fetched:
        with duckdb.connect() as connection:
            for name, (columns, rows) in shop.TABLES.items():
                connection.execute(f"CREATE TABLE {name} ({', '.join(f'{c} {shop.NATIVE[k]}' for c, k in columns.items())})")
                connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)
            return Fetched(connection.sql(sql).to_arrow_table(), False, 1.0)

    async def save(self, sql: str, *, to: Path, caps: Caps, timeout_seconds: float) -> Saved:
        return saved(await self.run(sql, row_cap=caps.rows, timeout_seconds=timeout_seconds), to)


def tell(tool: str, given: dict[str, Any], *, governed: bool = True) -> tuple[Any, bool]:
    """What the model is told for one call, as JSON where it is JSON, and whether it is an error."""

    async def steps() -> tuple[str, bool]:
        store, artifacts, asked = MemoryStore(), MemoryArtifacts(), question(database="shop")
        await store.create_run(asked)
        await store.save_database(Database("shop", "duckdb:///shop", "duckdb", None, shop.TEXT if governed else None))
        await store.save_catalog(shop.catalog())
        await store.save_document(asked.run_id, "briefing", Briefing(date(2025, 4, 1), "f"))
        call = {"type": "tool_use", "id": "a", "name": tool, "input": given}
        reply = await artifacts.put_record(Reply((call,), "tool_use", Usage(), "offline"))
        await store.save_turn(asked.run_id, turn(reply=reply))
        activities = ExploreActivities(
            store,  # type: ignore[arg-type]
            artifacts,  # type: ignore[arg-type]
            lambda database: Shop(),  # type: ignore[arg-type, return-value]
            MemoryRights(),
            row_cap=1_000,
            timeout_seconds=5,
            catalog_age_seconds=60,
        )
        await activities.explore_tool(ToolOrder(asked.run_id, "explore", 1, "a", tool))
        said = await conversation.read(store, artifacts, asked.run_id, "explore", before=2)  # type: ignore[arg-type]
        result, text = said.results[1, "a"]
        return text, result.is_error

    text, is_error = asyncio.run(steps())
    return (text if is_error or not text.startswith(("{", "[")) else json.loads(text)), is_error


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tables are made anew for each statement, which a busy machine takes its time for."""
    monkeypatch.setattr(doubts, "ALL_SECONDS", 60.0)


def values(**given: Any) -> Any:
    return tell("look_at_values", given)[0]


def test_values_of_a_column_come_with_how_often_they_occur() -> None:
    assert values(column="products.category", like="TE") == {"column": "products.category", "values": [{"value": "tea", "rows": 2}]}


def test_values_of_a_computed_field_are_those_that_a_filter_must_use() -> None:
    told = values(column="stores.kind")["values"]
    assert {row["value"] for row in told} == {"mall", "street"}  # the table leaves "street" empty


@pytest.mark.parametrize("column", ['products."category"', '"main"."products"."category"', '"products".category'])
def test_a_column_may_be_written_as_sql_wants_it(column: str) -> None:
    assert values(column=column, like="TE")["values"] == [{"value": "tea", "rows": 2}]


def test_no_value_and_too_many_values_say_what_to_try_next() -> None:
    assert "shorter part" in values(column="products.category", like="cocoa")["note"]
    assert "higher limit" in values(column="stores.city", limit=2)["note"]
    assert "note" not in values(column="stores.city")


@pytest.mark.parametrize(
    ("column", "hint"),
    [
        ("store.city", "Nearest: stores"),
        ("stores.citty", "Nearest: city"),
        ("products.x", "Its columns: product_id, category"),
        ("city", "table.column"),
    ],
)
def test_a_wrong_column_is_answered_with_the_names_there_are(column: str, hint: str) -> None:
    text, is_error = tell("look_at_values", {"column": column})
    assert is_error and hint in text


def test_one_refusal_names_every_wrong_name_of_a_request() -> None:
    wrong = {
        "purpose": "x",
        "metrics": ["revenu"],
        "dimensions": ["stores.town"],
        "filters": [{"field": "orders.state", "op": "=", "values": ["a"]}],
    }
    text, is_error = tell("query_metrics", wrong)
    assert is_error and all(f"'{name}'" in text for name in ("revenu", "stores.town", "orders.state"))


def test_an_order_without_a_direction_is_understood() -> None:
    asked = {"purpose": "Orders by city", "metrics": ["orders"], "dimensions": ["stores.city"], "order_by": [{"field": "stores.city"}]}
    told, is_error = tell("query_metrics", asked)
    cities = [row[0] for row in told["preview"]]
    assert not is_error and cities == sorted(cities) and "warnings" not in told


def test_a_table_that_shares_its_name_with_a_metric_is_described_too() -> None:
    told, _ = tell("describe", {"names": ["orders"]})
    assert {"metric"} == {item["kind"] for item in told if "table" not in item} and any(item.get("table") == "orders" for item in told)


def test_a_wrong_column_in_sql_is_answered_with_those_in_sight() -> None:
    text, is_error = tell("run_sql", {"purpose": "x", "sql": "SELECT no_such FROM stores"})
    assert is_error and "no_such" in text and "store_id, city, kind" in text


def test_a_result_that_does_not_exist_is_named_once() -> None:
    text, is_error = tell("finish", {"primary": "r9", "results": ["r9"]})
    assert is_error and text.count("r9") == 1


def test_governed_metrics_are_not_offered_where_there_are_none() -> None:
    text, is_error = tell("query_metrics", {"purpose": "x", "metrics": ["revenue"]}, governed=False)
    assert is_error and "run_sql" in text


def rows_of(sql: str) -> Any:
    told, is_error = tell("run_sql", {"purpose": "x", "sql": sql})
    assert not is_error, told
    return told


def warnings(sql: str) -> str:
    return " ".join(rows_of(sql).get("warnings", []))


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT * FROM stores WHERE city = 'Olso'", "stores.city is 'Olso' in no row. Its values: 'Bergen'"),
        ("SELECT * FROM stores WHERE city = 'oslo'", "'Oslo'"),
        (
            "SELECT * FROM orders WHERE status = 'sent' AND placed_on >= DATE '2026-01-01'",
            "orders.placed_on goes from 2025-01-31 to 2025-04-01",
        ),
        (
            "SELECT * FROM orders WHERE status = 'cancelled' AND placed_on < DATE '2025-02-01'",
            "of those that fulfil the ones before it none",
        ),
        ("SELECT * FROM orders AS o JOIN visits AS v ON o.order_id = v.visitors", "the joins match no row"),
        ("SELECT store_id FROM orders GROUP BY 1 HAVING count(*) > 9", "HAVING leaves no group"),
        ("WITH few AS (SELECT * FROM order_lines WHERE amount > 99) SELECT count(*) AS n FROM few", "In few: No row fulfils amount > 99"),
        ("SELECT sum(amount) AS total FROM order_lines WHERE quantity > 50", "order_lines.quantity goes from 0 to 4"),
    ],
)
def test_of_nothing_found_it_is_said_which_condition_left_no_row(sql: str, said: str) -> None:
    assert said in warnings(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FILTER (WHERE status = 'canceled') AS cancelled, count(*) AS orders FROM orders",
        "SELECT sum(CASE WHEN status = 'canceled' THEN 1 ELSE 0 END) AS cancelled, count(*) AS orders FROM orders",
        "SELECT count(*) AS orders FROM orders WHERE status IN ('sent', 'canceled')",
        "SELECT count(*) AS orders FROM orders WHERE status <> 'canceled'",
    ],
)
def test_a_text_that_no_row_has_is_told_where_the_rows_do_not_show_it(sql: str) -> None:
    assert "orders.status is 'canceled' in no row. Its values: 'sent', 'cancelled'." in warnings(sql)


def test_a_statement_that_finds_what_it_looks_for_has_no_warning() -> None:
    assert "warnings" not in rows_of("SELECT count(*) AS orders FROM orders WHERE status = 'sent' AND placed_on >= DATE '2025-02-01'")


def test_a_filter_of_a_metric_that_no_row_has_is_told_with_the_values_there_are() -> None:
    asked = {"purpose": "x", "metrics": ["orders"], "filters": [{"field": "stores.city", "op": "=", "values": ["Olso"]}]}
    told, is_error = tell("query_metrics", asked)
    assert not is_error and "'Oslo'" in told["warnings"][0]


def test_a_last_period_that_is_open_is_told() -> None:
    """The shop's data goes to 1 April: that month has hardly begun."""
    told = warnings("SELECT date_trunc('month', placed_on) AS month, count(*) AS orders FROM orders GROUP BY 1")
    assert "from 2025-04-01, is not over" in told


def test_first_quarters_of_several_years_are_no_years() -> None:
    column = ResultColumn("q", "date", "Quarter", dimension="orders.placed_on:quarter")
    query = Query("r1", "x", (column,), 3, Artifact("", 0, ""), "metric")
    quarters = pa.table({"q": [date(2023, 1, 1), date(2024, 1, 1), date(2025, 1, 1)]})
    assert not list(doubts.open_periods(query, quarters, date(2025, 6, 30)))
    assert list(doubts.open_periods(query, quarters, date(2025, 3, 1)))


def test_values_go_on_over_pages() -> None:
    first, second = (values(column="stores.city", limit=2, page=number) for number in (1, 2))
    assert "page 2" in first["note"] and "note" not in second
    assert {row["value"] for told in (first, second) for row in told["values"]} == {"Oslo", "Bergen", "O'Hara's \"End\""}


def test_a_misspelled_part_of_a_value_is_answered_with_the_nearest() -> None:
    assert "Nearest: 'Bergen'" in values(column="stores.city", like="Bergn")["note"]


def test_a_result_that_is_not_there_has_no_rows_to_look_at() -> None:
    text, is_error = tell("look_at_values", {"column": "r7"})
    assert is_error and "none yet" in text


def test_a_table_that_has_the_name_of_a_metric_is_not_told_to_be_one() -> None:
    text, is_error = tell("run_sql", {"purpose": "x", "sql": "SELECT orders.statsu FROM orders"})
    assert is_error and "Nearest: orders.status" in text and "governed metrics" not in text


def test_a_metric_that_is_written_as_a_column_is_answered_with_the_tool_for_it() -> None:
    text, is_error = tell("run_sql", {"purpose": "x", "sql": "SELECT city, sum(revenue) AS total FROM stores GROUP BY city"})
    assert is_error and "revenue: governed metrics, no columns. Use query_metrics" in text


@pytest.mark.parametrize(
    ("dimension", "hint"),
    [
        ("store.city", "Nearest: stores.city."),
        ("stores.cty", "Nearest: stores.city. Other fields of stores: stores.kind."),
        ("stores.owner", "Fields of stores: stores.city, stores.kind."),
        ("customers.city", "Nearest: stores.city."),
    ],
)
def test_a_wrong_dimension_is_answered_with_the_fields_that_may_be_meant(dimension: str, hint: str) -> None:
    text, is_error = tell("query_metrics", {"purpose": "x", "metrics": ["orders"], "dimensions": [dimension]})
    assert is_error and hint in text


def test_a_metric_of_a_column_that_is_gone_is_said_to_be_of_an_old_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop, "TEXT", shop.TEXT.replace("COUNT(orders.order_id)}", "COUNT(orders.order_no)}", 1))
    text, is_error = tell("query_metrics", {"purpose": "p", "metrics": ["orders"]})
    assert is_error and "order_no" in text and "does not fit the tables any more" in text and "use run_sql" in text


def test_a_period_that_ends_on_the_last_day_of_a_month_is_said_to_leave_it_out() -> None:
    asked = {"purpose": "p", "metrics": ["orders"], "dimensions": ["stores.city"]}
    told, _ = tell("query_metrics", asked | {"time": {"from": "2025-02-01", "to": "2025-02-28"}})
    assert (
        "`to` is exclusive: 2025-02-28 itself is left out. If the whole month is meant, say 2025-03-01 and call again." in told["warnings"]
    )
    assert any("ends before" in caveat and "28" in caveat for caveat in told["caveats"])
    told, _ = tell("query_metrics", asked | {"time": {"from": "2025-02-01", "to": "2025-03-01"}})
    assert not any("exclusive" in warning for warning in told.get("warnings", ())) and "ends before" not in str(told.get("caveats"))


def test_a_threshold_of_fifty_on_a_share_is_said_to_be_five_thousand_percent() -> None:
    asked = {"purpose": "p", "metrics": ["sent_share"], "dimensions": ["stores.city"]}
    told, _ = tell("query_metrics", asked | {"having": [{"metric": "sent_share", "op": ">", "value": 50}]})
    assert told["rows"] == 0
    assert told["warnings"][0] == ("sent_share is a share: `having` > 50 means 5,000 %. If 50 % is meant, ask for 0.5 and call again.")
    told, _ = tell("query_metrics", asked | {"having": [{"metric": "sent_share", "op": ">", "value": 0.5}]})
    assert told["rows"] > 0 and "warnings" not in told


def test_a_share_of_free_sql_is_told_as_a_percentage() -> None:
    sql = "SELECT AVG(CASE WHEN status = 'sent' THEN 1.0 ELSE 0 END) AS sent_rate, COUNT(*) AS n FROM orders"
    told, _ = tell("run_sql", {"purpose": "p", "sql": sql}, governed=False)
    assert [column.get("format") for column in told["columns"]] == ["percent", None]


def test_a_threshold_that_none_fulfills_too_is_said_to_leave_those_without_rows_out() -> None:
    asked = {"purpose": "p", "metrics": ["orders"], "dimensions": ["stores.city"]}
    few = [{"metric": "orders", "op": "<", "value": 3}]
    told, _ = tell("query_metrics", asked | {"having": few})
    assert [row[0] for row in told["preview"]] == ["Bergen"]
    assert "what has no row at all is not among these. If it is meant too, call again with `members`." in told["warnings"][0]
    told, _ = tell("query_metrics", asked | {"having": few, "members": True})
    assert len(told["preview"]) == 2 and "warnings" not in told
    told, _ = tell("query_metrics", asked | {"having": [{"metric": "orders", "op": ">", "value": 1}]})
    assert "warnings" not in told
    by_day = {"dimensions": ["orders.placed_on:day"], "time": {"from": "2025-01-01", "to": "2025-05-01"}, "having": few}
    told, _ = tell("query_metrics", asked | by_day)
    assert "call again with `fill`" in told["warnings"][0]


def test_more_equals_than_are_shown_are_told_with_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"purpose": "p", "metrics": ["orders"], "dimensions": ["stores.city"], "limit": 1}
    assert tied.MORE_ROWS not in tell("query_metrics", asked)[0].get("caveats", ())
    monkeypatch.setattr(tied, "MOST_EQUAL", 0)
    told, _ = tell("query_metrics", asked)
    assert tied.MORE_ROWS in told["caveats"]
    assert "Rows that equal the last one by which the limit counts are shown too, up to 20 more." in told["read_as"]
