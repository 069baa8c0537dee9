"""Which deliveries a report makes: once for each recipient and version, however often they are asked for."""

from dataclasses import replace

import pytest
from fakes.memory_store import MemoryStore
from fakes.records import ARTIFACT, REPORT, question

from analytics_agent.deliver.beginning import begin, begin_on_request, delivery_of, version_of
from analytics_agent.domain.delivery import DeliveryState, Recipient
from analytics_agent.domain.run import Run

pytestmark = pytest.mark.anyio

OPS, CHAT = Recipient("mail", "ops@example.com"), Recipient("webhook", "chat")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def stored(store: MemoryStore) -> Run:
    asked = question()
    await store.create_run(asked)
    return Run(asked, "succeeded", report=REPORT)


async def moved(store: MemoryStore, run: Run, state: DeliveryState, recipient: Recipient = OPS) -> None:
    kept = await store.delivery(delivery_of(run, recipient).id)
    await store.move_delivery(replace(kept, state=state, reason="because"), before=kept.state)


def test_a_delivery_is_named_by_run_version_and_recipient() -> None:
    run = Run(question(), "succeeded", report=REPORT)
    assert delivery_of(run, OPS) == delivery_of(run, OPS)
    other = replace(run, report=replace(REPORT, pdf=ARTIFACT))
    assert version_of(other.report) != version_of(run.report)
    ids = {delivery_of(run, OPS).id, delivery_of(run, CHAT).id, delivery_of(other, OPS).id, delivery_of(run, OPS, again="x").id}
    assert len(ids) == 4


async def test_begun_twice_is_begun_once() -> None:
    store = MemoryStore()
    run = await stored(store)
    for _ in range(2):
        await begin(store, run, (OPS, CHAT))
    assert len(await store.deliveries(run.question.run_id)) == 2


@pytest.mark.parametrize("state", ["sent", "uncertain", "waiting"])
async def test_what_was_or_may_have_been_sent_is_not_sent_again_without_being_told_to(state: DeliveryState) -> None:
    store = MemoryStore()
    run = await stored(store)
    await begin(store, run, (OPS,))
    await moved(store, run, state)
    (kept,) = await begin_on_request(store, run, (OPS,))
    assert kept.state == state
    assert len(await store.deliveries(run.question.run_id)) == 1


@pytest.mark.parametrize("state", ["failed", "held"])
async def test_what_was_not_sent_is_tried_once_more_as_the_same_delivery(state: DeliveryState) -> None:
    store = MemoryStore()
    run = await stored(store)
    await begin(store, run, (OPS,))
    await moved(store, run, state)
    (kept,) = await begin_on_request(store, run, (OPS,))
    assert (kept.state, kept.reason) == ("waiting", None)
    assert len(await store.deliveries(run.question.run_id)) == 1


async def test_again_is_a_new_delivery_and_two_clicks_on_it_are_one() -> None:
    store = MemoryStore()
    run = await stored(store)
    await begin(store, run, (OPS,))
    await moved(store, run, "uncertain")
    (first,) = await begin_on_request(store, run, (OPS,), again="request 1")
    (second,) = await begin_on_request(store, run, (OPS,), again="request 1")
    (other_click,) = await begin_on_request(store, run, (OPS,), again="request 2")
    assert first.id == second.id == other_click.id
    assert first.state == "waiting"
    kept = await store.delivery(first.id)
    await store.move_delivery(replace(kept, state="sent"), before="waiting")
    (repeated,) = await begin_on_request(store, run, (OPS,), again="request 1")
    assert repeated.state == "sent"
    assert len(await store.deliveries(run.question.run_id)) == 2
