"""Another's answer opens by its link to whoever may see, now, all that it was made of, for reading alone; and one's own only so long."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fakes.api import Api
from fakes.records import ANSWER, query, question
from fakes.rights import MemoryRights

from analytics_agent.api import remembered_rights
from analytics_agent.api.app import create_app
from analytics_agent.api.opening import NOT_KNOWN
from analytics_agent.deliver.right_to_see import YOU_LOST_IT
from analytics_agent.domain.audit import AuditFilter
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.policy import Policy, TablePolicy
from analytics_agent.domain.rights import GRANT, READ, Grant, TablesRead
from analytics_agent.domain.run import Clarification, Refusal, RunStatus
from analytics_agent.errors import NotAllowed, RightsUnknown, SupersetUnavailable

pytestmark = pytest.mark.anyio

FLIGHTS = TableName("public", "flights")
FILES = ("results/r1.csv", "results/r1.parquet", "results/r1.json", "report.html", "report.pdf")


class Fixed(MemoryRights):
    """Each reader's own policy; nothing for everybody else."""

    def __init__(self, **policies: Policy) -> None:
        super().__init__()
        self.policies = policies

    async def grant(self, reader: str, database: Database, tables: Any) -> Grant:
        self.asked.append(reader)
        if self.error:
            raise self.error
        found = self.policies.get(reader.replace(":", "_"))
        if found is None:
            raise NotAllowed("You may not ask about this database.")
        return Grant(found)


def rows(clause: str) -> Policy:
    return Policy((FLIGHTS,), (TablePolicy("public", "flights", ((clause,),)),))


ALL, EU, US = Policy((FLIGHTS,)), rows("region = 'EU'"), rows("region = 'US'")


@pytest.fixture(autouse=True)
def asked_each_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(remembered_rights, "SECONDS", 0.0)
    yield


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    """Person 7 sees the EU and asked; so does 8; 9 sees everything, 10 the US, and 11 nothing."""
    prepared = await Api().prepare()
    prepared.rights = Fixed(superset_7=EU, superset_8=EU, superset_9=ALL, superset_10=US, user_ada=EU)
    return prepared


async def theirs(api: Api, *, owner: str = "superset:7", policy: Policy | None = EU, status: RunStatus = "succeeded") -> str:
    run_id = await api.finished_run(owner=owner, status=status)
    if policy:
        await api.store.save_document(run_id, GRANT, Grant(policy))
    return run_id


@pytest.mark.parametrize(("person", "status"), [(7, 200), (8, 200), (9, 200), (10, 404), (11, 404)])
async def test_a_finished_answer_opens_to_whom_as_much_is_shown(api: Api, person: int, status: int) -> None:
    run_id = await theirs(api)
    client = api.person(person)
    for path in ("", *(f"/{file}" for file in FILES)):
        assert (await client.get(f"/v1/analyses/{run_id}{path}")).status_code == status, path


async def test_it_says_whose_it_is_and_nothing_that_was_for_the_asker_alone(api: Api) -> None:
    asked = question(owner="superset:7", schedule="s1", asked_by="Ada Byron")
    await api.store.create_run(asked)
    await api.store.ask_person(run_id := asked.run_id, Clarification("Which year?", ("2013", "2014"), "2013"))
    await api.store.add_query(run_id, query(), key="q1")
    await api.store.save_document(run_id, "answer", ANSWER)
    await api.store.save_document(run_id, GRANT, Grant(EU))
    await api.store.set_status(run_id, "succeeded")
    own, other = [(await api.person(person).get(f"/v1/analyses/{run_id}")).json() for person in (7, 8)]
    assert (own["asked_by"], other["asked_by"]) == (None, "Ada Byron")
    assert other["answer"] == own["answer"]
    assert other["queries"] == own["queries"]
    assert own["clarification"]["answer"] == "2013"
    assert (other["clarification"], other["deliveries"], other["approvals"], other["schedule"]) == (None, [], [], None)


async def test_it_is_in_nobody_elses_lists(api: Api) -> None:
    await theirs(api)
    for path in ("/v1/analyses", "/v1/analyses?view=summary", "/v1/reports"):
        listed = (await api.person(8).get(path)).json()
        assert listed.get("analyses", listed.get("reports")) == []


@pytest.mark.parametrize("status", ["refused", "failed", "cancelled", "over_budget"])
async def test_a_run_without_a_whole_answer_opens_to_nobody_else(api: Api, status: RunStatus) -> None:
    assert (await api.person(9).get(f"/v1/analyses/{await theirs(api, status=status)}")).status_code == 404


async def test_a_run_of_confidential_data_opens_to_nobody_else(api: Api) -> None:
    run_id = await theirs(api)
    database = await api.store.database("flights")
    await api.store.save_database(replace(database, model_sees="masked"), same_tables=True)
    assert (await api.person(9).get(f"/v1/analyses/{run_id}")).status_code == 404
    assert (await api.person(7).get(f"/v1/analyses/{run_id}")).status_code == 200


async def test_what_an_operator_asked_opens_to_whom_all_of_its_tables_are_shown_whole(api: Api) -> None:
    run_id = await theirs(api, owner=api.owner, policy=None)
    assert (await api.person(8).get(f"/v1/analyses/{run_id}")).status_code == 404
    assert (await api.person(9).get(f"/v1/analyses/{run_id}")).status_code == 200


async def test_a_bound_key_opens_as_its_person_and_an_operators_key_as_ever(api: Api) -> None:
    run_id = await theirs(api)
    _, bound = await api.store.create_key("ada's", ["ask"], reads_as="user:ada")
    _, other = await api.store.create_key("limited", ["ask"], reads_as="user:ada", databases=["shop"])
    _, nobody = await api.store.create_key("bob's", ["ask"], reads_as="user:bob")
    said = [(await api.client(key).get(f"/v1/analyses/{run_id}")).status_code for key in (bound, other, nobody, api.other, api.admin)]
    assert said == [200, 404, 404, 404, 200]


async def test_no_right_and_no_run_look_alike(api: Api) -> None:
    run_id, none = await theirs(api), "f" * 12
    for path in ("", *(f"/{file}" for file in FILES), "/charts/1.svg"):
        refused, missing = [await api.person(10).get(f"/v1/analyses/{one}{path}") for one in (run_id, none)]
        assert (refused.status_code, refused.text.replace(run_id, none)) == (missing.status_code, missing.text)


async def test_who_opened_it_is_in_the_audit_log_once_in_a_while(api: Api) -> None:
    run_id = await theirs(api)
    for _ in range(3):
        await api.person(8).get(f"/v1/analyses/{run_id}")
    await api.person(8).get(f"/v1/analyses/{run_id}/report.pdf")
    await api.person(7).get(f"/v1/analyses/{run_id}")
    await api.person(10).get(f"/v1/analyses/{run_id}")
    lines = [line.entry for line in await api.store.audit(AuditFilter(act="opened"))]
    assert [(line.actor, line.about, line.tables) for line in lines] in (
        [("superset:8", "report.pdf", ("flights",)), ("superset:8", "answer", ("flights",))],
        [("superset:8", "report.pdf", ("flights",)), *[("superset:8", "answer", ("flights",))] * 2],  # the minute went by
    )
    assert {line.policy for line in lines} == {EU.hash}


async def test_ones_own_answer_is_not_shown_again_when_the_right_was_taken(api: Api) -> None:
    run_id = await theirs(api)
    client = api.person(7)
    assert isinstance(api.rights, Fixed)
    for taken in (US, None):
        api.rights.policies = {"superset_7": taken} if taken else {}
        for path in ("", *(f"/{file}" for file in FILES), "/events", "/charts/1.svg"):
            refused = await client.get(f"/v1/analyses/{run_id}{path}", headers={"Accept": "application/json"})
            assert (refused.status_code, refused.json()["detail"]) == (403, YOU_LOST_IT), path
    api.rights.policies = {"superset_7": ALL}
    assert (await client.get(f"/v1/analyses/{run_id}")).json()["answer"]


async def test_in_a_list_only_its_question_is_left(api: Api) -> None:
    run_id = await theirs(api)
    assert isinstance(api.rights, Fixed)
    api.rights.policies = {}
    (whole,) = (await api.person(7).get("/v1/analyses")).json()["analyses"]
    (short,) = (await api.person(7).get("/v1/analyses?view=summary")).json()["analyses"]
    (report,) = (await api.person(7).get("/v1/reports")).json()["reports"]
    assert whole["id"] == short["id"] == report["id"] == run_id
    assert (whole["reason"], short["reason"]) == (YOU_LOST_IT, YOU_LOST_IT)
    assert (whole["answer"], whole["queries"], whole["findings"], whole["headline"], whole["report"]["html"]) == (None, [], [], None, None)
    assert (short["headline"], short["report"], report["files"]) == (None, {"html": None, "pdf": None}, {})
    assert report["title"] == report["question"]
    api.rights.policies = {"superset_7": EU}
    assert (await api.person(7).get("/v1/analyses?view=summary")).json()["analyses"][0]["headline"]


async def test_what_cannot_be_asked_is_not_taken_for_a_right(api: Api) -> None:
    run_id = await theirs(api)
    api.rights.error = SupersetUnavailable("Superset does not answer.")
    for person in (7, 8):
        assert (await api.person(person).get(f"/v1/analyses/{run_id}")).status_code == 503


async def test_an_operator_is_not_asked_about(api: Api) -> None:
    run_id = await api.finished_run()
    for key in (api.ask, api.admin):
        assert (await api.client(key).get(f"/v1/analyses/{run_id}")).status_code == 200
    assert api.rights.asked == []


async def test_a_page_that_opens_at_once_asks_once(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered_rights, "SECONDS", 60.0)
    run_id = await theirs(api)
    client = api.person(8)
    for path in ("", *(f"/{file}" for file in FILES)):
        assert (await client.get(f"/v1/analyses/{run_id}{path}")).status_code == 200
    assert api.rights.asked == ["superset:8"]
    assert (await api.person(10).get(f"/v1/analyses/{run_id}")).status_code == 404


async def test_no_route_shows_a_lost_answer_to_its_owner(api: Api) -> None:
    """Every GET route that names a run or lists something, also those that come later, is looked through for a word of the answer."""
    word, run_id = "Frontier", await theirs(api)
    order = {"analysis": run_id, "timing": {"time_zone": "UTC", "every": "month", "at": "08:00"}}
    made = await api.person(7).post("/v1/schedules", json=order)
    assert made.status_code == 201, made.text
    schedule_id = made.json()["id"]
    asked = question(owner="superset:7", schedule=schedule_id, scheduled_for=datetime(2026, 11, 1, tzinfo=UTC), replays=run_id)
    await api.store.create_run(asked)
    await api.store.add_query(asked.run_id, query(), key="q1")
    await api.store.save_document(asked.run_id, "answer", ANSWER)
    await api.store.save_document(asked.run_id, GRANT, Grant(EU))
    await api.store.set_status(asked.run_id, "succeeded")
    paths = [path for path, methods in create_app(api.services()).openapi()["paths"].items() if "get" in methods]
    filled = {path: path.replace("{run_id}", run_id).replace("{result}", "r1").replace("{number}", "1") for path in paths}
    address = {path: at.replace("{schedule_id}", schedule_id).replace("{name}", "flights") for path, at in filled.items()}

    async def showing() -> set[str]:
        client, found = api.person(7), set()
        for path, at in address.items():
            answer = await client.get(at, headers={"Accept": "application/json"})
            found |= {path} if answer.status_code == 200 and word in answer.text else set()
        return found

    assert await showing() >= {"/v1/analyses", "/v1/analyses/{run_id}", "/v1/reports", "/v1/schedules", "/v1/schedules/{schedule_id}"}
    assert isinstance(api.rights, Fixed)
    api.rights.policies = {}
    assert await showing() == set()


async def test_the_same_question_under_its_key_again_shows_no_lost_answer(api: Api) -> None:
    client, once = api.person(7), {"Idempotency-Key": "click-1"}
    body = {"question": "How late were flights?", "database": "flights"}
    run_id = (await client.post("/v1/analyses", json=body, headers=once)).json()["id"]
    await api.store.add_query(run_id, query(), key="q1")
    await api.store.save_document(run_id, "answer", ANSWER)
    await api.store.save_document(run_id, GRANT, Grant(EU))
    await api.store.set_status(run_id, "cancelled")
    assert isinstance(api.rights, Fixed)
    for policies, shown in (({"superset_7": EU}, True), ({}, False)):
        api.rights.policies = policies
        again = await client.post("/v1/analyses", json=body, headers=once)
        cancelled = await client.post(f"/v1/analyses/{run_id}/cancel")
        for answer in (again, cancelled):
            assert answer.json()["id"] == run_id, answer.text
            assert bool(answer.json()["answer"]) is bool(answer.json()["queries"]) is shown


@pytest.mark.parametrize("status", ["needs_input", "needs_approval"])
async def test_a_run_that_waits_for_its_asker_does_not_show_what_was_lost_meanwhile(api: Api, status: RunStatus) -> None:
    """It looks after that itself when it goes on, which may be in a year."""
    run_id = await theirs(api, status=status)
    client = api.person(7)
    assert (await client.get(f"/v1/analyses/{run_id}")).json()["queries"]
    assert isinstance(api.rights, Fixed)
    api.rights.policies = {}
    for path in ("", *(f"/{file}" for file in FILES), "/events"):
        assert (await client.get(f"/v1/analyses/{run_id}{path}", headers={"Accept": "application/json"})).status_code == 403, path
    (listed,) = (await client.get("/v1/analyses")).json()["analyses"]
    assert (listed["reason"], listed["queries"]) == (YOU_LOST_IT, [])


async def test_what_is_answered_to_an_act_shows_nothing_lost_where_the_run_goes_on(api: Api) -> None:
    run_id = await theirs(api, status="running")
    assert isinstance(api.rights, Fixed)
    api.rights.policies = {}
    told = await api.person(7).post(f"/v1/analyses/{run_id}/cancel")
    assert (told.status_code, told.json()["queries"]) == (202, [])


async def test_a_refusal_after_looking_at_values_is_lost_with_their_table(api: Api) -> None:
    asked = question(owner="superset:7")
    await api.store.create_run(asked)
    await api.store.save_document(asked.run_id, GRANT, Grant(EU))
    await api.store.save_document(asked.run_id, READ, TablesRead((FLIGHTS,)))
    await api.store.save_document(asked.run_id, "refusal", Refusal("There is no carrier Fronteer. There are Frontier and Delta."))
    await api.store.set_status(asked.run_id, "refused")
    client, path = api.person(7), f"/v1/analyses/{asked.run_id}"
    assert "Delta" in (await client.get(path)).text
    assert isinstance(api.rights, Fixed)
    api.rights.policies = {}
    assert "Delta" not in (await client.get(path)).text
    assert "Delta" not in (await client.get("/v1/analyses")).text
    assert "Delta" not in (await client.get("/v1/analyses?view=summary")).text


async def test_a_database_whose_rights_cannot_be_said_does_not_take_the_list_of_all_runs(api: Api) -> None:
    run_id = await theirs(api)
    api.rights.error = RightsUnknown("The file of policies cannot be used, so nothing is read by its rights.")
    for path in ("/v1/analyses", "/v1/analyses?view=summary"):
        (listed,) = (await api.person(7).get(path)).json()["analyses"]
        assert (listed["id"], listed["reason"], listed["headline"]) == (run_id, NOT_KNOWN, None)
    assert (await api.person(7).get(f"/v1/analyses/{run_id}")).status_code == 500
