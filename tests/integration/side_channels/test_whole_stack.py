"""Secrets planted in a database of the whole stack, and a person under a policy who tries everything: none of them is in any answer, file,
mail, dashboard, table, history, log or leftover. Then somebody asks who may see all: there they are, and they stay. So a state folder that
is kept between runs of the tests has to be removed before this is run again."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.side_channels import hostile
from integration.side_channels.asking import found_in
from integration.side_channels.hostile import sql
from integration.side_channels.whole import (
    CLAUDE,
    Shop,
    ask,
    ended,
    everything_asked_for,
    files_of,
    in_whole_tables,
    left_in_tmp,
    obeying,
    on_the_command_line,
    planted_shop,
    policies_of,
    token_of,
    ways_out,
)
from integration.side_channels.world import HASH_KEY, NAMES, SECRETS, VALUES, VERIFIED
from patience import until
from planted_words import cluster_url, histories
from running_stack import RunningStack
from superset_people import People

from analytics_agent.client import Client
from analytics_agent.stack import databases
from analytics_agent.stack.postgres import Cluster

pytestmark = [pytest.mark.stack, pytest.mark.matrix, pytest.mark.timeout(1_800)]

CONDITIONS = {"ZQLITERAL", "ZQCONDITION", "9081753", "9,081,753", "ZQROWWARD"}
"""Words of the row conditions: they are kept with a run's grant."""
WORDS = (*SECRETS, *NAMES)
VOUCHED = {word for word in WORDS if word.casefold() in json.dumps(VERIFIED).casefold()}
"""Written into the semantic model by people who see everything: it is kept, with its earlier versions, and told as far as one may see."""
PROFILED = {*VALUES["a hidden row"], *VALUES["a condition"], "ZQVAULTVALUE", "ZQROWLABEL"} - {"ZQROWPAYLOAD", "ZQROWCODE"}
"""Values of rows and of tables that are hidden from some: profiles are of all rows, kept for those who see every one of them. Not those of
a column that anybody sees masked or not at all."""


@pytest.fixture(scope="module")
def shop(stack: RunningStack, people: People, postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with planted_shop(stack, postgres, people.admin) as shop:
        asked_everything(shop, tmp_path_factory.mktemp("out"))
        yield shop


def quiet(every: int) -> list[hostile.Call]:
    """What names no planted word itself: an answer may repeat the asker's own."""
    calls = [call for call in hostile.about_values("postgres") if not any(word.casefold() in str(call).casefold() for word in WORDS)]
    return calls[::every]


def asked_everything(shop: Shop, folder: Path) -> None:
    with ways_out(shop, folder) as recipients:
        calls = quiet(9)
        first = ask(shop, "What is there?", calls[:88], publish=True, recipients=list(recipients))
        assert first["status"] == "succeeded", first["reason"]
        until(lambda: [one["state"] for one in shop.ada.document(first["id"])["deliveries"]] == ["sent"] * 3, 90)
    governed = ask(shop, "How many orders made were there by customer?", model="offline", publish=True)
    assert governed["status"] == "succeeded", governed["reason"]
    ask(shop, "And by mail?", [sql("SELECT email, count(*) AS customer FROM orders GROUP BY email")], continues=first["id"])
    ask(shop, "What margin had each vault?", model="offline")
    approvals(shop)
    schedules(shop, governed["id"])
    routes(shop, first["id"])
    on_the_command_line(shop, first["id"])


def approvals(shop: Shop) -> None:
    """A statement over the limit: what the person who is asked is told, and what is told after each decision."""
    with shop.stack.client() as admin:
        admin.change_database(shop.name, rows_limit=1, over_limit="ask")
        try:
            for decision in ("approve", "reject"):
                shop.stack.script.step = obeying([sql("SELECT customer, count(*) AS n FROM orders GROUP BY customer")])
                with shop.ada.client() as client:
                    run_id = client.submit(f"Who, {decision}?", shop.name, model=CLAUDE, formats=["html"], publish=False)
                shop.runs.append(run_id)
                asked = ended(shop, run_id, "needs_approval")
                assert asked["status"] == "needs_approval", asked["reason"]
                assert "expected to go through more rows" in asked["approval"]["why"]
                routes(shop, run_id, f"while it waits to {decision}")
                with shop.ada.client() as client:
                    client.approve(run_id) if decision == "approve" else client.reject(run_id, note="no")
                ended(shop, run_id)
        finally:
            admin.change_database(shop.name, rows_limit="default", over_limit="default")


def schedules(shop: Shop, source: str) -> None:
    with shop.ada.client() as client:
        made = client.create_schedule(
            source, name="weekly", time_zone="UTC", every="week", moves_by="fixed", formats=["html"], patient=False
        )
        client.run_schedule(made["id"])

    def its_runs() -> list[str]:
        with shop.ada.client() as client:
            found = [one for one in client.runs() if (one.get("schedule") or {}).get("id") == made["id"]]
        return [one["id"] for one in found if one["status"] in ("succeeded", "refused", "failed")]

    (repeated,) = until(its_runs, 120)
    shop.runs.append(repeated)
    shop.keep("schedule", str(made))
    with shop.ada.client() as client:
        client.delete_schedule(made["id"])


def routes(shop: Shop, run_id: str, when: str = "") -> None:
    """For the person, with a token of a minute, and with a key that is bound to them."""
    with shop.stack.client() as admin:
        made = admin.create_key(f"hers {time.time()}", as_user=shop.username)
    try:
        with Client(shop.stack.settings.api_url, made["key"]) as client:
            shop.keep(f"{when} her key: me", str(client.me()))
        headers = {"Authorization": f"Bearer {made['key']}"}
        answered = everything_asked_for(shop, lambda: headers, f"{when} her key", {"run_id": run_id})
        answered += everything_asked_for(shop, lambda: {"Authorization": f"Bearer {token_of(shop)}"}, f"{when} herself", {"run_id": run_id})
        assert f"/v1/analyses/{run_id}" in answered
    finally:
        with shop.stack.client() as admin:
            admin.revoke_key(made["id"])


def test_no_planted_word_is_told_kept_or_left_anywhere(stack: RunningStack, shop: Shop) -> None:
    assert len(shop.told) > 100 and len(shop.runs) >= 7 and shop.calls >= 88
    assert found_in(shop.told, WORDS) == {}
    assert len(stack.messages.requests) - shop.requests > 10
    requests = {f"request {place}": str(body) for place, body in enumerate(stack.messages.requests[shop.requests :])}
    assert found_in(requests, WORDS) == {}
    assert found_in(asyncio.run(histories(stack)), WORDS) == {}

    kept = in_whole_tables(stack, WORDS, lambda name: cluster_url(stack, name), (databases.STORE, databases.SUPERSET))
    # The catalog is kept as it was read, names and comments, for operators and the guard. A run's grant names what it conditions and hides.
    schema = {*NAMES, "ZQTABLECOMMENT", "ZQCOLUMNCOMMENT"}
    allowed = {
        "catalogs": schema,
        "documents rights": schema | CONDITIONS,
        "profiles": {*NAMES} | PROFILED,
        "databases": VOUCHED,
        "model_versions": VOUCHED,
    }
    by_rights = {word: {f"{databases.STORE} {place}" for place, words in allowed.items() if word in words} for word in WORDS}
    assert {word: places - by_rights[word] for word, places in kept.items() if places - by_rights[word]} == {}
    found = set().union(*kept.values())
    assert found >= {f"{databases.STORE} {place}" for place in allowed}, "all of these are kept, so the search finds what is there"

    files = {place: text for place, text in files_of(stack).items() if not place.startswith(("postgres/", "postgresql/"))}
    assert found_in(files, WORDS) == {}
    values = [word for word in WORDS if word not in schema and word not in CONDITIONS]
    assert found_in(left_in_tmp(shop.began), values) == {}
    nowhere = [word for word in values if word not in VOUCHED | PROFILED]
    assert found_in(files_of(stack), nowhere) == {}
    assert {HASH_KEY, *VALUES["a hidden column"], *VALUES["a masked column"]} <= set(nowhere)


def test_what_becomes_confidential_leaves_the_store_within_seconds(stack: RunningStack, shop: Shop) -> None:
    until(lambda: "Alder" in shop.profiled())
    changed = json.loads(policies_of(shop.name, shop.username))
    changed["policies"][0]["tables"][0]["hide"].append("customer")
    with stack.policies(json.dumps(changed)):
        until(lambda: "Alder" not in shop.profiled(), 30)
        assert "customer" in shop.profiled(), "its rows and different values are still counted"


def test_whoever_may_see_it_finds_it_by_the_same_search(stack: RunningStack, shop: Shop) -> None:
    calls = [sql("SELECT customer, code, zqmargin, email, note, amount, born FROM orders ORDER BY id DESC"), sql("SELECT * FROM zqvault")]
    stack.script.step = obeying(calls)
    with stack.client() as client:
        found = stack.finished(client.submit("All of it?", shop.name, model=CLAUDE, formats=["html", "pdf"], publish=False))
        assert found["status"] == "succeeded", found["reason"]
        shop.keep("operator html", client.report(found["id"], "html"))
        shop.keep("operator pdf", client.report(found["id"], "pdf"))
        for kind in ("csv", "parquet", "json"):
            shop.keep(f"operator {kind}", client.result(found["id"], found["queries"][0]["id"], kind))
    seen = ["ZQROWCUSTOMER", "ZQROWCODE", "ZQMARGINVALUE", "ZQMAILPART", "ZQNOTETEXT", "147.31"]
    told = {place: text for place, text in shop.told.items() if place.startswith("operator ")}
    for place in ("operator csv", "operator parquet", "operator json"):
        assert set(found_in({place: told[place]}, seen)) == set(seen)
    assert found_in({"html": told["operator html"]}, seen)
    assert any("artifacts" in place for place in found_in(files_of(stack), seen)["ZQMARGINVALUE"])
    assert found_in({"request": str(stack.messages.requests[-3:])}, seen)
