"""Scheduled reports over HTTP: made, looked at, paused, resumed, run, filled in, deleted."""

import asyncio
import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import anyio
import httpx2
import pytest
from fakes.api import Api
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics_agent.api import outbox, schedule_upkeep
from analytics_agent.api.services import Moving
from analytics_agent.domain.delivery import Destination

pytestmark = pytest.mark.anyio

MONTHLY = {"time_zone": "Europe/Berlin", "every": "month", "at": "08:00"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    return await Api().prepare()


async def create(api: Api, *, key: str | None = None, run: str | None = None, once: str | None = None, **body: Any) -> httpx2.Response:
    sent = {"analysis": run or await api.finished_run(), "timing": MONTHLY} | body
    headers = {"Idempotency-Key": once} if once else {}
    return await api.client(key or api.ask).post("/v1/schedules", json=sent, headers=headers)


async def made(api: Api, **body: Any) -> dict[str, Any]:
    answer = await create(api, **body)
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def problems(answer: httpx2.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {one["field"]: one["message"] for one in answer.json()["errors"]}


async def test_a_schedule_is_made_with_what_was_left_out_filled_in(api: Api) -> None:
    answer = await create(api)
    assert answer.status_code == 201
    view = answer.json()
    assert answer.headers["location"] == f"/v1/schedules/{view['id']}"
    assert view["name"] == view["question"] == "How late were flights?"
    assert view["when"] == "On the 1st of every month at 08:00, Europe/Berlin"
    assert (view["moves_by"], view["overlap"], view["catch_up_hours"], view["paused"]) == ("month", "skip", 24, None)
    assert view["formats"] == ["html", "pdf"] and view["publish"] is False
    assert view["policies"]["catch_up"] == "A report that was missed is made up to a day late, then left out."
    assert api.clock.ticking[view["id"]].run_id == view["analysis"]


async def test_the_next_ten_times_are_shown_with_the_period_of_each(api: Api) -> None:
    view = await made(api)
    assert len(view["next"]) == 10
    first = view["next"][0]
    assert datetime.fromisoformat(first["at"]) > datetime.now(UTC)
    assert datetime.fromisoformat(first["local"]) == datetime.fromisoformat(first["at"])
    assert "T08:00+0" in first["local"]
    assert first["period"] == f"the month before {first['at'][:10]}"


async def test_every_problem_is_named_at_once(api: Api) -> None:
    timing = {"time_zone": "Europe/Belrin", "cron": "61 8 * * MON", "at": "25:00"}
    answer = await create(api, run="nobody", timing=timing, recipients=["who", "webhook:chat"], formats=["doc"], overlap="maybe", name="")
    found = await problems(answer)
    assert found["timing.time_zone"].startswith("There is no time zone 'Europe/Belrin'. Nearest: Europe/Berlin")
    assert found["timing.cron"].startswith("The minute '61' cannot be read")
    assert found["timing.at"].startswith("Write a time of the day")
    assert found["analysis"].startswith("There is no run 'nobody'.")
    assert {"recipients", "formats.0", "overlap", "name"} <= set(found)
    assert api.clock.ticking == {}


@pytest.mark.parametrize(
    ("timing", "field"),
    [
        ({"time_zone": "UTC"}, "timing.cron"),
        ({"time_zone": "UTC", "cron": "0 8 * * *", "every": "day"}, "timing.cron"),
        ({"time_zone": "UTC", "cron": "0 0 8 * * *"}, "timing.cron"),
        ({"time_zone": "UTC", "cron": "@every 1h"}, "timing.cron"),
        ({"time_zone": "UTC", "cron": "0 8 30 2 *"}, "timing.cron"),
        ({"time_zone": "UTC", "every": "month", "on": 29}, "timing.on"),
        ({"time_zone": "UTC", "every": "week", "on": 8}, "timing.on"),
        ({"time_zone": "UTC", "every": "year", "month": 13}, "timing.month"),
        ({"time_zone": "UTC", "every": "fortnight"}, "timing.every"),
        ({"time_zone": 7, "every": "day"}, "timing.time_zone"),
        ({"every": "day"}, "timing.time_zone"),
        ("daily", "timing"),
        ({"time_zone": "UTC", "every": "day", "jitter": 5}, "timing.jitter"),
    ],
)
async def test_a_time_that_cannot_be_is_refused_at_its_field(api: Api, timing: Any, field: str) -> None:
    assert list(await problems(await create(api, timing=timing))) == [field]


@pytest.mark.parametrize(
    ("typed", "meant"), [("Berlin", "Europe/Berlin"), ("europe/berlin", "Europe/Berlin"), ("New York", "America/New_York")]
)
async def test_a_zone_that_is_not_known_is_answered_with_the_nearest(api: Api, typed: str, meant: str) -> None:
    found = await problems(await create(api, timing=MONTHLY | {"time_zone": typed}))
    assert meant in found["timing.time_zone"]


async def test_only_an_answer_can_be_repeated(api: Api) -> None:
    refused = await api.finished_run(status="refused")
    found = await problems(await create(api, run=refused))
    assert (
        found["analysis"]
        == f"Run {refused} has no answer that could be repeated: it ended as refused. Ask again, and schedule that answer."
    )


async def test_somebody_elses_run_looks_as_if_it_did_not_exist(api: Api) -> None:
    run = await api.finished_run()
    assert (await problems(await create(api, key=api.other, run=run)))["analysis"].startswith("There is no run")


async def test_a_run_that_is_not_there_is_an_unknown_run_where_nothing_else_is_wrong(api: Api) -> None:
    problem = (await create(api, run="nobody")).json()
    assert problem["type"] == "urn:analytics-agent:unknown-run"
    assert problem["detail"].startswith("There is no run 'nobody'.")
    assert (await create(api, run="nobody", overlap="maybe")).json()["type"] == "urn:analytics-agent:invalid-request"


async def test_a_schedule_of_a_scheduled_run_is_named_by_the_question_that_was_accepted(api: Api) -> None:
    from fakes.records import question

    accepted = await api.finished_run()
    await api.store.create_run(question(run_id="again1", owner=api.owner, replays=accepted, text="How late? (December 2013)"))
    await api.store.set_status("again1", "succeeded")
    made = (await create(api, run="again1")).json()
    assert made["analysis"] == "again1"
    assert made["name"] == (await api.store.run(accepted)).question.text


async def test_a_question_whose_period_cannot_move_is_refused_unless_it_is_to_stay(api: Api) -> None:
    api.periods.found = Moving(None, "", "Its SQL picks the year by EXTRACT.")
    run = await api.finished_run()
    found = await problems(await create(api, run=run))
    assert found["moves_by"].startswith("Its SQL picks the year by EXTRACT. Ask it again")
    view = await made(api, run=run, moves_by="fixed")
    assert (view["moves_by"], view["next"][0]["period"]) == ("fixed", None)


async def test_a_unit_that_does_not_fit_the_period_is_refused(api: Api) -> None:
    found = await problems(await create(api, moves_by="week"))
    assert found["moves_by"].startswith("June 2013 is made of whole months")
    assert (await made(api, moves_by="year"))["moves_by"] == "year"


async def test_recipients_are_known_before_the_firstreport_of(api: Api) -> None:
    await api.store.save_destination(Destination("folder", "board", "file:///tmp/board"))
    view = await made(api, recipients=["folder:board", "folder:board"])
    assert view["recipients"] == ["folder:board"]
    found = await problems(await create(api, recipients=["webhook:chat", "mail:nobody"]))
    assert "chat" in found["recipients"] or "nobody" in found["recipients"]


async def test_two_tabs_with_one_idempotency_key_make_one_schedule(api: Api) -> None:
    run = await api.finished_run()
    answers = await asyncio.gather(*(create(api, run=run, once="once") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(api.clock.ticking) == 1


async def test_a_key_for_another_schedule_is_a_conflict_and_for_a_deleted_one_a_new_one(api: Api) -> None:
    run = await api.finished_run()
    first = await made(api, run=run, once="once")
    assert (await create(api, run=run, once="once", name="Other")).status_code == 409
    await api.client(api.ask).delete(f"/v1/schedules/{first['id']}")
    assert (await made(api, run=run, once="once"))["id"] != first["id"]


async def test_while_temporal_is_away_nothing_is_half_made(api: Api) -> None:
    api.clock.away = True
    answer = await create(api)
    assert answer.status_code == 503 and answer.headers["retry-after"] == "7"
    assert await api.store.schedules(owner=None) == ()


async def test_temporal_lost_in_between_leaves_nothing_and_the_same_key_makes_it_later(api: Api) -> None:
    run = await api.finished_run()
    api.clock.dies_at = "put"
    assert (await create(api, run=run, once="once")).status_code == 503
    assert await api.store.schedules(owner=None) == ()
    assert (await create(api, run=run, once="once")).status_code == 201


async def test_an_api_killed_between_store_and_temporal_is_mended(api: Api) -> None:
    view = await made(api)
    api.clock.ticking.clear()  # as if it had died before it told Temporal
    await schedule_upkeep.settle(api.services())
    assert set(api.clock.ticking) == {view["id"]}


async def test_what_was_deleted_while_temporal_was_away_is_deleted_there_later(api: Api) -> None:
    view = await made(api)
    api.clock.away = True
    assert (await api.client(api.ask).delete(f"/v1/schedules/{view['id']}")).status_code == 204
    assert (await api.client(api.ask).get(f"/v1/schedules/{view['id']}")).status_code == 404
    api.clock.away = False
    await schedule_upkeep.settle(api.services())
    assert api.clock.ticking == {}


async def test_a_schedule_of_another_installation_is_left_alone(api: Api) -> None:
    view = await made(api)
    stranger = api.clock.ticking[view["id"]]
    api.clock.ticking["stranger"] = stranger
    await schedule_upkeep.settle(api.services())
    assert set(api.clock.ticking) == {view["id"], "stranger"}


async def test_temporals_lost_data_comes_back_with_the_pause(api: Api) -> None:
    view = await made(api)
    await api.client(api.ask).post(f"/v1/schedules/{view['id']}/pause", json={"note": "Until the new year."})
    api.clock.ticking.clear()
    await schedule_upkeep.settle(api.services())
    assert api.clock.ticking[view["id"]].paused == "Until the new year."


async def test_the_api_settles_schedules_for_as_long_as_it_runs(api: Api) -> None:
    view = await made(api)
    api.clock.ticking.clear()
    settling = asyncio.create_task(outbox.keep_settling(api.services()))
    async with asyncio.timeout(5):
        while view["id"] not in api.clock.ticking:
            await asyncio.sleep(0.01)
    settling.cancel()


async def test_a_pause_says_why_and_a_resumed_schedule_goes_on(api: Api) -> None:
    client, view = api.client(api.ask), await made(api)
    paused = (await client.post(f"/v1/schedules/{view['id']}/pause", json={"note": "Data is late."})).json()
    assert (paused["paused"], paused["next"]) == ("Data is late.", [])
    assert api.clock.ticking[view["id"]].paused == "Data is late."
    resumed = (await client.post(f"/v1/schedules/{view['id']}/resume")).json()
    assert resumed["paused"] is None and len(resumed["next"]) == 10
    assert api.clock.ticking[view["id"]].paused is None


async def test_a_pause_that_temporal_did_not_hear_is_not_kept(api: Api) -> None:
    view = await made(api)
    api.clock.dies_at = "put"
    assert (await api.client(api.ask).post(f"/v1/schedules/{view['id']}/pause", json={})).status_code == 503
    assert (await api.client(api.ask).get(f"/v1/schedules/{view['id']}")).json()["paused"] is None


async def test_run_now_makes_a_report_and_a_second_one_waits_for_the_first(api: Api) -> None:
    client, view = api.client(api.ask), await made(api)
    assert (await client.post(f"/v1/schedules/{view['id']}/run")).status_code == 202
    assert api.clock.ran == [view["id"]]
    await report_of(api, view["id"])
    again = await client.post(f"/v1/schedules/{view['id']}/run")
    assert again.status_code == 409
    assert again.json()["detail"] == "A report of this schedule is still being made."


async def report_of(api: Api, schedule_id: str, due: datetime | None = None) -> str:
    from fakes.records import question

    asked = question(owner=api.owner, schedule=schedule_id, scheduled_for=due or datetime.now(UTC))
    await api.store.create_run(asked)
    return asked.run_id


async def test_its_runs_are_shown_the_one_due_last_first(api: Api) -> None:
    view = await made(api)
    early, late = [await report_of(api, view["id"], datetime(2026, month, 1, tzinfo=UTC)) for month in (2, 3)]
    await api.store.set_status(late, "failed", "The database does not answer.")
    shown = (await api.client(api.ask).get(f"/v1/schedules/{view['id']}")).json()["runs"]
    assert [(one["id"], one["status"]) for one in shown] == [(late, "failed"), (early, "queued")]
    assert (shown[0]["reason"], shown[0]["scheduled_for"]) == ("The database does not answer.", "2026-03-01T00:00:00Z")
    listed = (await api.client(api.ask).get("/v1/schedules")).json()["schedules"]
    assert [len(listed[0][part]) for part in ("next", "runs")] == [1, 1]


async def test_schedules_are_listed_page_by_page(api: Api) -> None:
    names = [(await made(api, name=f"Report {number}"))["id"] for number in range(3)][::-1]
    asker, found, before = api.client(api.ask), [], {}
    while True:
        page = (await asker.get("/v1/schedules", params={"limit": 2} | before)).json()
        found.append([one["id"] for one in page["schedules"]])
        if page["next"] is None:
            break
        before = {"before": page["next"]}
    assert found == [names[:2], names[2:]]
    assert (await asker.get("/v1/schedules", params={"before": "2026-11-23T10:00:00"})).json()["errors"][0]["field"] == "before"


async def test_others_see_nothing_of_a_schedule_and_an_administrator_sees_all(api: Api) -> None:
    view = await made(api)
    other, admin = api.client(api.other), api.client(api.admin)
    for call in (other.get, other.delete):
        assert (await call(f"/v1/schedules/{view['id']}")).status_code == 404
    for action in ("pause", "resume", "run", "backfill"):
        body = {"from": "2013-03-01", "to": "2013-08-01"} if action == "backfill" else {}
        assert (await other.post(f"/v1/schedules/{view['id']}/{action}", json=body)).status_code == 404
    assert (await other.get("/v1/schedules")).json() == {"schedules": [], "next": None}
    assert (await other.get("/v1/schedules", params={"everyone": True})).status_code == 403
    everyone = (await admin.get("/v1/schedules", params={"everyone": True})).json()["schedules"]
    assert [one["id"] for one in everyone] == [view["id"]]
    assert (await admin.get("/v1/schedules")).json() == {"schedules": [], "next": None}


async def test_a_person_of_superset_schedules_their_own_answer_and_sees_their_own_schedules(api: Api) -> None:
    run = await api.finished_run(owner="superset:7")
    sent = {"analysis": run, "timing": MONTHLY}
    assert (await api.person(8).post("/v1/schedules", json=sent)).status_code == 422
    kept = (await api.person(7).post("/v1/schedules", json=sent)).json()
    assert kept["owner"] == "superset:7"
    assert [one["id"] for one in (await api.person(7).get("/v1/schedules")).json()["schedules"]] == [kept["id"]]
    hidden = await api.person(8).get(f"/v1/schedules/{kept['id']}")
    assert (hidden.status_code, hidden.json()["hint"]) == (404, "")
    assert (await api.person(7).get("/v1/schedules", params={"everyone": True})).status_code == 403


STRANGE: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["UTC", "0 8 * * *", "month", "\0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["time_zone", "cron", "every", "at", "on"]), inner),
    max_leaves=6,
)
FIELDS = ("analysis", "timing", "name", "recipients", "formats", "publish", "moves_by", "overlap", "catch_up_hours", "from", "to", "note")


@cache
def _with_a_schedule() -> tuple[Api, dict[str, Any]]:
    async def making() -> tuple[Api, dict[str, Any]]:
        api = await Api().prepare()
        return api, await made(api)

    return anyio.run(making)


@pytest.mark.parametrize("path", ["", "/preview", "/{id}/backfill", "/{id}/pause"])
@settings(max_examples=12, deadline=None)
@given(sent=st.dictionaries(st.sampled_from(FIELDS), STRANGE, max_size=6), whole=st.booleans())
def test_no_body_is_a_fault_of_ours(path: str, sent: dict[str, Any], whole: bool) -> None:
    api, view = _with_a_schedule()

    async def sending() -> httpx2.Response:
        known = {"analysis": view["analysis"], "timing": MONTHLY} if whole else {}
        text = json.dumps(known | sent)
        return await api.client(api.ask).post(f"/v1/schedules{path.replace('{id}', view['id'])}", content=text)

    answer = anyio.run(sending)
    assert answer.status_code in {200, 201, 202, 422}, answer.text


async def test_a_preview_says_what_would_be_and_makes_nothing(api: Api) -> None:
    sent = {"analysis": await api.finished_run(), "timing": {"time_zone": "Europe/Berlin", "every": "day", "at": "02:30"}}
    answer = await api.client(api.ask).post("/v1/schedules/preview", json=sent)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["moves_by"], told["why"]) == ("month", "The question is about June 2013.")
    assert len(told["next"]) == 10 and len(told["warnings"]) >= 2
    assert await api.store.schedules(owner=None) == ()


async def test_a_schedule_that_runs_very_often_says_so(api: Api) -> None:
    view = await made(api, timing={"time_zone": "UTC", "cron": "* * * * *"})
    assert view["warnings"][0] == "This makes 1,440 reports in the coming 24 hours."
