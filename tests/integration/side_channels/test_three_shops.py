"""What nobody may know is different in each of three shops, and everything that is told there is the same: for every statement, tool and
sentence. None of the planted words is in anything that is told, shown, logged or kept."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from integration.side_channels import hostile
from integration.side_channels.asking import Asking, Call, everything_logged, found_in, in_any_order
from integration.side_channels.world import (
    CONDITION_NUMBER,
    HASH_KEY,
    KINDS,
    NAMES,
    NUMBER,
    SECRETS,
    World,
    duckdb_world,
    mariadb_world,
    postgres_world,
    sqlite_world,
)

ENGINES = ("postgres", "duckdb", "sqlite", "mysql")
IN_A_RUN = 88


@pytest.fixture(scope="module", params=ENGINES)
def worlds(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[World]]:
    with ExitStack() as opened:
        folder = tmp_path_factory.mktemp("shops")
        yield [opened.enter_context(_world(request, kind, folder)) for kind in KINDS]


def _world(request: Any, kind: Any, folder: Path) -> Any:
    if request.param == "duckdb":
        return duckdb_world(kind, folder)
    if request.param == "sqlite":
        return sqlite_world(kind, folder)
    if request.param == "mysql":
        return mariadb_world(kind, request.getfixturevalue("mariadb"))
    cluster = request.getfixturevalue("postgres")

    def new_database() -> str:
        name = f"t_{kind}"
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[call-overload]
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        return str(cluster.url(name))

    return postgres_world(kind, new_database)


async def all_told(world: World, calls: Sequence[Call]) -> tuple[list[tuple[str, str]], Asking]:
    """What each call was told, each run's document and events, and what the model was sent."""
    asking = Asking(world)
    told: list[tuple[str, str]] = []
    for start in range(0, len(calls), IN_A_RUN):
        part = calls[start : start + IN_A_RUN]
        run = await asking.ask(part)
        answers = await asking.told(run.question.run_id)
        told += [(f"call {start} + {place}", in_any_order(asking.alike(answer))) for place, answer in enumerate(answers)]
        told.append(("document", await asking.said(run)))
    return [*told, *(("model", text) for text in asking.opened)], asking


def differences(told: Sequence[Sequence[tuple[str, str]]]) -> list[str]:
    """Where the shops told something else, from the first letter that differs on."""
    found = []
    for rows in zip(*told, strict=True):
        texts = [text for _, text in rows]
        if len(set(texts)) > 1:
            at = next((place for place, letters in enumerate(zip(*texts, strict=False)) if len(set(letters)) > 1), min(map(len, texts)))
            found.append("\n".join([rows[0][0], *(text[max(0, at - 150) : at + 200] for text in texts)]))
    return found


def sampled(calls: Sequence[Call]) -> list[Call]:
    """All of them where SIDE_CHANNELS is `all`, otherwise some of each kind."""
    return list(calls if os.environ.get("SIDE_CHANNELS") == "all" else calls[::32])


def test_nothing_tells_the_three_apart_and_no_planted_word_is_anywhere(worlds: list[World]) -> None:
    """What names a planted word itself is tried apart: the answer may repeat the asker's own words."""
    calls = sampled(hostile.about_values(worlds[0].speech.dialect))
    words = [word.casefold() for word in (*SECRETS, *NAMES)]
    loud = [call for call in calls if any(word in str(call).casefold() for word in words)]
    quiet = [call for call in calls if call not in loud]
    with everything_logged() as lines:
        told = [asyncio.run(all_told(world, quiet)) for world in worlds]
    kept = asyncio.run(told[0][1].kept()) | {"log": "\n".join(lines)}
    guesses = [asyncio.run(all_told(world, loud)) for world in worlds]
    different = differences([one for one, _ in told]) + differences([one for one, _ in guesses])
    assert not different, f"{len(different)} of {len(calls)}:\n" + "\n\n".join(different[:20])
    assert found_in(kept, (*SECRETS, *NAMES)) == {}


def test_a_name_that_is_hidden_is_a_name_that_is_not_there(worlds: list[World]) -> None:
    """The same is said of it, whether it is right or nearly right, as where there never was such a thing."""
    calls = sampled(hostile.by_name(NAMES))
    planted, _, gone = worlds
    told = [asyncio.run(all_told(world, calls))[0] for world in (planted, gone)]
    different = differences(told)
    assert not different, f"{len(different)} of {len(calls)}:\n" + "\n\n".join(different[:20])


def test_what_is_kept_of_all_rows_and_what_others_vouch_for_is_not_there(worlds: list[World]) -> None:
    calls = hostile.about_what_is_known()
    told = [asyncio.run(all_told(world, calls)) for world in worlds]
    different = differences([one for one, _ in told])
    assert not different, f"{len(different)} of {len(calls)}:\n" + "\n\n".join(different[:20])
    assert found_in(asyncio.run(told[0][1].kept()), (*SECRETS, *NAMES)) == {}
    texts = "".join(text for _, text in told[0][0])
    assert "word = alpha" in texts and "the verified query for" in texts  # what is theirs is told


def test_somebody_who_may_see_everything_finds_it_all(worlds: list[World]) -> None:
    """By the same search: otherwise it would find nothing by itself."""
    calls = [
        hostile.sql("SELECT * FROM orders AS o"),
        hostile.sql("SELECT * FROM zqvault"),
        hostile.sql("SELECT * FROM visits"),
        hostile.sql("SELECT * FROM zqview"),
        ("describe", {"names": ["orders", "zqvault", "plain"]}),
    ]
    asking = Asking(worlds[0])
    asyncio.run(asking.ask(calls, reader="k1"))
    kept = asyncio.run(asking.kept())
    missing = {*SECRETS, *NAMES} - set(found_in(kept, (*SECRETS, *NAMES)))
    not_told = {"ZQCHECKED", "ZQINDEXED", "zqfkname", "ZQDEFAULT", HASH_KEY, f"{NUMBER:,}", f"{CONDITION_NUMBER:,}"}
    comments = {"ZQTABLECOMMENT", "ZQCOLUMNCOMMENT"}
    labels = {"ZQENUMLABEL", "ZQROWLABEL"}
    assert missing <= not_told | comments | labels, missing


def test_a_reader_right_after_one_who_sees_everything_is_told_what_is_theirs(worlds: list[World]) -> None:
    """On one warm worker, with the very same statements: what was kept for the one is not given to the other."""
    statements = [
        hostile.sql("SELECT * FROM orders"),
        hostile.sql("SELECT count(*) AS n FROM visits"),
        ("look_at_values", {"column": "orders.customer"}),
        ("look_at_values", {"column": "orders.email", "like": "ZQ"}),
        ("describe", {"names": ["orders", "plain", "model"]}),
        ("search_catalog", {"words": "zqvault zqmargin words"}),
        ("query_metrics", {"purpose": "look", "metrics": ["order_count"], "dimensions": ["orders.customer"]}),
    ]

    async def after(readers: Sequence[str]) -> list[str]:
        asking = Asking(worlds[0])
        for reader in readers:
            run = await asking.ask(statements, reader=reader)
        return [asking.alike(text) for text in await asking.told(run.question.run_id)]

    alone, behind = asyncio.run(after(["user:ada"])), asyncio.run(after(["k1", "user:ada", "k1", "user:ada"]))
    assert [in_any_order(text) for text in alone] == [in_any_order(text) for text in behind]
    assert "ZQROWCUSTOMER" not in "".join(behind) and "ZQMAILPART" not in "".join(behind)
