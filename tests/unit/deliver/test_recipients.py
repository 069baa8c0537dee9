"""Recipients as people write them, and what can be known of them before there is a report."""

import pytest
from fakes.memory_store import MemoryStore

from analytics_agent.deliver.recipients import known_recipients, recipient, recipients
from analytics_agent.domain.delivery import Destination, Recipient

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore()
    await store.save_destination(Destination("webhook", "chat", "https://hooks.example.com/x", "whsec_x"))
    await store.save_destination(Destination("folder", "archive", "file:///srv", None, ("sales",)))
    await store.save_destination(Destination("folder", "late", "file:///srv", None, ("flights",)))
    return store


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ops@example.com", Recipient("mail", "ops@example.com")),
        (" mail: ops@EXAMPLE.com ", Recipient("mail", "ops@example.com")),
        ("webhook:chat", Recipient("webhook", "chat")),
        ("Folder:archive", Recipient("folder", "archive")),
    ],
)
def test_a_recipient_is_read_however_it_is_written(text: str, meant: Recipient) -> None:
    assert recipient(text) == meant
    assert recipient(str(meant)) == meant


@pytest.mark.parametrize(
    "text", ["", "ops", "slack:chat", "webhook:", "webhook:https://hooks.example.com/x", "folder:../x", "mail:ops", "sms:1@2"]
)
def test_what_is_no_recipient_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"Write mail:|The name of a"):
        recipient(text)


def test_every_problem_is_told_at_once_and_each_recipient_is_one() -> None:
    found, problems = recipients(["ops@example.com", "nobody", "mail:ops@Example.com", "x:y", "webhook:chat"])
    assert found == (Recipient("mail", "ops@example.com"), Recipient("webhook", "chat"))
    assert len(problems) == 2


def test_too_many_recipients_are_refused_and_not_read() -> None:
    found, problems = recipients([f"a{n}@example.com" for n in range(60)])
    assert len(found) == 50
    assert problems == ("60 recipients are too many; 50 is the most.",)


async def test_destinations_that_are_not_there_or_take_other_reports_are_told(store: MemoryStore) -> None:
    texts = ["webhook:chat", "webhook:chad", "folder:archive", "folder:late", "ops@example.com", "nobody"]
    found, problems = await known_recipients(texts, store, database="flights", reader="k1", mail=False)
    assert len(found) == 5
    assert len(problems) == 4
    said = " ".join(problems)
    for part in ("'chad'", "archive does not take reports of flights", "No mail server", "nobody"):
        assert part in said


async def test_to_a_person_every_destination_that_is_not_theirs_looks_as_if_it_were_not_there(store: MemoryStore) -> None:
    texts = ["webhook:chat", "webhook:nowhere", "folder:archive", "folder:late"]
    _, problems = await known_recipients(texts, store, database="flights", reader="superset:7", mail=True)
    told = {problem.replace("'chat'", "X").replace("'nowhere'", "X") for problem in problems[:2]}
    assert len(problems) == 3 and len(told) == 1
    assert "Known" not in " ".join(problems)
