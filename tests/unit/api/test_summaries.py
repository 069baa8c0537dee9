"""A list of runs over HTTP without what makes their documents long."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fakes.api import Api
from fakes.memory_store import MemoryStore
from fakes.records import ANSWER, RECEIPT, question

from analytics_agent.domain.delivery import Delivery, Recipient
from analytics_agent.domain.period import Span
from analytics_agent.domain.replay import Replayed
from analytics_agent.domain.run import Clarification, Run
from analytics_agent.errors import OperatorError

pytestmark = pytest.mark.anyio

LEFT_OUT = {"answer", "queries", "findings", "changes", "superset", "caveats", "model"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    return await Api().prepare()


async def _listed(api: Api, **parameters: Any) -> dict[str, Any]:
    answer = await api.client(api.ask).get("/v1/analyses", params=parameters)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


async def test_a_summary_says_how_a_run_went_and_leaves_out_how(api: Api) -> None:
    run_id = await api.finished_run()
    await api.store.add_delivery(Delivery("d1", run_id, Recipient("mail", "ops@example.com"), "v1", "held", "No right to see it."))
    (one,), (whole,) = (await _listed(api, view="summary"))["analyses"], (await _listed(api))["analyses"]
    assert (one["headline"], one["dashboard_url"]) == (ANSWER.headline, RECEIPT.dashboard_url)
    assert [(sent["recipient"], sent["state"]) for sent in one["deliveries"]] == [("mail:ops@example.com", "held")]
    assert one["report"] == {"html": f"/v1/analyses/{run_id}/report.html", "pdf": f"/v1/analyses/{run_id}/report.pdf"}
    assert one["usage"] == {"cost_usd": 0.25, "seconds": whole["usage"]["seconds"]}
    same = set(one) - {"report", "usage", "dashboard_url"}
    assert {name: one[name] for name in same} == {name: whole[name] for name in same}
    assert not LEFT_OUT & set(one) and set(whole) >= LEFT_OUT


async def test_a_summary_of_a_scheduled_report_names_schedule_and_period(api: Api) -> None:
    asked = question(owner=api.owner, schedule="s1", replays="r0", scheduled_for=datetime(2014, 9, 1, 5, tzinfo=UTC))
    await api.store.create_run(asked)
    days = Span(date(2014, 6, 1), date(2014, 9, 1))
    await api.store.save_document(asked.run_id, "replayed", Replayed("r0", "How late in 2014?", date(2014, 8, 31), "year", days, "summer"))
    (one,) = (await _listed(api, view="summary"))["analyses"]
    assert one["schedule"] == {"id": "s1", "due": "2014-09-01T05:00:00Z", "replays": "r0"}
    assert one["period"] == {"name": "summer", "start": "2014-06-01", "end": "2014-09-01", "moves_by": "year"}
    assert (one["question"], one["status"], one["finished_at"]) == ("How late in 2014?", "queued", None)


async def test_a_summary_says_what_a_run_waits_for(api: Api) -> None:
    asked = question(owner=api.owner)
    await api.store.create_run(asked)
    await api.store.ask_person(asked.run_id, Clarification("Which summer?", ("2013", "both")))
    await api.store.set_status(asked.run_id, "needs_input")
    (one,) = (await _listed(api, view="summary"))["analyses"]
    assert one["clarification"] == {"question": "Which summer?", "readings": ["2013", "both"], "answer": None}


async def test_summaries_have_pages_and_end(api: Api) -> None:
    start = datetime.now(UTC)
    runs = [question(owner=api.owner, asked_at=start + timedelta(seconds=n)) for n in range(3)]
    for asked in (*runs, question(owner="k9")):
        await api.store.create_run(asked)
    first = await _listed(api, view="summary", limit=2)
    rest = await _listed(api, view="summary", limit=2, before=first["next"])
    assert [one["id"] for one in (*first["analyses"], *rest["analyses"])] == [asked.run_id for asked in reversed(runs)]
    assert rest["next"] is None
    assert await _listed(api, view="summary", before=rest["analyses"][0]["asked_at"]) == {"analyses": [], "next": None}


async def test_the_summaries_of_others_need_the_scope_admin(api: Api) -> None:
    await api.finished_run()
    everyone = {"view": "summary", "everyone": "true"}
    assert (await api.client(api.other).get("/v1/analyses?view=summary")).json()["analyses"] == []
    assert (await api.client(api.ask).get("/v1/analyses", params=everyone)).status_code == 403
    assert len((await api.client(api.admin).get("/v1/analyses", params=everyone)).json()["analyses"]) == 1


async def test_an_unknown_view_is_refused(api: Api) -> None:
    answer = await api.client(api.ask).get("/v1/analyses", params={"view": "short"})
    assert answer.status_code == 422


async def test_neither_summaries_nor_reports_read_whole_runs(api: Api) -> None:
    class NoWholeRuns(MemoryStore):
        async def runs(self, *, owner: str | None, limit: int = 50, before: datetime | None = None) -> tuple[Run, ...]:
            raise OperatorError("Whole runs were read.")

    await api.finished_run()
    guarded = NoWholeRuns()
    guarded.__dict__.update(api.store.__dict__)
    guarded.run_summaries = api.store.run_summaries  # type: ignore[method-assign]
    client = replace(api, store=guarded).client(api.ask)
    assert len((await client.get("/v1/analyses", params={"view": "summary"})).json()["analyses"]) == 1
    assert len((await client.get("/v1/reports")).json()["reports"]) == 1
    assert (await client.get("/v1/analyses")).status_code == 500
