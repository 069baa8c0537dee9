"""Two tenants in one running installation, with databases, runs, schedules and keys of the same names: real PostgreSQL, Temporal, API and
workers. What one has the other never sees, and when one goes the other stays as it was."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from running_stack import RunningStack
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client as Temporal
from temporalio.service import RPCError
from tenant_walk import Belongings, lists, strange

from analytics_agent import bootstrap, tenants
from analytics_agent.client import Client
from analytics_agent.errors import Conflict, InvalidSettings
from analytics_agent.resources import resource
from analytics_agent.settings import Settings
from analytics_agent.stack import tenants as operator

pytestmark = pytest.mark.stack

QUESTION = "How many flights did {carrier} have?"
CARRIERS = {"acme": "Delta", "beta": "United"}
FINISHED = {"succeeded", "refused", "failed", "cancelled", "over_budget"}


@dataclass
class Tenant:
    name: str
    key: str
    settings: Settings
    api_url: str
    belongings: Belongings = field(default_factory=lambda: Belongings({}))
    before: frozenset[str] = frozenset()
    """What the installation's own tenant had stored before there was this one: equal rows have one name."""

    def client(self) -> Client:
        return Client(self.api_url, self.key)

    def get(self, path: str) -> httpx2.Response:
        return httpx2.get(f"{self.api_url}{path}", headers={"Authorization": f"Bearer {self.key}"}, timeout=30)

    def files(self) -> set[str]:
        """Names of the stored files: digests of what is in them."""
        folder = Path(self.settings.artifacts.removeprefix("file://"))
        return {path.name for path in folder.rglob("*") if path.is_file()} if folder.exists() else set()


def until(true: Callable[[], Any], seconds: float = 30) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)
    return found


@pytest.fixture(scope="module")
def two(stack: RunningStack) -> Iterator[dict[str, Tenant]]:
    """Each asks the same database by the same name, has a schedule and keys of the same names, and a database of its own."""
    settings, made = stack.settings, {}
    noticed, operator.NOTICED_SECONDS = operator.NOTICED_SECONDS, 3.0  # nothing is in hand that would need the rest
    for name in CARRIERS:
        _forget(settings, name)
        added = operator.add(settings, name)
        before = frozenset(_of_default(settings))
        made[name] = Tenant(name, added.key, tenants.of_tenant(settings, name), settings.api_url, before=before)
    try:
        with ThreadPoolExecutor() as threads:
            list(threads.map(lambda tenant: _furnish(tenant, _flights(settings)), made.values()))
        yield made
    finally:
        with ThreadPoolExecutor() as threads:
            list(threads.map(lambda name: _forget(settings, name), CARRIERS))
        operator.NOTICED_SECONDS = noticed


def _of_default(settings: Settings) -> set[str]:
    return {path.name for path in (settings.state.absolute() / "artifacts").rglob("*") if path.is_file()}


def _forget(settings: Settings, name: str) -> None:
    """Also what an earlier test run left in a state folder that is kept."""
    if name in {one.name for one in operator.listed(settings)}:
        operator.remove(settings, name)


def _flights(settings: Settings) -> str:
    async def uri() -> str:
        store = bootstrap.store(settings)
        try:
            return (await store.database("flights")).uri
        finally:
            await store.close()

    return asyncio.run(uri())


def _furnish(tenant: Tenant, flights: str) -> None:
    name = tenant.name
    until(lambda: tenant.get("/v1/me").status_code == 200)
    file = tenant.settings.state / "files" / f"of_{name}.csv"
    file.write_text("a\n1\n")
    model = (resource("sql_fixtures") / "flights" / "semantic_model.yaml").read_text()
    with tenant.client() as client:
        client.add_database("flights", flights, schema="public", semantic_model=model)
        client.add_database("sales", str(file))
        client.add_database(f"only-{name}", str(file))
        key = client.create_key(f"key-of-{name}")
        run_id = client.submit(QUESTION.format(carrier=CARRIERS[name]), database="flights", publish=False, formats=["html", "pdf"])
        document = until(lambda: _ended(client, run_id), 90)
        assert document["status"] == "succeeded", document["reason"]
        schedule = client.create_schedule(run_id, time_zone="UTC", every="month", at="08:00", name=f"schedule-{name}")
    ids = {"run_id": run_id, "result": "r1", "number": "1", "schedule_id": schedule["id"], "name": f"only-{name}", "erasure_id": "e1"}
    marks = [CARRIERS[name], f"of_{name}", f"only-{name}", f"key-of-{name}", f"schedule-{name}", key["id"], run_id, schedule["id"]]
    tenant.belongings = Belongings(ids, marks)


def _ended(client: Client, run_id: str) -> dict[str, Any] | None:
    document: dict[str, Any] = client.document(run_id)
    return document if document["status"] in FINISHED else None


def test_every_route_shows_each_its_own_and_nothing_of_the_other(two: dict[str, Tenant], stack: RunningStack) -> None:
    document = httpx2.get(f"{stack.settings.api_url}/v1/openapi.json").json()
    stranger = Tenant("default", _key(stack), stack.settings, stack.settings.api_url)
    for asker, theirs in ((two["acme"], two["beta"]), (two["beta"], two["acme"]), (stranger, two["acme"])):
        for path in strange(document, theirs.belongings):
            answer = asker.get(path)
            assert answer.status_code == 404, f"{asker.name} asked {path}: {answer.status_code}"
            assert not _seen(answer.text, theirs, but=theirs.belongings.ids.values()), f"{asker.name} asked {path}"
        for path in lists(document):
            assert not _seen(asker.get(path).text, theirs), f"{asker.name} asked {path}"
    own = "".join(two["beta"].get(path).text for path in lists(document))
    assert [mark for mark in two["beta"].belongings.marks if mark not in own and not mark.startswith("of_")] == []


def _seen(shown: str, theirs: Tenant, but: Iterable[str] = ()) -> list[str]:
    """`but`: what was asked for, and is named in the refusal."""
    return [mark for mark in theirs.belongings.marks if mark in shown and mark not in but]


def _key(stack: RunningStack) -> str:
    assert stack.settings.api_key
    return stack.settings.api_key.get_secret_value()


def test_a_database_of_the_same_name_is_each_ones_own(two: dict[str, Tenant]) -> None:
    for name, tenant in two.items():
        shown = tenant.get("/v1/databases/sales/catalog").text
        assert f"of_{name}" in shown
        assert not [other for other in two if other != name and f"of_{other}" in shown]


def test_a_tenant_cannot_have_the_others_files_read(two: dict[str, Tenant], stack: RunningStack) -> None:
    acme, beta = two["acme"], two["beta"]
    reach = [
        str(beta.settings.state / "files" / "of_beta.csv"),
        str(next(Path(beta.settings.artifacts.removeprefix("file://")).rglob("*"))) + ".parquet",
        f"sqlite:///{stack.settings.state.absolute()}/temporal/temporal.db",
    ]
    for uri in reach:
        answer = httpx2.post(
            f"{acme.api_url}/v1/databases", headers={"Authorization": f"Bearer {acme.key}"}, json={"name": "reach", "uri": uri}, timeout=30
        )
        assert answer.status_code >= 400 and "only below this tenant's folder" in answer.text
    assert "reach" not in acme.get("/v1/databases").text


def test_temporal_shows_each_namespace_its_own_workflows_and_no_words_of_a_question(two: dict[str, Tenant], stack: RunningStack) -> None:
    async def look() -> None:
        for name, tenant in two.items():
            client = await bootstrap.temporal(tenant.settings)
            ids = {found.id async for found in client.list_workflows()}
            assert f"run-{tenant.belongings.ids['run_id']}" in ids
            others = [other for other in two.values() if other.name != name]
            assert not [one for one in ids for other in others if other.belongings.ids["run_id"] in one]
            schedules = [one.id async for one in await client.list_schedules()]
            assert schedules == [f"schedule-{tenant.belongings.ids['schedule_id']}"]
            await _attributes_are_temporals_own(client)
        default = await bootstrap.temporal(stack.settings)
        ids = {found.id async for found in default.list_workflows()}
        assert not [one for one in ids for tenant in two.values() if tenant.belongings.ids["run_id"] in one]

    asyncio.run(look())


async def _attributes_are_temporals_own(client: Temporal) -> None:
    """No search attribute is ours, so none can hold what was asked, of whom, or by whom."""
    known = await client.operator_service.list_search_attributes(ListSearchAttributesRequest(namespace=client.namespace))
    assert dict(known.custom_attributes) == {}
    text = {name for name, kind in known.system_attributes.items() if kind == IndexedValueType.INDEXED_VALUE_TYPE_TEXT}
    assert text == set()
    async for found in client.list_workflows():
        values = [str(pair.value) for pair in found.typed_search_attributes.search_attributes]
        assert not [value for value in values if any(carrier in value for carrier in CARRIERS.values())]


def test_a_handle_of_one_namespace_reaches_no_run_of_the_other(two: dict[str, Tenant]) -> None:
    async def reach() -> None:
        client = await bootstrap.temporal(two["acme"].settings)
        with pytest.raises(RPCError, match="not found"):
            await client.get_workflow_handle(f"run-{two['beta'].belongings.ids['run_id']}").describe()

    asyncio.run(reach())


def test_what_is_stored_on_disk_is_in_the_folder_of_its_tenant(two: dict[str, Tenant], stack: RunningStack) -> None:
    files = {name: tenant.files() for name, tenant in two.items()}
    assert all(files.values())
    state = stack.settings.state.absolute()
    for name, tenant in two.items():
        named = {digest for digest in files[name] if digest not in files["acme" if name == "beta" else "beta"]}
        assert named, "each run has results that the other has not"
        assert named - tenant.before, "not all of it was stored before"
        assert not named & (_of_default(stack.settings) - tenant.before)
        assert Path(tenant.settings.artifacts.removeprefix("file://")).is_relative_to(state / "tenants" / name)
        assert (state / "tenants" / name).stat().st_mode & 0o077 == 0


def test_no_text_of_one_is_in_the_store_or_the_files_of_the_other(two: dict[str, Tenant], stack: RunningStack) -> None:
    """Looked for from below, past all of our code."""
    for name, tenant in two.items():
        others = [mark for other in two.values() if other.name != name for mark in (other.belongings.ids["run_id"], f"of_{other.name}")]
        assert tenant.settings.store_url
        with psycopg.connect(tenant.settings.store_url.get_secret_value().replace("+psycopg", "", 1)) as connection:
            listed = connection.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
            )
            tables = [row[0] for row in listed.fetchall()]
            assert "runs" in tables
            for table in tables:
                held = connection.execute(f"SELECT string_agg(t::text, ' ') FROM \"{table}\" AS t").fetchone()  # type: ignore[call-overload]
                assert not [mark for mark in others if mark in str(held)]
        for path in (tenant.settings.state).rglob("*"):
            if path.is_file():
                assert not [mark for mark in others if mark.encode() in path.read_bytes()], path


def test_a_key_of_one_with_the_others_name_in_it_is_none(two: dict[str, Tenant]) -> None:
    forged = two["acme"].key.replace("aa_acme_", "aa_beta_")
    assert httpx2.get(f"{two['acme'].api_url}/v1/me", headers={"Authorization": f"Bearer {forged}"}).status_code == 401


def test_a_tenant_that_is_there_is_not_added_again_and_what_is_no_name_never(two: dict[str, Tenant], stack: RunningStack) -> None:
    with pytest.raises(Conflict):
        operator.add(stack.settings, "acme")
    for name in ("default", "../acme", "Acme", ""):
        with pytest.raises(InvalidSettings):
            operator.add(stack.settings, name)


def test_the_list_says_of_each_whether_it_can_work(two: dict[str, Tenant], stack: RunningStack) -> None:
    assert {one.name: one.problem for one in operator.listed(stack.settings)} == {"acme": "", "beta": ""}
    path = tenants.file_of(stack.settings, "acme")
    path.chmod(0o644)
    try:
        assert {one.name: bool(one.problem) for one in operator.listed(stack.settings)} == {"acme": True, "beta": False}
    finally:
        path.chmod(0o600)
        until(lambda: two["acme"].get("/v1/me").status_code == 200)


def test_when_one_is_removed_nothing_of_it_is_left_and_the_other_goes_on(two: dict[str, Tenant], stack: RunningStack) -> None:
    acme, beta, settings = two["acme"], two["beta"], stack.settings
    kept, before = beta.get("/v1/schedules").text, beta.files()
    operator.remove(settings, "acme")
    assert acme.get("/v1/me").status_code == 401
    assert not acme.settings.state.exists() and not list(tenants.folder(settings).glob("acme*"))
    assert beta.settings.store_url
    with psycopg.connect(beta.settings.store_url.get_secret_value().replace("+psycopg", "", 1)) as connection:
        assert connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'tenant_acme'").fetchone() is None
        assert connection.execute("SELECT 1 FROM pg_roles WHERE rolname LIKE '%\\_acme'").fetchone() is None
    assert (beta.get("/v1/schedules").text, beta.files()) == (kept, before)
    with beta.client() as client:
        run_id = client.submit(QUESTION.format(carrier="United"), database="flights", publish=False)
        assert until(lambda: _ended(client, run_id), 60)["status"] == "succeeded"
    with stack.client() as client:
        assert client.me()["kind"] == "key"
