"""One person uses everything and is erased on the real stack, while its workers are killed. Their words are looked for in every table,
every file and every history; the other person's runs are as they were."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from e2e import command_line
from fakes.mail_server import MailServer
from fakes.webhook_receiver import Receiver
from integration.erasure.planted import (
    ANSWER,
    MAIL,
    NAME,
    NOTE,
    PAUSE,
    QUESTION,
    SCHEDULE,
    SENT_TO,
    WORDS,
    Somebody,
    artifacts,
    audit_lines,
    claude,
    ledger,
    tables_of_superset,
)
from patience import until
from planted_words import in_files, in_histories, in_tables
from running_stack import MAY_GET_ALL, RunningStack
from superset_people import People

pytestmark = pytest.mark.stack
OTHER = "How many flights did each carrier have?"


@dataclass
class World:
    """As it was before the person came, and what they made of it."""

    ada: Somebody
    ben: Somebody
    folder: Path
    kept: dict[str, Any]
    reports: dict[str, bytes]
    files: set[str]
    superset: dict[str, int]
    runs: list[str]
    schedule: str


def ended(person: Somebody, run_id: str, *statuses: str) -> dict[str, Any]:
    wanted = statuses or ("succeeded",)
    over = ("succeeded", "failed", "refused", "cancelled", "over_budget")
    found = until(lambda: (one := person.document(run_id))["status"] in (*wanted, *over) and one, 90)
    assert isinstance(found, dict) and found["status"] in wanted, (found["status"], found["reason"])
    return found


@pytest.fixture(scope="module")
def ways(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A mail server, webhook:chat and folder:archive."""
    folder = tmp_path_factory.mktemp("archive")
    for path in (folder, folder.parent):
        path.chmod(0o777)
    with MailServer(port=stack.mail_port), Receiver() as receiver, stack.client() as client:
        client.add_folder("archive", f"file://{folder}", databases=["flights"])
        client.add_webhook("chat", receiver.url, databases=["flights"])
        yield folder
        client.remove_folder("archive")
        client.remove_webhook("chat")


@pytest.fixture(scope="module")
def world(stack: RunningStack, people: People, ways: Path) -> World:
    stack.script.step = claude
    readers = [people.add(whole_database=True) for _ in range(2)]
    ada, ben = Somebody(stack, readers[0].id, NAME), Somebody(stack, readers[1].id, "Ben Other")
    his = [ben.ask(OTHER, publish=True, formats=["html", "pdf"]), ben.ask(OTHER, recipients=[f"mail:{MAIL}", f"mail:ben@{MAY_GET_ALL}"])]
    for run_id in his:
        ended(ben, run_id)
    delivered(ben, his[1], 2)
    files, superset = artifacts(stack), tables_of_superset(stack)
    runs, schedule = used_by(stack, ada)
    kept = {run_id: ben.document(run_id) for run_id in his}
    with ben.client() as client:
        reports = {kind: client.report(his[0], kind) for kind in ("html", "pdf")}
    return World(ada, ben, ways, kept, reports, files, superset, runs, schedule)


def delivered(person: Somebody, run_id: str, count: int) -> None:
    until(lambda: [one["state"] for one in person.document(run_id)["deliveries"]] == ["sent"] * count, 60)


def used_by(stack: RunningStack, ada: Somebody) -> tuple[list[str], str]:
    """Everything there is, each with its planted words, beside one another where that can be. Gives the runs and the schedule."""
    whole = ada.ask(
        f"{OTHER} {QUESTION}, asks back",
        publish=True,
        formats=["html", "pdf"],
        recipients=[f"mail:{SENT_TO}", "webhook:chat", "folder:archive"],
    )
    same, waits = ada.ask(OTHER, formats=["html"]), ada.ask(f"{OTHER} {QUESTION}, asks back again")
    patient = ada.ask(f"{OTHER} {QUESTION} patiently", patient=True)
    ended(ada, whole, "needs_input")
    with ada.client() as client:
        client.answer(whole, f"Of departures. {ANSWER}")
    ended(ada, whole)
    with ada.client() as client:
        timing = {"time_zone": "UTC", "every": "day", "moves_by": "fixed"}
        sent = {"recipients": [f"mail:{SENT_TO}"], "formats": ["html"], "patient": False}
        schedule = client.create_schedule(whole, name=SCHEDULE, **timing, **sent)["id"]
        client.run_schedule(schedule)
    delivered(ada, whole, 3)
    for run_id, status in ((same, "succeeded"), (waits, "needs_input"), (patient, "running")):
        ended(ada, run_id, status)
    until(lambda: made_by(ada, schedule), 60)
    with ada.client() as client:
        client.pause_schedule(schedule, PAUSE)
    return [whole, same, waits, patient, rejected(stack, ada)], schedule


def rejected(stack: RunningStack, ada: Somebody) -> str:
    """A run with a statement over the limit, and why it is not to run."""
    with stack.client() as client:
        client.change_database("flights", rows_limit=1_000, over_limit="ask")
        run_id = ada.ask(f"{OTHER} {QUESTION} once more")
        ended(ada, run_id, "needs_approval")
        with ada.client() as own:
            own.reject(run_id, note=NOTE)
        ended(ada, run_id, "refused")
        client.change_database("flights", rows_limit="default", over_limit="default")
    return run_id


def made_by(ada: Somebody, schedule: str) -> bool:
    with ada.client() as client:
        found = [one for one in client.runs() if (one.get("schedule") or {}).get("id") == schedule]
    return any(one["status"] == "succeeded" for one in found)


def test_nothing_is_found_of_somebody_who_was_erased_and_others_have_all_of_theirs(stack: RunningStack, world: World) -> None:
    ada = world.ada
    before = in_tables(stack, WORDS)
    assert set(before) == set(WORDS), "every planted word must be somewhere, or the search below finds nothing by itself"
    assert set(asyncio.run(in_histories(stack, world.runs))) == set(world.runs)
    assert list(world.folder.iterdir())
    paid = ledger(stack)

    shown = command_line.run(stack, "people", "show", ada.id, "--mail", MAIL, "--json").document
    assert shown["held"]["runs"] >= 6 and shown["held"]["mentions"] >= 2 and NAME in shown["names"]
    with stack.client() as client:
        begun = client.erase(ada.id, mails=[MAIL, SENT_TO])
    stack.kill("worker-deliver", "worker-workflow")
    done = command_line.run(stack, "people", "erase", ada.id, "--mail", MAIL, "--mail", SENT_TO, "--yes", "--json", seconds=300)
    assert done.code == 0, done.err
    assert (done.document["id"], done.document["stage"]) == (begun["id"], "done")
    assert done.document["runs"] == shown["held"]["runs"]
    left = {(one["kind"], one["name"]): one["count"] for one in done.document["left"]}
    assert left[("mail", "")] >= 2 and left[("webhook", "chat")] == 1
    assert not {kind for kind, _ in left} & {"file", "dashboard", "dataset", "run"}

    assert in_tables(stack, WORDS) == {}
    assert in_files(stack, WORDS) == {}
    assert asyncio.run(in_histories(stack, [*WORDS, *world.runs, world.schedule])) == {}
    assert list(world.folder.iterdir()) == []
    assert artifacts(stack) == world.files
    assert tables_of_superset(stack) == world.superset
    assert ledger(stack)[1:] == paid[1:] and ledger(stack)[0] == paid[0]
    lines = audit_lines(stack)
    assert ada.id not in lines.replace(f"{ada.id}0", "") and not [run_id for run_id in world.runs if run_id in lines]

    for run_id, document in world.kept.items():
        found = world.ben.document(run_id)
        for one in (found, document):
            one["deliveries"] = [sent for sent in one["deliveries"] if sent["name"] == f"ben@{MAY_GET_ALL}"]
            one.pop("recipients", None)
        assert found == document
    with world.ben.client() as client:
        his = next(iter(world.kept))
        assert {kind: client.report(his, kind) for kind in ("html", "pdf")} == world.reports


def test_erased_again_there_is_nothing_and_whoever_was_erased_asks_as_new(stack: RunningStack, world: World) -> None:
    again = command_line.run(stack, "people", "erase", world.ada.id, "--yes")
    assert again.code == 0 and again.out.startswith("There was nothing to erase.")
    with stack.client() as client:
        assert all(one["stage"] == "done" for one in client.erasures())
    anew = Somebody(stack, world.ada.number, "Somebody Anew")
    run_id = anew.ask(OTHER)
    assert ended(anew, run_id)["status"] == "succeeded"
    with anew.client() as client:
        assert [one["id"] for one in client.runs()] == [run_id]


def test_somebody_whom_nobody_knows_is_said_to_be_unknown(stack: RunningStack) -> None:
    done = command_line.run(stack, "people", "erase", "Nobody Of That Name", "--yes")
    assert done.code == 1
    assert "Nobody is known as 'Nobody Of That Name'" in done.err
