"""Versions of a semantic model over HTTP: for administrators and for who reads the whole database, never for who reads a part."""

from typing import Any

import pytest
import sample_files
from fakes import flights
from fakes.api import Api
from fakes.rights import MemoryRights

pytestmark = pytest.mark.anyio
AT = "/v1/databases/flights/semantic-model/versions"
MODEL = flights.MODEL
OTHER = MODEL.replace("description:", "description: Changed.", 1) if "description:" in MODEL else MODEL


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    """Two versions: a model of the shop, then one of flights, which serves."""
    made = await Api().prepare()
    await put(made, sample_files.semantic_model("shop"), note="  a\nfirst one ")
    await put(made, MODEL, source="draft")
    return made


async def put(api: Api, text: str | None, **said: str) -> None:
    body = {"semantic_model": text} | {f"semantic_model_{name}": value for name, value in said.items()}
    answer = await api.client(api.admin).patch("/v1/databases/flights", json=body)
    assert answer.status_code == 200, answer.text


async def told(client: Any, address: str = AT, **params: Any) -> Any:
    answer = await client.get(address, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_versions_say_who_set_them_from_where_and_why(api: Api) -> None:
    newest, first = (await told(api.client(api.admin)))["versions"]
    assert (newest["number"], newest["serves"], newest["source"], newest["note"]) == (2, True, "draft", "")
    assert (first["number"], first["serves"], first["source"], first["note"]) == (1, False, "set", "a first one")
    assert newest["by"] == first["by"] == "admin"
    assert (await told(api.client(api.admin), f"{AT}/1"))["semantic_model"] == sample_files.semantic_model("shop")


async def test_what_differs_from_a_version_is_told_of_what_serves_and_of_another_one(api: Api) -> None:
    admin = api.client(api.admin)
    now = (await told(admin, f"{AT}/1/changes"))["changes"]
    assert now and now[0]["bears_on"] == "numbers"
    assert (await told(admin, f"{AT}/2/changes"))["changes"] == []
    back = (await told(admin, f"{AT}/2/changes", against=1))["changes"]
    assert {one["what"] for one in back if one["kind"] == "removed"} == {one["what"] for one in now if one["kind"] == "added"}


async def test_an_earlier_version_serves_again_as_a_new_one_and_the_same_one_is_none(api: Api) -> None:
    admin = api.client(api.admin)
    for _ in range(2):
        made = (await admin.post(f"{AT}/1/restore")).json()
        assert (made["number"], made["serves"], made["source"], made["note"]) == (3, True, "restore", "version 1 again")
    assert (await api.store.database("flights")).semantic_model == sample_files.semantic_model("shop")
    made = (await admin.post(f"{AT}/2/restore", json={"note": "the shop's was a slip"})).json()
    assert (made["number"], made["note"]) == (4, "the shop's was a slip")


async def test_a_version_in_which_there_is_no_model_is_not_compared_and_not_restored(api: Api) -> None:
    await put(api, None)
    admin = api.client(api.admin)
    newest = (await told(admin))["versions"][0]
    assert (newest["number"], newest["serves"], newest["digest"]) == (3, False, "")
    assert (await told(admin, f"{AT}/3"))["semantic_model"] is None
    for answer in (await admin.get(f"{AT}/1/changes"), await admin.post(f"{AT}/3/restore")):
        assert answer.status_code == 404 and "semantic history flights" in answer.text
    assert (await admin.post(f"{AT}/2/restore")).json()["number"] == 4


@pytest.mark.parametrize("number", ["9", "0", "-1", "x", "99999999999999999999"])
async def test_a_version_that_is_not_there_is_said_to_be_none(api: Api, number: str) -> None:
    admin = api.client(api.admin)
    for answer in (
        await admin.get(f"{AT}/{number}"),
        await admin.get(f"{AT}/{number}/changes"),
        await admin.post(f"{AT}/{number}/restore"),
    ):
        assert answer.status_code == (404 if number == "9" else 422)


async def test_people_who_read_everything_see_what_changed_and_never_the_text(api: Api) -> None:
    person = api.person()
    assert [one["number"] for one in (await told(person))["versions"]] == [2, 1]
    assert (await told(person, f"{AT}/1/changes"))["changes"]
    for answer in (await person.get(f"{AT}/1"), await person.post(f"{AT}/1/restore")):
        assert answer.status_code == 403 and "order_lines" not in answer.text


async def test_who_reads_a_part_sees_no_version(api: Api) -> None:
    api.rights = MemoryRights("flights")
    _, bound = await api.store.create_key("ada's", ["ask", "admin"], reads_as="superset:7")
    for client in (api.person(), api.client(api.ask), api.client(bound)):
        for path in ("", "/1", "/1/changes", "/2/changes?against=1"):
            answer = await client.get(AT + path)
            assert answer.status_code == 403 and "order_lines" not in answer.text, path
        assert (await client.post(f"{AT}/1/restore")).status_code == 403


async def test_a_key_for_other_databases_finds_none(api: Api) -> None:
    _, other = await api.store.create_key("other", ["ask"], databases=["sales"])
    assert (await api.client(other).get(AT)).status_code == 404


async def test_a_note_that_is_too_long_is_refused_and_nothing_is_set(api: Api) -> None:
    answer = await api.client(api.admin).patch("/v1/databases/flights", json={"semantic_model": None, "semantic_model_note": "x" * 201})
    assert answer.status_code == 422
    assert len((await told(api.client(api.admin)))["versions"]) == 2
