"""A semantic model is shown to whoever may ask, without what they may not read."""

from typing import Any
from xml.etree import ElementTree

import pytest
import sample_files
from fakes import records
from fakes.api import Api
from fakes.databases import StoredDatabases
from fakes.rights import MemoryRights

from analytics_agent import semantic
from analytics_agent.domain.catalog import Catalog, Table, TableColumn
from analytics_agent.domain.database import Database
from analytics_agent.errors import NotAllowed

pytestmark = pytest.mark.anyio

OVERVIEW, PICTURE = "/v1/databases/shop/semantic-model/overview", "/v1/databases/shop/semantic-model/picture.svg"
MODEL = sample_files.semantic_model("shop")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api(monkeypatch: pytest.MonkeyPatch) -> Api:
    async def catalog(_: StoredDatabases, name: str) -> Catalog:
        return _catalog()

    monkeypatch.setattr(StoredDatabases, "catalog", catalog)
    made = await Api().prepare()
    await made.store.save_database(Database("shop", "postgresql://reader:geheim@host/shop", semantic_model=MODEL))
    return made


def _catalog() -> Catalog:
    """The tables that the model names, with the columns that its fields are."""
    tables = []
    for dataset in semantic.load(MODEL).datasets:
        schema, _, name = dataset.source.rpartition(".")
        names = dict.fromkeys([*(text for field in dataset.fields for text in field.expression.texts.values() if text.isidentifier())])
        names |= dict.fromkeys(column for key in (dataset.primary_key, *dataset.unique_keys) for column in key)
        tables.append(Table(schema, name, columns=tuple(TableColumn(each, "text", "text") for each in names)))
    return records.catalog("shop", tables=tuple(tables))


async def seen(client: Any, address: str = OVERVIEW) -> Any:
    answer = await client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_whoever_may_ask_sees_definitions_and_what_they_can_be_split_by(api: Api) -> None:
    told = await seen(api.client(api.ask))
    assert (told["database"], told["in_part"], told["model"]["name"]) == ("shop", False, "shop")
    metric = next(each for each in told["model"]["metrics"] if each["dataset"] == "order_lines")
    assert metric["formula"] and metric["status"] == "reviewed"
    split = {each["name"] for each in told["model"]["splits"]["order_lines"]}
    assert "products.product_name" in split or any(name.startswith("products.") for name in split)
    assert "geheim" not in str(told)


async def test_the_picture_is_an_image_of_the_theme_that_no_browser_runs_and_is_sent_once(api: Api) -> None:
    answer = await api.client(api.ask).get(PICTURE, params={"theme": "dark"})
    assert answer.headers["content-type"] == "image/svg+xml" and "sandbox" in answer.headers["content-security-policy"]
    assert ElementTree.fromstring(answer.text) is not None and "#141719" in answer.text  # noqa: S314  ours
    again = await api.client(api.ask).get(PICTURE, params={"theme": "dark"}, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_people_see_the_part_that_stands_on_tables_that_they_may_read(api: Api) -> None:
    api.rights = MemoryRights("web_sessions", "regions")
    told = await seen(api.person())
    assert told["in_part"] and {each["name"] for each in told["model"]["datasets"]} == {"web_sessions", "regions"}
    assert {each["dataset"] for each in told["model"]["metrics"]} == {"web_sessions"}
    drawn = (await api.person().get(PICTURE)).text
    assert "web_sessions" in drawn
    for hidden in ("order_lines", "suppliers", "marketing_spend", "Net sales"):
        assert hidden not in str(told["model"]["metrics"]) + str(told["model"]["datasets"]) + str(told["model"]["splits"]), hidden
        assert hidden not in drawn, hidden


async def test_people_who_may_read_every_table_see_all_and_are_told_of_no_part(api: Api) -> None:
    told = await seen(api.person())
    assert not told["in_part"] and told["model"] == (await seen(api.client(api.ask)))["model"]


async def test_who_may_read_no_table_is_told_so_and_sees_no_name(api: Api) -> None:
    api.rights = MemoryRights()
    for address in (OVERVIEW, PICTURE):
        answer = await api.person().get(address)
        assert answer.status_code == 403 and "order_lines" not in answer.text


async def test_a_key_for_other_databases_does_not_find_it(api: Api) -> None:
    _, key = await api.store.create_key("other", ["ask"], databases=("flights",))
    assert (await api.client(key).get(OVERVIEW)).status_code == 404


async def test_a_database_without_a_model_says_so(api: Api) -> None:
    assert await seen(api.client(api.ask), "/v1/databases/flights/semantic-model/overview") == {
        "database": "flights",
        "in_part": False,
        "model": None,
    }
    assert (await api.client(api.ask).get("/v1/databases/flights/semantic-model/picture.svg")).status_code == 404
    assert (await api.client(api.ask).get("/v1/databases/unknown/semantic-model/overview")).status_code == 404


async def test_a_model_of_a_real_size_can_be_set_and_one_of_any_size_cannot(api: Api) -> None:
    """The samples' own are larger than a question may be."""
    client = api.client(api.admin)
    assert len(MODEL) > 70_000
    assert (await client.patch("/v1/databases/shop", json={"semantic_model": MODEL})).status_code == 200
    assert (await client.patch("/v1/databases/shop", json={"semantic_model": "x" * 1_000_001})).status_code == 413
    assert (await client.post("/v1/analyses", json={"question": "x" * 70_000, "database": "shop"})).status_code == 413


async def test_of_a_file_that_superset_cannot_read_people_are_told_so_and_operators_see_it(api: Api) -> None:
    await api.store.save_database(Database("shop", "duckdb:///srv/geheim.duckdb", "duckdb", semantic_model=MODEL))
    api.rights = MemoryRights(everything=True)
    api.rights.error = NotAllowed("You may not ask about this database.", hint="An administrator of Superset can grant it.")
    for address in (OVERVIEW, PICTURE):
        answer = await api.person().get(address)
        assert (answer.status_code, answer.json()["title"]) == (403, "Not shown here")
        assert "a DuckDB file, which Superset cannot read" in answer.text and "semantic picture shop" in answer.text
        assert "geheim" not in answer.text and "grant it" not in answer.text
    assert (await seen(api.client(api.admin)))["model"]["name"] == "shop"
    await api.store.save_database(Database("shop", "postgresql://reader@host/shop", semantic_model=MODEL))
    assert "An administrator of Superset can grant it." in (await api.person().get(OVERVIEW)).text
