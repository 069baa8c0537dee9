"""Publishing over REST: once is enough, twice is the same, and breaking off anywhere is mended by publishing again."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from fakes.published_runs import ranking
from fakes.superset_server import PASSWORD, SupersetServer

from analytics_agent.adapters.superset.rest import SupersetRest
from analytics_agent.deliver.superset_plan import plan
from analytics_agent.domain.database import Database
from analytics_agent.domain.report import Receipt
from analytics_agent.errors import PublishRejected, SupersetUnavailable

DATABASE = Database("flights", "postgresql+psycopg://reader:p%40ss@db.internal:5432/flights?sslmode=require&options=-csearch_path%3Dair")
PLAN = plan(ranking())
WHOLE = {"database": 1, "dataset": 3, "chart": 4, "dashboard": 1}


def publisher(server: SupersetServer, password: str = PASSWORD) -> SupersetRest:
    return SupersetRest("http://superset.test/", "analytics_agent", password, transport=server)


def publish(server: SupersetServer, database: Database = DATABASE) -> Receipt:
    return asyncio.run(publisher(server).publish(PLAN, database))


def requests_of_one_publishing() -> int:
    server = SupersetServer()
    publish(server)
    return len(server.requests)


def test_publishing_makes_every_object_of_the_plan_and_says_where_it_is() -> None:
    server = SupersetServer()
    receipt = publish(server)
    assert server.counts() == WHOLE
    assert receipt.dashboard_url == f"http://superset.test/superset/dashboard/{PLAN.slug}/"
    assert [p.kind for p in receipt.objects].count("chart") == len(PLAN.charts)


def test_publishing_twice_gives_the_same_objects_under_the_same_numbers() -> None:
    server = SupersetServer()
    first = publish(server)
    assert publish(server) == first
    assert server.counts() == WHOLE


def test_two_publishers_at_once_make_nothing_twice() -> None:
    server = SupersetServer()

    async def both() -> list[Receipt]:
        return await asyncio.gather(publisher(server).publish(PLAN, DATABASE), publisher(server).publish(PLAN, DATABASE))

    first, second = asyncio.run(both())
    assert first == second
    assert server.counts() == WHOLE


@pytest.mark.parametrize("after_effect", [False, True], ids=["request lost", "reply lost"])
@pytest.mark.parametrize("answer", [None, 500], ids=["connection", "500"])
@pytest.mark.parametrize("request_number", range(1, requests_of_one_publishing() + 1))
def test_breaking_off_at_any_request_is_mended_by_publishing_again(request_number: int, answer: int | None, after_effect: bool) -> None:
    server = SupersetServer()
    server.break_at, server.break_after_effect, server.broken_answer = request_number, after_effect, answer
    with pytest.raises(SupersetUnavailable):
        publish(server)
    receipt = publish(server)
    assert server.counts() == WHOLE
    assert {p.id for p in receipt.objects if p.kind == "chart"} == set(server.objects["chart"])
    (dashboard,) = server.objects["dashboard"].values()
    assert dashboard["published"] is True


def test_a_token_that_runs_out_midway_is_renewed() -> None:
    server = SupersetServer()
    server.tokens_live_for = 9
    publish(server)
    assert server.counts() == WHOLE
    assert server.requests.count("POST /api/v1/security/login") > 1


def test_a_token_that_never_works_is_a_refusal_and_no_endless_loop() -> None:
    server = SupersetServer()
    server.tokens_live_for = 1
    with pytest.raises(PublishRejected):
        publish(server)
    assert len(server.requests) < 20


def test_a_wrong_password_names_the_settings_to_check() -> None:
    with pytest.raises(PublishRejected, match="ANALYTICS_AGENT_SUPERSET_PASSWORD") as caught:
        asyncio.run(publisher(SupersetServer(), "wrong-password").publish(PLAN, DATABASE))
    assert "wrong-password" not in str(caught.value)


def test_a_dashboard_is_shown_to_others_only_when_its_charts_have_been_checked() -> None:
    server = SupersetServer()
    server.chart_error = "column x does not exist"
    with pytest.raises(PublishRejected, match="column x does not exist"):
        publish(server)
    assert not server.objects["dashboard"]


def test_what_is_refused_half_way_is_taken_back() -> None:
    """The run says that nothing was published. The connection stays: other runs use it."""
    server = SupersetServer()
    server.chart_error = "column x does not exist"
    with pytest.raises(PublishRejected):
        publish(server)
    assert server.counts() == {"database": 1, "dataset": 0, "chart": 0, "dashboard": 0}


@pytest.mark.parametrize("request_number", range(1, requests_of_one_publishing() + 1))
def test_what_is_cancelled_half_way_is_taken_back(request_number: int) -> None:
    server = SupersetServer()

    async def cancelled() -> None:
        publishing = asyncio.create_task(publisher(server).publish(PLAN, DATABASE))
        while len(server.requests) < request_number:
            await asyncio.sleep(0)
        publishing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await publishing

    asyncio.run(cancelled())
    assert {kind: count for kind, count in server.counts().items() if kind != "database"} == {"dataset": 0, "chart": 0, "dashboard": 0}


def test_a_refusal_is_told_even_when_it_cannot_be_taken_back() -> None:
    server = SupersetServer()
    server.chart_error = "column x does not exist"
    with pytest.raises(PublishRejected):
        publish(server)
    refused_at = next(n for n, line in enumerate(server.requests, 1) if line.endswith("/data/"))
    server = SupersetServer()
    server.chart_error, server.break_at = "column x does not exist", refused_at + 1
    with pytest.raises(PublishRejected, match="column x does not exist"):
        publish(server)


def test_a_chart_without_rows_is_refused_when_its_query_had_some() -> None:
    server = SupersetServer()
    server.rows = 0
    with pytest.raises(PublishRejected, match="no rows"):
        publish(server)


@pytest.mark.parametrize(("dialect", "name"), [("duckdb", "DuckDB"), ("sqlite", "SQLite")])
def test_an_engine_superset_cannot_reach_is_refused_before_any_request(dialect: str, name: str) -> None:
    server = SupersetServer()
    with pytest.raises(PublishRejected, match=name):
        publish(server, Database("files", f"{dialect}:////data/files.db", dialect=dialect))
    assert server.requests == []


def test_the_connection_is_read_only_limited_and_keeps_its_own_options() -> None:
    server = SupersetServer()
    publish(server)
    (connection,) = server.objects["database"].values()
    assert connection["sqlalchemy_uri"] == "postgresql+psycopg2://reader:p%40ss@db.internal:5432/flights?sslmode=require"
    options = json.loads(connection["extra"])["engine_params"]["connect_args"]["options"]
    assert options == "-csearch_path=air -c default_transaction_read_only=on -c statement_timeout=30000"
    assert connection["allow_dml"] is False


def test_a_refusal_repeats_no_password_and_no_address_of_the_warehouse() -> None:
    class Talkative(SupersetServer):
        def _create(self, kind: str, body: dict[str, Any]) -> httpx2.Response:
            return httpx2.Response(422, json={"message": f"cannot parse {body['sqlalchemy_uri']} or p@ss, {PASSWORD}: " + "x" * 5_000})

    with pytest.raises(PublishRejected) as caught:
        publish(Talkative())
    for secret in ("p%40ss", "p@ss", PASSWORD, "db.internal"):
        assert secret not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_something_else_at_the_address_is_told_from_superset() -> None:
    class Other(SupersetServer):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            return httpx2.Response(200, text="<html>hello</html>")

    with pytest.raises(PublishRejected, match="ANALYTICS_AGENT_SUPERSET_URL"):
        publish(Other())


def test_being_asked_to_wait_is_passed_on() -> None:
    class Busy(SupersetServer):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            return httpx2.Response(429, headers={"Retry-After": "7"})

    with pytest.raises(SupersetUnavailable) as caught:
        publish(Busy())
    assert caught.value.retry_after == 7


def test_no_superset_is_unavailable_and_not_a_traceback() -> None:
    with pytest.raises(SupersetUnavailable, match="does not answer"):
        asyncio.run(SupersetRest("http://127.0.0.1:9", "a", "b").publish(PLAN, DATABASE))


def test_a_superset_on_this_machine_is_not_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}")
        await writer.drain()
        writer.close()

    async def ask() -> None:
        async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            await SupersetRest(f"http://127.0.0.1:{port}", "a", "b").publish(PLAN, DATABASE)

    with pytest.raises(PublishRejected, match="login"):
        asyncio.run(ask())


def test_withdrawing_leaves_only_the_connection_and_can_be_repeated() -> None:
    server = SupersetServer()
    publish(server)
    for _ in range(2):
        assert asyncio.run(publisher(server).withdraw(PLAN)) == ()
    assert server.counts() == {"database": 1, "dataset": 0, "chart": 0, "dashboard": 0}


def test_a_dataset_that_somebody_else_draws_on_is_left_standing() -> None:
    server = SupersetServer()
    publish(server)
    dataset = next(number for number, o in server.objects["dataset"].items() if o["uuid"] == PLAN.datasets[1].uuid)
    server.objects["chart"][999] = {"uuid": "theirs", "datasource_id": dataset}
    (kept,) = asyncio.run(publisher(server).withdraw(PLAN))
    assert (kept.id, kept.uuid) == (dataset, PLAN.datasets[1].uuid)
    assert list(server.objects["dataset"]) == [dataset]
    assert list(server.objects["chart"]) == [999]


def _objects(receipt: Receipt) -> list[Any]:
    return [(one.kind, one.uuid) for one in receipt.objects if one.kind != "database"]


def test_what_is_erased_leaves_only_the_connection_and_can_be_repeated() -> None:
    server = SupersetServer()
    objects = _objects(publish(server))
    for _ in range(2):
        assert asyncio.run(publisher(server).remove(objects)) == 0
    assert server.counts() == {"database": 1, "dataset": 0, "chart": 0, "dashboard": 0}


def test_of_a_dataset_that_somebody_else_draws_on_the_name_and_its_texts_are_erased() -> None:
    server = SupersetServer()
    objects = _objects(publish(server))
    wanted = PLAN.datasets[1]
    dataset = next(number for number, o in server.objects["dataset"].items() if o["uuid"] == wanted.uuid)
    server.objects["chart"][999] = {"uuid": "theirs", "datasource_id": dataset}
    for _ in range(2):
        assert asyncio.run(publisher(server).remove(objects)) == 1
    (left,) = server.objects["dataset"].values()
    assert (left["table_name"], left["description"]) == (f"erased {wanted.uuid}", None)
    assert [column["verbose_name"] for column in left["columns"]] == [None]
    assert list(server.objects["chart"]) == [999]


def test_a_superset_that_is_away_while_it_erases_is_asked_again() -> None:
    server = SupersetServer()
    objects = _objects(publish(server))
    server.break_at = len(server.requests) + 6
    with pytest.raises(SupersetUnavailable):
        asyncio.run(publisher(server).remove(objects))
    assert asyncio.run(publisher(server).remove(objects)) == 0
    assert server.counts()["dataset"] == server.counts()["chart"] == server.counts()["dashboard"] == 0


def test_what_a_person_asked_belongs_to_them_in_superset() -> None:
    server = SupersetServer()
    asyncio.run(publisher(server).publish(replace(PLAN, owner=7, status="draft"), DATABASE))
    for kind in ("dataset", "chart", "dashboard"):
        assert all(one["owners"] == [7] for one in server.objects[kind].values()), kind
    assert all("owners" not in one for one in server.objects["database"].values())
    assert [one["published"] for one in server.objects["dashboard"].values()] == [False]


def test_a_run_of_a_key_names_no_owner() -> None:
    server = SupersetServer()
    publish(server)
    assert not any("owners" in one for kept in server.objects.values() for one in kept.values())


def test_sql_lab_is_told_of_a_database_once_however_often_it_is_told() -> None:
    server = SupersetServer()
    assert asyncio.run(publisher(server).connect(DATABASE))
    assert asyncio.run(publisher(server).connect(DATABASE))
    assert server.counts()["database"] == 1


def test_a_database_that_superset_cannot_reach_is_left_out_of_sql_lab() -> None:
    server = SupersetServer()
    assert not asyncio.run(publisher(server).connect(Database("shop", "duckdb:////tmp/shop.duckdb", "duckdb")))
    assert server.requests == []
