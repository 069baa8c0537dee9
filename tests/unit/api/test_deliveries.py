"""Reports, deliveries and destinations over HTTP, and downloads that go on where they broke off."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fakes.api import Api
from fakes.records import question

from analytics_agent.api import outbox
from analytics_agent.domain.delivery import Delivery, DeliveryState, Recipient

pytestmark = pytest.mark.anyio

PDF = b"%PDF-1.7 report"
HOOK = {"name": "chat", "url": "https://hooks.example.com/T0/geheim?token=geheim"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    prepared = await Api().prepare()
    prepared.limits = replace(prepared.limits, mail=True)
    await prepared.client(prepared.admin).post("/v1/webhooks", json=HOOK)
    return prepared


async def state_of(api: Api, run_id: str, state: DeliveryState) -> None:
    for one in await api.store.deliveries(run_id):
        await api.store.move_delivery(replace(one, state=state), before=one.state)


# sending


async def test_a_report_is_sent_to_each_recipient_once_and_somebody_sees_to_it(api: Api) -> None:
    run_id, client = await api.finished_run(), api.client(api.ask)
    body = {"to": ["ops@Example.com", "mail:ops@example.com", "webhook:chat"]}
    for _ in range(2):
        answer = await client.post(f"/v1/analyses/{run_id}/deliveries", json=body)
        assert answer.status_code == 202
    sent = answer.json()["deliveries"]
    assert [(one["recipient"], one["kind"], one["name"], one["state"]) for one in sent] == [
        ("mail:ops@example.com", "mail", "ops@example.com", "waiting"),
        ("webhook:chat", "webhook", "chat", "waiting"),
    ]
    assert (await client.get(f"/v1/analyses/{run_id}/deliveries")).json()["deliveries"] == sent
    assert (await client.get(f"/v1/analyses/{run_id}")).json()["deliveries"] == sent
    assert api.runner.delivered == [run_id, run_id]  # it waits still: to tell again does no harm


async def test_what_was_sent_is_sent_again_only_on_request_and_once_for_each(api: Api) -> None:
    run_id, client = await api.finished_run(), api.client(api.ask)
    path, body = f"/v1/analyses/{run_id}/deliveries", {"to": ["ops@example.com"]}
    await client.post(path, json=body)
    await state_of(api, run_id, "sent")
    assert (await client.post(path, json=body)).json()["deliveries"][0]["state"] == "sent"
    again = [await client.post(path, json=body | {"again": True}, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert len({one.json()["deliveries"][0]["id"] for one in again}) == 1
    assert len(await api.store.deliveries(run_id)) == 2
    await state_of(api, run_id, "sent")
    await client.post(path, json=body | {"again": True}, headers={"Idempotency-Key": "k"})
    assert len(await api.store.deliveries(run_id)) == 2
    await client.post(path, json=body | {"again": True})
    assert len(await api.store.deliveries(run_id)) == 3


async def test_every_recipient_that_cannot_be_is_told_at_once_and_nothing_is_stored(api: Api) -> None:
    run_id = await api.finished_run()
    body = {"to": ["nobody", "webhook:chad", "folder:x", "ops@example.com"]}
    answer = await api.client(api.ask).post(f"/v1/analyses/{run_id}/deliveries", json=body)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["to"] * 3
    assert await api.store.deliveries(run_id) == ()
    assert not api.runner.delivered


@pytest.mark.parametrize("body", [{}, {"to": []}, {"to": "ops@example.com"}, {"to": [1]}, {"to": ["a@b"], "x": 1}])
async def test_a_body_that_is_no_request_to_send_is_refused(api: Api, body: Any) -> None:
    run_id = await api.finished_run()
    assert (await api.client(api.ask).post(f"/v1/analyses/{run_id}/deliveries", json=body)).status_code == 422


async def test_without_a_mail_server_mail_is_refused_when_it_is_asked_for(api: Api) -> None:
    api.limits = replace(api.limits, mail=False)
    run_id = await api.finished_run()
    answer = await api.client(api.ask).post(f"/v1/analyses/{run_id}/deliveries", json={"to": ["ops@example.com"]})
    assert "ANALYTICS_AGENT_SMTP_URL" in answer.json()["errors"][0]["message"]


async def test_a_run_without_an_answer_has_nothing_to_send(api: Api) -> None:
    run_id = await api.finished_run(status="failed")
    answer = await api.client(api.ask).post(f"/v1/analyses/{run_id}/deliveries", json={"to": ["ops@example.com"]})
    assert answer.status_code == 409


async def test_the_reports_of_others_look_as_if_they_were_not_there(api: Api) -> None:
    run_id = await api.finished_run()
    for client in (api.client(api.other), api.person()):
        assert (await client.get(f"/v1/analyses/{run_id}/deliveries")).status_code == 404
        assert (await client.post(f"/v1/analyses/{run_id}/deliveries", json={"to": ["a@b.example"]})).status_code == 404
        assert (await client.get("/v1/reports")).json() == {"reports": [], "next": None}
    assert await api.store.deliveries(run_id) == ()


async def test_an_engine_that_is_away_loses_no_delivery(api: Api) -> None:
    run_id = await api.finished_run()
    api.runner.away = True
    answer = await api.client(api.ask).post(f"/v1/analyses/{run_id}/deliveries", json={"to": ["ops@example.com"]})
    assert answer.status_code == 503
    assert [one.state for one in await api.store.deliveries(run_id)] == ["waiting"]
    api.runner.away = False
    old = Delivery("d-old", run_id, Recipient("mail", "old@example.com"), "v", changed_at=datetime.now(UTC) - timedelta(hours=3))
    await api.store.add_delivery(old)
    assert await outbox.deliver_forgotten(api.services()) == 1
    assert api.runner.delivered == [run_id]


# asking


async def test_a_question_names_its_recipients_and_its_webhook(api: Api) -> None:
    body = {"question": "How late?", "database": "flights", "recipients": ["ops@Example.com", "mail:ops@example.com"], "webhook": "chat"}
    answer = await api.client(api.ask).post("/v1/analyses", json=body)
    assert answer.status_code == 202
    assert (await api.store.run(answer.json()["id"])).question.recipients == ("mail:ops@example.com", "webhook:chat")


async def test_wrong_recipients_are_told_with_everything_else_that_is_wrong(api: Api) -> None:
    body = {"question": "", "database": "flights", "recipients": ["nobody"], "webhook": "https://hooks.example.com/x"}
    answer = await api.client(api.ask).post("/v1/analyses", json=body)
    assert {one["field"] for one in answer.json()["errors"]} == {"question", "recipients", "webhook"}
    for wrong in ("ops@example.com", [1], None):
        answer = await api.client(api.ask).post("/v1/analyses", json=body | {"question": "How late?", "webhook": None, "recipients": wrong})
        assert answer.status_code == 422


async def test_a_person_learns_no_name_of_a_destination(api: Api) -> None:
    body = {"question": "How late?", "database": "flights"}
    told = []
    for name in ("chat", "nowhere"):
        answer = await api.person().post("/v1/analyses", json=body | {"recipients": [f"webhook:{name}"]})
        told.append(answer.json()["errors"][0]["message"].replace(name, "X"))
    assert told[0] == told[1]


# the list


async def test_reports_are_listed_with_files_and_deliveries_and_by_pages(api: Api) -> None:
    runs = [await api.finished_run() for _ in range(3)]
    await api.store.create_run(question(owner=api.owner))
    await api.client(api.ask).post(f"/v1/analyses/{runs[0]}/deliveries", json={"to": ["ops@example.com"]})
    first = (await api.client(api.ask).get("/v1/reports", params={"limit": 2})).json()
    assert [one["id"] for one in first["reports"]] == [runs[2], runs[1]]
    newest = first["reports"][0]
    assert newest["formats"] == ["pdf", "html"]
    assert newest["files"]["pdf"] == {"url": f"/v1/analyses/{runs[2]}/report.pdf", "bytes": len(PDF)}
    assert newest["title"] == "Frontier was latest"
    rest = (await api.client(api.ask).get("/v1/reports", params={"limit": 2, "before": first["next"]})).json()
    assert [one["id"] for one in rest["reports"]] == [runs[0]]
    assert rest["next"] is None
    assert [one["recipient"] for one in rest["reports"][0]["deliveries"]] == ["mail:ops@example.com"]


# destinations


async def test_a_webhook_shows_its_secret_once_and_its_address_never_whole(api: Api) -> None:
    client = api.client(api.admin)
    made = (await client.post("/v1/webhooks", json=HOOK | {"databases": ["flights"]})).json()
    assert made["secret"].startswith("whsec_") and made["url"] == "https://hooks.example.com/…"
    listed = await client.get("/v1/webhooks")
    assert "secret" not in listed.text and "geheim" not in listed.text
    assert listed.json()["webhooks"][0]["databases"] == ["flights"]
    again = (await client.post("/v1/webhooks", json=HOOK)).json()
    assert again["secret"] != made["secret"]


async def test_a_folder_keeps_its_options_to_itself(api: Api) -> None:
    client = api.client(api.admin)
    body = {"name": "archive", "url": "s3://bucket/geheim", "options": {"key": "AK", "secret": "geheim"}}
    answer = await client.post("/v1/folders", json=body)
    assert answer.status_code == 201
    assert "geheim" not in answer.text + (await client.get("/v1/folders")).text
    kept = await api.store.destination("folder", "archive")
    assert kept.address == "s3://bucket/geheim" and kept.secret and "geheim" in kept.secret


async def test_a_folder_whose_driver_is_missing_is_refused_when_it_is_added(api: Api) -> None:
    api.missing_driver = ["For s3:// a package is missing. Install s3fs to access S3."]
    answer = await api.client(api.admin).post("/v1/folders", json={"name": "archive", "url": "s3://bucket/x"})
    assert answer.status_code == 422 and "Install s3fs" in answer.json()["detail"]
    assert await api.store.destinations("folder") == ()


async def test_every_problem_of_a_destination_is_told_at_once(api: Api) -> None:
    client = api.client(api.admin)
    answer = await client.post("/v1/webhooks", json={"name": "x", "url": "http://a:geheim@example.com", "databases": ["nowhere"]})
    assert [one["field"] for one in answer.json()["errors"]] == ["url", "url", "databases"]
    assert "geheim" not in answer.text
    assert (await client.post("/v1/webhooks", json={"name": "X y", "url": "https://example.com"})).status_code == 422
    assert (await client.post("/v1/folders", json={"name": "x", "url": "/srv", "options": {"a b": "c"}})).status_code == 422


async def test_destinations_are_an_administrators_affair(api: Api) -> None:
    for client in (api.client(api.ask), api.person()):
        for method, path in (("GET", "/v1/webhooks"), ("POST", "/v1/webhooks"), ("DELETE", "/v1/webhooks/chat"), ("GET", "/v1/folders")):
            assert (await client.request(method, path, json=HOOK)).status_code == 403


async def test_a_destination_is_removed_once(api: Api) -> None:
    client = api.client(api.admin)
    assert (await client.delete("/v1/webhooks/chat")).status_code == 204
    assert (await client.delete("/v1/webhooks/chat")).status_code == 404
    assert (await client.delete("/v1/folders/chat")).status_code == 404


# downloads


@pytest.mark.parametrize(
    ("range", "part", "said"),
    [
        ("bytes=0-3", PDF[:4], "bytes 0-3/15"),
        ("bytes=5-", PDF[5:], "bytes 5-14/15"),
        ("bytes=-6", PDF[-6:], "bytes 9-14/15"),
        ("bytes=-100", PDF, "bytes 0-14/15"),
        ("bytes=10-999", PDF[10:], "bytes 10-14/15"),
    ],
)
async def test_a_part_of_a_report_is_given(api: Api, range: str, part: bytes, said: str) -> None:
    path = f"/v1/analyses/{await api.finished_run()}/report.pdf"
    answer = await api.client(api.ask).get(path, headers={"Range": range})
    assert (answer.status_code, answer.content, answer.headers["content-range"]) == (206, part, said)
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-security-policy"].startswith("sandbox")


@pytest.mark.parametrize("range", ["bytes=15-", "bytes=99-100", "bytes=-0"])
async def test_a_part_that_is_not_there_is_told_with_the_length(api: Api, range: str) -> None:
    path = f"/v1/analyses/{await api.finished_run()}/report.pdf"
    answer = await api.client(api.ask).get(path, headers={"Range": range})
    assert (answer.status_code, answer.content, answer.headers["content-range"]) == (416, b"", "bytes */15")


@pytest.mark.parametrize("range", ["", "bytes=", "bytes=-", "bytes=5-2", "lines=1-2", "bytes=0-1,4-5", "bytes=a-b", f"bytes={'9' * 40}-"])
async def test_what_is_no_single_range_gets_the_whole_or_nothing(api: Api, range: str) -> None:
    path = f"/v1/analyses/{await api.finished_run()}/report.pdf"
    answer = await api.client(api.ask).get(path, headers={"Range": range})
    assert answer.status_code == (416 if range == "bytes=5-2" else 200)
    assert answer.content in (PDF, b"")


async def test_a_part_of_another_copy_is_never_given(api: Api) -> None:
    path, client = f"/v1/analyses/{await api.finished_run()}/report.pdf", api.client(api.ask)
    tag = (await client.get(path)).headers["etag"]
    same = await client.get(path, headers={"Range": "bytes=5-", "If-Range": tag})
    assert same.status_code == 206
    for other in ('"other"', f"W/{tag}", "Mon, 23 Nov 2026 08:00:00 GMT"):
        answer = await client.get(path, headers={"Range": "bytes=5-", "If-Range": other})
        assert (answer.status_code, answer.content) == (200, PDF)
    unchanged = await client.get(path, headers={"Range": "bytes=5-", "If-None-Match": tag})
    assert unchanged.status_code == 304


async def test_a_head_says_what_a_get_would(api: Api) -> None:
    run_id, client = await api.finished_run(), api.client(api.ask)
    for path in ("report.pdf", "report.html", "results/r1.csv", "results/r1.parquet"):
        got, head = await client.get(f"/v1/analyses/{run_id}/{path}"), await client.head(f"/v1/analyses/{run_id}/{path}")
        assert head.status_code == 200
        assert head.headers == got.headers
        assert head.headers["accept-ranges"] == "bytes"
    assert (await api.client(api.other).head(f"/v1/analyses/{run_id}/report.pdf")).status_code == 404


async def test_results_are_given_in_parts_too(api: Api) -> None:
    path, client = f"/v1/analyses/{await api.finished_run()}/results/r1.csv", api.client(api.ask)
    whole = (await client.get(path)).content
    parts = [(await client.get(path, headers={"Range": f"bytes={n}-{n + 9}"})).content for n in range(0, len(whole), 10)]
    assert b"".join(parts) == whole
