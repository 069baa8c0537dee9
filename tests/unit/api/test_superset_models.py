"""What people described in Superset comes as a model, and a model goes there: for administrators, and with what was left."""

import pytest
from fakes.api import Api
from fakes.superset_datasets import MODEL, StoredDatasets

from analytics_agent import semantic
from analytics_agent.domain.database import Database

pytestmark = pytest.mark.anyio
AT = "/v1/databases/flights/superset-model"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    made = await Api().prepare()
    await made.store.save_database(Database("flights", "postgresql://reader:geheim@host/flights", semantic_model=MODEL))
    return made


async def test_the_model_comes_as_text_with_what_could_not_be_carried(api: Api) -> None:
    found = (await api.client(api.admin).get(AT)).json()
    assert semantic.load(found["semantic_model"]).metric("flights_count") and "nobody has reviewed" in found["semantic_model"]
    assert (found["datasets"], found["metrics"], found["left"]) == (1, 1, ["metric `odd` of `flights`: it holds Jinja; it was left out."])


async def test_a_dry_run_says_what_would_be_written_and_writes_nothing(api: Api) -> None:
    assert api.superset
    told = (await api.client(api.admin).post(AT, json={"dry_run": True})).json()
    assert told["steps"] == [
        {"dataset": "flights", "what": "metric carriers", "is_new": True}
        | {"text": "expression: COUNT(DISTINCT carrier); description: How many airlines flew."}
    ]
    assert not told["written"] and api.superset.edits == []
    assert "column `carrier` of flights: its label was written by hand in Superset and stays as it is." in told["left"]


async def test_what_is_written_and_what_superset_refused_is_told(api: Api) -> None:
    api.superset = StoredDatasets(refuses=("dataset `flights`: Superset refused: Forbidden",))
    told = (await api.client(api.admin).post(AT)).json()
    assert told["written"] and "dataset `flights`: Superset refused: Forbidden" in told["left"]
    (edit,) = api.superset.edits
    assert [one.changes["metric_name"] for one in edit.metrics] == ["carriers"]


async def test_only_administrators_may_and_only_where_there_is_a_superset_and_a_model(api: Api) -> None:
    for key in (api.ask, api.other):
        assert (await api.client(key).get(AT)).status_code == 403
        assert (await api.client(key).post(AT)).status_code == 403
    admin = api.client(api.admin)
    assert (await admin.get(AT.replace("flights", "nowhere"))).status_code == 404
    await api.store.save_database(Database("flights", "postgresql://reader:geheim@host/flights"))
    answer = await admin.post(AT)
    assert answer.status_code == 404 and "no semantic model" in answer.text
    api.superset = None
    answer = await api.client(api.admin).get(AT)
    assert answer.status_code == 500 and "No Superset is set up here" in answer.text


async def test_a_superset_without_datasets_is_said_in_a_sentence(api: Api) -> None:
    api.superset = StoredDatasets(())
    answer = await api.client(api.admin).get(AT)
    assert answer.status_code >= 400 and "Superset has no dataset of flights" in answer.text


@pytest.mark.parametrize(("dialect", "called"), [("duckdb", "a DuckDB file"), ("sqlite", "an SQLite file")])
async def test_of_a_file_it_is_said_that_superset_has_nothing_of_it_and_where_the_model_can_go(api: Api, dialect: str, called: str) -> None:
    await api.store.save_database(Database("flights", f"{dialect}:///srv/geheim", dialect, semantic_model=MODEL))
    admin = api.client(api.admin)
    for answer in (await admin.get(AT), await admin.post(AT), await admin.post(AT, json={"dry_run": True})):
        assert answer.status_code == 409 and f"flights is {called}, which Superset cannot read" in answer.text
        assert "semantic export dbt flights" in answer.text and "geheim" not in answer.text and "published" not in answer.text
    assert api.superset and api.superset.edits == []
