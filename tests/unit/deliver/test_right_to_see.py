"""Who may get a report: asked each time, and whatever is doubtful is no right."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fakes.memory_store import MemoryStore
from fakes.records import catalog, query, question
from fakes.rights import MemoryRights

from analytics_agent.deliver import right_to_see
from analytics_agent.deliver.right_to_see import RightToSee, mail_patterns, matches
from analytics_agent.domain.catalog import Table, TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.delivery import Destination, Recipient
from analytics_agent.domain.policy import OPEN, Mask, Policy, TablePolicy
from analytics_agent.domain.rights import GRANT, Grant
from analytics_agent.domain.run import Run
from analytics_agent.errors import InvalidSettings, NotAllowed, SupersetUnavailable

pytestmark = pytest.mark.anyio

OPS = Recipient("mail", "ops@example.com")
CHAT = Recipient("webhook", "chat")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore()
    await store.save_database(Database("flights", "postgresql://reader@host/flights"))
    tables = tuple(Table(schema, name, ()) for schema, name in (("public", "flights"), ("public", "pay"), ("hr", "pay"), ("hr", "staff")))
    await store.save_catalog(replace(catalog(), tables=tables))
    await store.save_destination(Destination("webhook", "chat", "https://hooks.example.com/x", "whsec_x", ("flights",)))
    return store


def run(*tables: str, owner: str = "k1", **more: Any) -> Run:
    return Run(question(owner=owner, **more), "succeeded", queries=(query(id="r1", tables=tables or ("flights",)),))


async def may_open(right: RightToSee, run: Run, reader: str) -> bool:
    """As the API asks it."""
    return await right.shows(await right.seen(run.question.database, reader), run)


async def test_a_mail_that_the_operator_allows_is_not_asked_for(store: MemoryStore) -> None:
    right = RightToSee(store, MemoryRights(), mail_patterns("ops@example.com, *@board.example.com"))
    assert await right.why_not(run(), OPS) is None
    assert await right.why_not(run(), Recipient("mail", "ann@board.example.com")) is None
    assert await right.why_not(run(), Recipient("mail", "ann@example.com")) == right_to_see.MAIL_MAY_NOT


async def test_a_mail_goes_to_whom_superset_shows_all_of_the_tables(store: MemoryStore) -> None:
    right = RightToSee(store, MemoryRights("flights"))
    assert await right.why_not(run("flights"), OPS) is None
    assert await right.why_not(run("flights", "hr.staff"), OPS) == right_to_see.MAIL_MAY_NOT


async def test_a_bare_name_that_can_mean_two_tables_needs_the_right_to_see_every_one_of_them(store: MemoryStore) -> None:
    """A person's catalog may have held one of them only: which one is not known any more."""

    class Without(MemoryRights):
        missing = TableName("hr", "staff")

        async def grant(self, reader: str, database: Database, tables: Any) -> Grant:
            return Grant(Policy(tuple(table for table in tables if table != self.missing)))

    rights = Without()
    kept = await store.catalog("flights")
    assert kept
    await store.save_catalog(replace(kept, search_path=("public", "hr"), read_at=datetime.now(UTC)))
    assert await RightToSee(store, rights).why_not(run("pay"), OPS) is None
    for rights.missing in (TableName("hr", "pay"), TableName("public", "pay")):
        assert await RightToSee(store, rights).why_not(run("pay"), OPS) == right_to_see.MAIL_MAY_NOT


async def test_a_table_that_is_not_known_any_more_is_no_right(store: MemoryStore) -> None:
    right = RightToSee(store, MemoryRights(everything=True))
    assert await right.why_not(run("flights", "dropped"), OPS) == right_to_see.NO_CATALOG
    await store.remove_database("flights")
    assert await right.why_not(run(), OPS) == right_to_see.NO_DATABASE


async def test_an_owner_who_lost_the_right_sends_nothing_anywhere(store: MemoryStore) -> None:
    asked = run("flights", "hr.staff", owner="superset:7")
    for recipient in (OPS, CHAT):
        right = RightToSee(store, MemoryRights("flights"), ("*",))
        assert await right.why_not(asked, recipient) == right_to_see.OWNER_LOST_IT
    rights = MemoryRights(everything=True)
    assert await RightToSee(store, rights, ("*",)).why_not(asked, OPS) is None
    rights.error = NotAllowed("This person may not use the database.")
    assert await RightToSee(store, rights, ("*",)).why_not(asked, OPS) == right_to_see.OWNER_LOST_IT


async def test_a_revoked_key_sends_nothing_any_more(store: MemoryStore) -> None:
    key, _ = await store.create_key("ann", ["ask"])
    right = RightToSee(store, MemoryRights(), ("*",))
    assert await right.why_not(run(owner=key.id), OPS) is None
    await store.revoke_key(key.id)
    assert await right.why_not(run(owner=key.id), OPS) == right_to_see.KEY_REVOKED


async def test_a_superset_that_is_away_is_not_taken_for_a_right(store: MemoryStore) -> None:
    class Away(MemoryRights):
        async def grant(self, reader: str, database: Database, tables: Any) -> Grant:
            raise SupersetUnavailable("Superset does not answer.")

    with pytest.raises(SupersetUnavailable):
        await RightToSee(store, Away()).why_not(run(), OPS)
    rights = MemoryRights()
    rights.error = SupersetUnavailable("Superset does not answer.")
    with pytest.raises(SupersetUnavailable):
        await RightToSee(store, rights, ("*",)).why_not(run(owner="superset:7"), OPS)


async def test_without_superset_only_the_operators_word_counts(store: MemoryStore) -> None:
    class Nowhere(MemoryRights):
        async def grant(self, reader: str, database: Database, tables: Any) -> Grant:
            raise InvalidSettings(["ANALYTICS_AGENT_SUPERSET_URL: not set"])

    assert await RightToSee(store, Nowhere()).why_not(run(), OPS) == right_to_see.NO_SUPERSET
    assert await RightToSee(store, Nowhere(), ("*@example.com",)).why_not(run(), OPS) is None


async def test_a_destination_takes_reports_of_its_databases(store: MemoryStore) -> None:
    right = RightToSee(store, MemoryRights(everything=True))
    assert await right.why_not(run(), CHAT) is None
    await store.save_destination(Destination("webhook", "chat", "https://hooks.example.com/x", "whsec_x", ("sales",)))
    assert "does not take reports of flights" in str(await right.why_not(run(), CHAT))
    await store.remove_destination("webhook", "chat")
    assert "any more" in str(await right.why_not(run(), CHAT))


async def test_a_persons_report_goes_only_where_its_database_is_named(store: MemoryStore) -> None:
    right = RightToSee(store, MemoryRights(everything=True))
    asked = run(owner="superset:7")
    assert await right.why_not(asked, CHAT) is None
    await store.save_destination(Destination("webhook", "chat", "https://hooks.example.com/x", "whsec_x", None))
    assert await right.why_not(run(), CHAT) is None
    assert "only of databases that it names" in str(await right.why_not(asked, CHAT))


FLIGHTS, STAFF = TableName("public", "flights"), TableName("hr", "staff")
EU = TablePolicy("public", "flights", (("region = 'EU'",),))
US = TablePolicy("public", "flights", (("region = 'US'",),))
MASKED = TablePolicy("public", "flights", (("region = 'EU'",),), (Mask("name", "null"),))


def under(*rules: TablePolicy) -> Policy:
    return Policy((FLIGHTS,), rules)


@pytest.mark.parametrize(
    ("has", "was_shown", "may"),
    [
        (OPEN, under(EU), True),
        (under(), under(EU), True),
        (under(EU), under(EU), True),
        (under(US), under(EU), False),
        (under(EU), under(), False),
        (under(EU), OPEN, False),
        (under(MASKED), under(EU), False),
        (Policy((STAFF,)), under(EU), False),
        (Policy(()), under(EU), False),
        (under(), OPEN, True),
    ],
)
async def test_an_answer_opens_to_whom_as_much_is_shown_now(store: MemoryStore, has: Policy, was_shown: Policy, may: bool) -> None:
    class Fixed(MemoryRights):
        async def grant(self, reader: str, database: Database, tables: Any) -> Grant:
            assert len(tables) == 4
            return Grant(has)

    answered = run("flights", owner="superset:7")
    await store.create_run(answered.question)
    await store.save_document(answered.question.run_id, GRANT, Grant(was_shown))
    right = RightToSee(store, Fixed(), ("*",))
    for reader in ("superset:7", "superset:8"):
        assert await may_open(right, answered, reader) is may
    assert (await right.why_not(answered, CHAT) is None) is may


async def test_what_a_model_was_not_shown_is_no_limit_to_who_may_open(store: MemoryStore) -> None:
    class Fixed(MemoryRights):
        async def grant(self, reader: str, database: Database, tables: Any) -> Grant:
            return Grant(under(EU))

    answered = run("flights", owner="superset:7")
    await store.create_run(answered.question)
    await store.save_document(answered.question.run_id, GRANT, Grant(under(MASKED), own=under(EU)))
    assert await may_open(RightToSee(store, Fixed()), answered, "superset:7")


async def test_nobody_opens_what_cannot_be_checked(store: MemoryStore) -> None:
    right = RightToSee(store, MemoryRights("flights"))
    assert await may_open(right, run("flights"), "superset:7")
    assert not await may_open(right, run("flights", "dropped"), "superset:7")
    await store.remove_database("flights")
    assert not await may_open(right, run("flights"), "superset:7")


@pytest.mark.parametrize(
    ("mail", "pattern", "same"),
    [
        ("ops@example.com", "ops@EXAMPLE.com", True),
        ("ops@example.com", "OPS@example.com", False),
        ("ops@example.com", "*@example.com", True),
        ("ops@evil-example.com", "*@example.com", False),
        ("ops@example.com.evil.example", "*@example.com", False),
        ("ops@a.example.com", "*@*.example.com", True),
        ("ops@example.com", "", False),
        ("ops@example.com", "*", True),
    ],
)
def test_patterns_are_of_whole_addresses(mail: str, pattern: str, same: bool) -> None:
    assert matches(mail, (pattern,)) is same


def test_patterns_stand_between_commas_or_blanks() -> None:
    assert mail_patterns("a@b.example,  *@c.example *@d.example,") == ("a@b.example", "*@c.example", "*@d.example")
    assert mail_patterns("") == ()
