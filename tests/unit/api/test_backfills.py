"""Reports of times gone by over HTTP: what is made, what is left out."""

from datetime import UTC, datetime, timedelta

import pytest
from fakes.api import Api
from unit.api.test_schedules import made, problems, report_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    return await Api().prepare()


async def test_a_backfill_tells_how_many_reports_it_makes(api: Api) -> None:
    view = await made(api)
    answer = await api.client(api.ask).post(f"/v1/schedules/{view['id']}/backfill", json={"from": "2013-03-01", "to": "2013-08-01"})
    assert answer.status_code == 202
    told = answer.json()
    assert (told["count"], told["made_before"]) == (6, 0)
    assert [one["local"][:10] for one in told["due"]] == [f"2013-{month:02}-01" for month in range(3, 9)]
    ((name, due),) = api.clock.filled
    assert name == view["id"] and [f"{at:%d %H:%M}" for at in due] == ["01 07:00", *["01 06:00"] * 5]


async def test_a_backfill_leaves_out_what_was_made_and_makes_again_what_failed(api: Api) -> None:
    view = await made(api)
    moments = [datetime(2013, month, 1, 6, tzinfo=UTC) for month in (4, 5)]
    failed, there = [await report_of(api, view["id"], at) for at in moments]
    await api.store.set_status(failed, "failed")
    await api.store.set_status(there, "succeeded")
    answer = await api.client(api.ask).post(f"/v1/schedules/{view['id']}/backfill", json={"from": "2013-04-01", "to": "2013-05-31"})
    assert (answer.json()["count"], answer.json()["made_before"]) == (1, 1)
    assert api.clock.filled == [(view["id"], (moments[0],))]


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"from": "2013-08-01", "to": "2013-03-01"}, "to", "This is before `from`."),
        ({"from": "2013-03-02", "to": "2013-03-31"}, "from", "No report was due in this time."),
        ({"from": "1990-01-01", "to": "2013-03-31"}, "from", "More than 100 reports"),
        ({"from": "2013-01-01", "to": f"{datetime.now(UTC) + timedelta(days=40):%Y-%m-%d}"}, "to", "This is in the future"),
        ({"from": "March"}, "to", "This field is needed."),
        ({"from": "March", "to": "2013-08-01"}, "from", "Write a date, as 2013-12-31."),
        ({"from": "0001-01-01", "to": "0001-01-01"}, "from", "Write a date between 1900 and 2200."),
        ({"from": "2013-12-31", "to": "9999-12-31"}, "to", "Write a date between 1900 and 2200."),
    ],
)
async def test_a_backfill_of_an_impossible_time_is_refused(api: Api, sent: dict[str, str], field: str, said: str) -> None:
    view = await made(api)
    answer = await api.client(api.ask).post(f"/v1/schedules/{view['id']}/backfill", json=sent)
    assert (await problems(answer))[field].startswith(said)
    assert api.clock.filled == []
