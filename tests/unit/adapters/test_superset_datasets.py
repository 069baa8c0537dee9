"""Datasets are read whole and changed in part: what an edit does not name stays, and what changed meanwhile is left."""

import asyncio
import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from fakes.superset_server import PASSWORD, SupersetServer

from analytics_agent.activities.superset_datasets import is_of_people
from analytics_agent.adapters.superset.datasets import PAGE, SupersetDatasets
from analytics_agent.deliver.superset_addresses import address
from analytics_agent.domain.database import Database, superset_uuid
from analytics_agent.domain.superset_dataset import DatasetEdit, NewDataset, PartEdit, SupersetColumn, SupersetDataset, SupersetMetric
from analytics_agent.errors import PublishRejected, SupersetUnavailable

SHOP = Database("shop", "postgresql://reader:geheim@host/shop")
ORDERS: dict[str, Any] = {
    "uuid": "u7",
    "database": 1,
    "table_name": "orders",
    "schema": "public",
    "sql": None,
    "main_dttm_col": "placed_on",
    "extra": None,
    "changed_on": "2026-01-01T00:00:00",
    "owners": [{"id": 1, "first_name": "the", "last_name": "service"}, {"id": 2, "first_name": "Ada", "last_name": "Able"}],
    "columns": [{"id": 4, "column_name": "placed_on", "is_dttm": True, "groupby": True, "verbose_name": None, "expression": None}],
    "metrics": [
        {"id": 5, "metric_name": "count", "expression": "COUNT(*)", "currency": '{"symbol": "EUR"}', "d3format": None},
        {"id": 6, "metric_name": "other", "expression": "SUM(x)", "currency": {"symbol": "USD", "symbolPosition": "prefix"}},
    ],
}


def server(datasets: int = 1) -> SupersetServer:
    made = SupersetServer()
    made.objects["database"][1] = {"uuid": superset_uuid("shop"), "database_name": "shop"}
    for number in range(7, 7 + datasets):
        made.objects["dataset"][number] = {**json.loads(json.dumps(ORDERS)), "database": 1, "uuid": f"u{number}"}
    return made


def datasets(there: SupersetServer) -> SupersetDatasets:
    return SupersetDatasets("http://superset.test/", "analytics_agent", PASSWORD, transport=there)


def read(there: SupersetServer, database: Database = SHOP) -> tuple[SupersetDataset, ...]:
    return asyncio.run(datasets(there).read(database, is_of_people))


EDIT = DatasetEdit(
    7,
    "orders",
    "2026-01-01T00:00:00",
    {"extra": "{}", "description": "What was bought."},
    (PartEdit("a column", None, {"column_name": "large", "expression": "x > 1"}),),
    (PartEdit("count", 5, {"verbose_name": "Orders"}),),
)


def test_a_dataset_is_read_with_its_parts_and_without_our_own_account_among_its_owners() -> None:
    assert read(server()) == (
        SupersetDataset(
            7,
            "u7",
            "orders",
            "public",
            owners=("Ada Able",),
            time_column="placed_on",
            changed="2026-01-01T00:00:00",
            columns=(SupersetColumn(4, "placed_on", is_time=True),),
            metrics=(SupersetMetric(5, "count", "COUNT(*)", currency="EUR"), SupersetMetric(6, "other", "SUM(x)", currency="USD")),
        ),
    )


def test_all_pages_are_read() -> None:
    assert len(read(server(2 * PAGE + 3))) == 2 * PAGE + 3


def test_what_was_published_of_answers_is_not_read() -> None:
    there = server(3)
    there.objects["dataset"][7] |= {"table_name": "delay_ab12cd34ef_r1", "uuid": address("ab12cd34ef", "dataset", "r1")}
    there.objects["dataset"][8] |= {"table_name": "erased u8"}
    there.objects["dataset"][9] |= {"table_name": "delay_ab12cd34ef_r1"}  # called so by somebody
    assert [one.id for one in read(there)] == [9]


def test_what_an_edit_does_not_name_stays_as_it_is() -> None:
    there = server()
    assert asyncio.run(datasets(there).edit(SHOP, (EDIT,))) == ()
    kept = there.objects["dataset"][7]
    assert kept["columns"] == [{"id": 4, "column_name": "placed_on"}, {"column_name": "large", "expression": "x > 1"}]
    assert kept["metrics"] == [
        {"id": 5, "metric_name": "count", "expression": "COUNT(*)", "verbose_name": "Orders"},
        {"id": 6, "metric_name": "other", "expression": "SUM(x)"},
    ]
    assert kept["description"] == "What was bought." and kept["owners"] == ORDERS["owners"]


def test_a_dataset_that_was_changed_meanwhile_or_is_gone_is_left_and_named() -> None:
    there = server()
    there.objects["dataset"][7]["changed_on"] = "2026-01-02T00:00:00"
    assert asyncio.run(datasets(there).edit(SHOP, (EDIT,))) == (
        "dataset `orders`: somebody changed it in the meantime; nothing was written. Do it again.",
    )
    assert there.objects["dataset"][7]["metrics"] == ORDERS["metrics"]
    del there.objects["dataset"][7]
    assert asyncio.run(datasets(there).edit(SHOP, (EDIT,))) == ("dataset `orders`: it is not there any more.",)


def test_a_lost_reply_is_no_change_of_somebody_else() -> None:
    there = server()
    there.break_at, there.break_after_effect = 5, True
    with pytest.raises(SupersetUnavailable):
        asyncio.run(datasets(there).edit(SHOP, (EDIT,)))
    there.objects["dataset"][7]["changed_on"] = "2026-01-01T00:00:01"  # as Superset notes it
    before = json.dumps(there.objects["dataset"][7])
    assert asyncio.run(datasets(there).edit(SHOP, (EDIT,))) == ()
    assert json.dumps(there.objects["dataset"][7]) == before


def test_a_connection_that_superset_does_not_know_and_an_engine_it_cannot_have_are_said() -> None:
    with pytest.raises(PublishRejected, match="does not know the database other yet"):
        read(server(), Database("other", "postgresql://reader:geheim@host/shop"))
    with pytest.raises(PublishRejected, match="not published"):
        read(server(), Database("file", "duckdb:///x.duckdb", "duckdb"))


NEW = DatasetEdit(
    0,
    "clients",
    "",
    {"extra": '{"analytics_agent": {}}', "description": "Who buys.", "main_dttm_col": "since"},
    (PartEdit("column name", None, {"column_name": "name", "verbose_name": "Client"}),),
    (PartEdit("count", None, {"metric_name": "count", "expression": "COUNT(*)", "verbose_name": "Clients"}),),
    NewDataset("u-new", "public"),
)


def made(there: SupersetServer) -> list[dict[str, Any]]:
    return [one for one in there.objects["dataset"].values() if one["uuid"] == "u-new"]


def with_clients(**more: Any) -> SupersetServer:
    there = server()
    there.tables["clients"] = {"columns": ["id", "name"], "metrics": ["count"]} | more
    return there


def test_a_dataset_that_superset_does_not_have_is_made_in_its_database_and_described() -> None:
    there = with_clients()
    assert asyncio.run(datasets(there).edit(SHOP, (NEW,))) == ()
    (one,) = made(there)
    assert (one["database"], one["schema"], one["table_name"], one["main_dttm_col"]) == (1, "public", "clients", "since")
    assert "sql" not in one and "owners" not in one  # the service account's own, whoever sent it
    assert one["columns"] == [{"id": 1, "column_name": "id"}, {"id": 2, "column_name": "name", "verbose_name": "Client"}]
    assert one["metrics"] == [{"id": 1, "metric_name": "count", "expression": "COUNT(*)", "verbose_name": "Clients"}]


def test_a_dataset_of_a_query_is_one_in_the_schema_of_the_database() -> None:
    there = with_clients()
    query = replace(NEW, new=NewDataset("u-new", None, "SELECT name FROM clients"))
    assert asyncio.run(datasets(there).edit(replace(SHOP, schema="sales"), (query,))) == ()
    (one,) = made(there)
    assert (one["schema"], one["sql"]) == ("sales", "SELECT name FROM clients")


@pytest.mark.parametrize("break_at", range(4, 10))
@pytest.mark.parametrize("after_effect", [False, True])
def test_whatever_breaks_off_a_second_try_ends_with_one_dataset_and_all_of_it(break_at: int, after_effect: bool) -> None:
    there, whole = with_clients(), with_clients()
    asyncio.run(datasets(whole).edit(SHOP, (NEW,)))
    there.break_at, there.break_after_effect = break_at, after_effect
    with suppress(SupersetUnavailable):
        asyncio.run(datasets(there).edit(SHOP, (NEW,)))
    assert asyncio.run(datasets(there).edit(SHOP, (NEW,))) == ()
    assert made(there) == made(whole)


def test_what_superset_does_not_describe_is_not_left_there_half_made() -> None:
    there = with_clients()
    there.refuses = "PUT /api/v1/dataset/"
    (said,) = asyncio.run(datasets(there).edit(SHOP, (NEW,)))
    assert said.startswith("dataset `clients`: Superset refused") and made(there) == []


def test_a_dataset_that_another_export_made_meanwhile_is_left() -> None:
    there = with_clients()
    asyncio.run(datasets(there).edit(SHOP, (replace(NEW, changes={"extra": '{"analytics_agent": {"a": "b"}}'}),)))
    before = json.dumps(made(there))
    assert asyncio.run(datasets(there).edit(SHOP, (NEW,))) == (
        "dataset `clients`: somebody made it in the meantime; nothing was written. Do it again.",
    )
    assert json.dumps(made(there)) == before
