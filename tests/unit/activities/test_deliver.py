"""Publishing: what Superset's own rules do not hold back is not published, and nothing of it reaches Superset."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import ANSWER, EVIDENCE, query, question

from analytics_agent.activities.deliver import DeliverActivities
from analytics_agent.deliver.kept_rights import NOT_KEPT
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import RunOrder
from analytics_agent.domain.policy import Mask, Policy, TablePolicy
from analytics_agent.domain.publish_plan import PublishPlan
from analytics_agent.domain.report import Receipt
from analytics_agent.domain.rights import GRANT, Grant
from analytics_agent.errors import PublishRejected

pytestmark = pytest.mark.anyio

FLIGHTS = TableName("public", "flights")
ROWS = Policy((FLIGHTS,), (TablePolicy("public", "flights", (("carrier = 'AA'",),)),))
MASKED = Policy((FLIGHTS,), (TablePolicy("public", "flights", masks=(Mask("carrier", "hash"),)),))


class Plans:
    """Keeps what it is given to publish."""

    def __init__(self) -> None:
        self.given: list[PublishPlan] = []

    async def publish(self, plan: PublishPlan, database: Database) -> Receipt:
        self.given.append(plan)
        return Receipt("http://127.0.0.1:8088/superset/dashboard/x/")

    async def connect(self, database: Database) -> bool:
        return True


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def store() -> AsyncIterator[MemoryStore]:
    kept = MemoryStore()
    await kept.save_database(Database("flights", "postgresql://reader@host/flights"))
    yield kept


async def published(store: MemoryStore, grant: Grant | None) -> Plans:
    import pyarrow as pa

    artifacts, plans, asked = MemoryArtifacts(), Plans(), question(owner="superset:7")
    await store.create_run(asked)
    rows = await artifacts.put_table(pa.table({"carrier": ["F9", "EV"], "delay": [20.2, 19.9]}))
    await store.add_query(asked.run_id, query(artifact=rows), key="q1")
    documents: dict[str, Any] = {"evidence": EVIDENCE, "answer": ANSWER} | ({GRANT: grant} if grant else {})
    for name, record in documents.items():
        await store.save_document(asked.run_id, name, record)
    await DeliverActivities(store, artifacts, lambda: plans).publish(RunOrder(asked.run_id))
    return plans


@pytest.mark.parametrize("policy", [ROWS, MASKED])
async def test_what_was_read_under_rules_of_a_file_is_not_published_and_says_why(store: MemoryStore, policy: Policy) -> None:
    with pytest.raises(PublishRejected) as refused:
        await published(store, Grant(policy))
    assert str(refused.value) == NOT_KEPT
    assert "carrier" not in NOT_KEPT


@pytest.mark.parametrize("grant", [None, Grant(), Grant(ROWS, held_by_superset=True)])
async def test_what_superset_itself_holds_back_from_each_viewer_is_published(store: MemoryStore, grant: Grant | None) -> None:
    (plan,) = (await published(store, grant)).given
    assert all("'AA'" not in dataset.sql for dataset in plan.datasets)
