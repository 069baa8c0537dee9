"""Publishing to a real Superset 6.1 over a real PostgreSQL."""

import asyncio
import uuid
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from fakes.published_runs import AIRLINE, FLIGHTS, query, ranking, run, scalar, smallest
from integration.superset.running import Superset

from analytics_agent.deliver.superset_plan import plan
from analytics_agent.domain.answer import Claim
from analytics_agent.domain.database import Database
from analytics_agent.domain.publish_plan import PublishPlan
from analytics_agent.domain.report import Receipt
from analytics_agent.errors import PublishRejected, SupersetUnavailable

pytestmark = pytest.mark.stack


@pytest.fixture
def run_id(superset: Superset) -> Iterator[str]:
    """A run's id of this test's own; whatever is published for it is withdrawn."""
    made = uuid.uuid4().hex[:10]
    yield made
    for finished in (ranking(made), scalar(made)):
        asyncio.run(superset.publisher().withdraw(plan(finished)))


async def standing(superset: Superset, published: PublishPlan) -> dict[str, list[dict[str, Any]]]:
    """Everything in Superset that bears an address of the plan, found by list so that twins would show."""
    addresses = {
        "dataset": [dataset.uuid for dataset in published.datasets],
        "chart": [chart.uuid for chart in published.charts],
        "dashboard": [published.uuid],
    }
    async with superset.session() as session:
        return {
            kind: [found for address in wanted for found in await session.select(f"{kind}/", "uuid", address)]
            for kind, wanted in addresses.items()
        }


def counted(superset: Superset, published: PublishPlan) -> dict[str, int]:
    return {kind: len(found) for kind, found in asyncio.run(standing(superset, published)).items()}


def publish(superset: Superset, published: PublishPlan, warehouse: Database) -> Receipt:
    return asyncio.run(superset.publisher().publish(published, warehouse))


class Breaking(httpx2.AsyncBaseTransport):
    """The real network, broken off at one request: its effect may have happened, its reply is lost."""

    def __init__(self, at: int, after_effect: bool) -> None:
        self._inner = httpx2.AsyncHTTPTransport()
        self._at = at
        self._after_effect = after_effect
        self.seen = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.seen += 1
        if self.seen != self._at:
            return await self._inner.handle_async_request(request)
        if self._after_effect:
            await (await self._inner.handle_async_request(request)).aread()
        raise httpx2.ReadError("broken off", request=request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def test_publishing_twice_gives_the_same_objects_under_the_same_numbers(superset: Superset, warehouse: Database, run_id: str) -> None:
    published = plan(ranking(run_id))
    assert publish(superset, published, warehouse) == publish(superset, published, warehouse)
    assert counted(superset, published) == {"dataset": 3, "chart": 4, "dashboard": 1}


def test_every_chart_answers_without_a_browser_and_with_the_results_own_figures(
    superset: Superset, warehouse: Database, run_id: str
) -> None:
    published = plan(scalar(run_id))
    receipt = publish(superset, published, warehouse)

    async def values() -> list[float]:
        async with superset.session() as session:
            tiles = [p for p in receipt.objects if p.kind == "chart" and not p.title.endswith("the rows")]
            answers = [(await session.read(f"chart/{tile.id}/data/"))["result"][0]["data"] for tile in tiles]
            return [next(iter(rows[0].values())) for rows in answers]

    assert asyncio.run(values()) == [2000, 9.506375, 0.2875]


@pytest.mark.parametrize("after_effect", [False, True], ids=["request lost", "reply lost"])
def test_breaking_off_at_any_request_is_mended_by_publishing_again(
    superset: Superset, warehouse: Database, run_id: str, after_effect: bool
) -> None:
    published = plan(smallest(run_id))
    at = 0
    while True:
        at += 1
        transport = Breaking(at, after_effect)
        try:
            asyncio.run(superset.publisher(transport).publish(published, warehouse))
        except SupersetUnavailable:
            receipt = publish(superset, published, warehouse)
            assert counted(superset, published) == {"dataset": 1, "chart": 2, "dashboard": 1}, f"broken off at request {at}"
            assert len(receipt.objects) == 5
            asyncio.run(superset.publisher().withdraw(published))
            continue
        break
    assert at > 12


def test_two_workers_at_once_publish_one_dashboard(superset: Superset, warehouse: Database, run_id: str) -> None:
    published = plan(ranking(run_id))

    async def one() -> Receipt:
        for _ in range(5):
            try:
                return await superset.publisher().publish(published, warehouse)
            except SupersetUnavailable:  # as Temporal does
                await asyncio.sleep(0.3)
        raise AssertionError("still unavailable after five attempts")

    async def both() -> list[Receipt]:
        return await asyncio.gather(one(), one())

    first, second = asyncio.run(both())
    assert first == second
    assert counted(superset, published) == {"dataset": 3, "chart": 4, "dashboard": 1}


def test_withdrawing_removes_everything_and_can_be_repeated(superset: Superset, warehouse: Database, run_id: str) -> None:
    published = plan(ranking(run_id))
    publish(superset, published, warehouse)
    for _ in range(2):
        assert asyncio.run(superset.publisher().withdraw(published)) == ()
    assert counted(superset, published) == {"dataset": 0, "chart": 0, "dashboard": 0}


def test_supersets_own_sessions_cannot_write_and_stop_in_time(superset: Superset, warehouse: Database, run_id: str) -> None:
    limits = "SELECT current_setting('transaction_read_only') AS airline, current_setting('statement_timeout') AS origin, 1 AS flights"
    columns = (AIRLINE, AIRLINE.__class__("origin", "text", "Timeout", format="text"), FLIGHTS)
    published = plan(run(run_id, "Limits?", (query(1, "Limits", columns, 1, limits),), (Claim("So.", ()),)))
    receipt = publish(superset, published, warehouse)
    table = next(p for p in receipt.objects if p.kind == "chart" and p.title.endswith("the rows"))

    async def row() -> dict[str, Any]:
        async with superset.session() as session:
            found: dict[str, Any] = (await session.read(f"chart/{table.id}/data/"))["result"][0]["data"][0]
            return found

    assert asyncio.run(row()) == {"airline": "on", "origin": "30s", "flights": 1}
    asyncio.run(superset.publisher().withdraw(published))


def test_sql_with_percent_signs_colons_and_quotes_arrives_unchanged(superset: Superset, warehouse: Database, run_id: str) -> None:
    sql = "SELECT airline, count(*) AS flights FROM flights WHERE airline LIKE '%50\\%' OR airline = ':a it''s' GROUP BY airline"
    published = plan(run(run_id, "Odd?", (query(1, "Odd names", (AIRLINE, FLIGHTS), 1, sql),), (Claim("So.", ()),)))
    receipt = publish(superset, published, warehouse)
    table = next(p for p in receipt.objects if p.kind == "chart" and p.title.endswith("the rows"))

    async def rows() -> list[dict[str, Any]]:
        async with superset.session() as session:
            found: list[dict[str, Any]] = (await session.read(f"chart/{table.id}/data/"))["result"][0]["data"]
            return found

    assert asyncio.run(rows()) == [{"airline": "100% Charlie: 50%", "flights": 500}]
    asyncio.run(superset.publisher().withdraw(published))


def test_a_chart_whose_table_has_gone_is_refused_with_supersets_reason(superset: Superset, warehouse: Database, run_id: str) -> None:
    published = plan(scalar(run_id))
    publish(superset, published, warehouse)
    gone = Database(warehouse.name, warehouse.uri.rpartition("/")[0] + "/postgres", schema="public")
    with pytest.raises((PublishRejected, SupersetUnavailable)) as caught:
        asyncio.run(superset.publisher().publish(published, gone))
    assert "only-reads" not in str(caught.value)


def test_a_wrong_warehouse_password_is_refused_and_not_repeated(superset: Superset, warehouse: Database, run_id: str) -> None:
    wrong = Database(warehouse.name, warehouse.uri.replace("only-reads", "not-this-one"), schema="public")
    with pytest.raises(PublishRejected, match=r"password|Connection failed") as caught:
        publish(superset, plan(scalar(run_id)), wrong)
    assert "not-this-one" not in str(caught.value)
