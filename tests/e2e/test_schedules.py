"""A scheduled report on the whole stack: from the command line to a folder, over past months, and through crashes."""

import asyncio
import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from e2e import command_line
from patience import until
from running_stack import RunningStack
from temporalio.client import Client as Temporal
from temporalio.service import RPCError

from analytics_agent.stack import ports
from analytics_agent.stack.plan import plan
from analytics_agent.stack.state import State

pytestmark = pytest.mark.stack

MONTHLY = ("--every", "month", "--at", "08:00", "--time-zone", "Europe/Berlin")
CANCELLED = "SELECT count(*) FROM flights WHERE dep_time IS NULL AND month = %s"


@pytest.fixture(scope="module")
def accepted(stack: RunningStack) -> str:
    """A question about June 2013, answered; gives its run."""
    words = (
        "How many flights were cancelled last month?",
        "--database",
        "flights",
        "--as-of",
        "2013-07-15",
        "--no-publish",
        "--formats",
        "none",
    )
    asked = command_line.run(stack, "ask", *words, "--json")
    assert asked.code == 0, asked.err
    return str(asked.document["id"])


def made(stack: RunningStack, accepted: str, *options: str) -> dict[str, Any]:
    done = command_line.run(stack, "schedules", "create", accepted, *MONTHLY, *options, "--json")
    assert done.code == 0, done.err
    return done.document


def cancelled_in(stack: RunningStack, month: int) -> int:
    """Counted by the test itself."""
    owner = plan(stack.settings, ports.remembered(State(stack.settings.state)), superset=True).addresses.flights_owner
    with psycopg.connect(owner) as connection:
        row = connection.execute(CANCELLED, (month,)).fetchone()
    assert row
    return int(row[0])


def first_figure(document: dict[str, Any]) -> Any:
    return document["answer"]["claims"][0]["figures"][0]["value"]


def test_an_answer_is_scheduled_made_now_delivered_to_a_folder_and_says_what_changed(
    stack: RunningStack, accepted: str, tmp_path: Path
) -> None:
    tmp_path.chmod(0o777)
    added = command_line.run(stack, "folders", "add", "board", tmp_path.as_uri())
    assert added.code == 0, added.err
    kept = made(stack, accepted, "--name", "Cancelled flights", "--to", "folder:board", "--formats", "pdf")
    assert kept["next"][0]["period"] and kept["moves_by"] == "month"
    begun = command_line.run(stack, "schedules", "run", kept["id"], "--json").document["run"]
    document = stack.finished(begun)
    assert document["status"] == "succeeded", document["reason"]
    assert document["period"]["name"] == "December 2013"
    assert first_figure(document) == cancelled_in(stack, 12)
    assert document["changes"]["changed"] and document["changes"]["since_period"] == "June 2013"
    before, now = cancelled_in(stack, 6), cancelled_in(stack, 12)
    said = {figure["value"] for claim in document["changes"]["claims"] for figure in claim["figures"]}
    assert {before, now, abs(before - now)} <= said
    with stack.client() as client:
        (sent,) = until(lambda: [one for one in client.document(begun)["deliveries"] if one["state"] == "sent"])
    assert sent["recipient"] == "folder:board"
    (pdf,) = tmp_path.rglob("*.pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
    shown = command_line.run(stack, "schedules", "show", kept["id"]).out
    assert begun in shown and "On the 1st of every month at 08:00, Europe/Berlin" in shown
    assert command_line.run(stack, "schedules", "delete", kept["id"], "--yes").code == 0
    assert kept["id"] not in command_line.run(stack, "schedules", "list").out
    assert stack.finished(begun)["status"] == "succeeded"


def test_a_backfill_makes_each_months_report_once_though_workers_crash_in_between(stack: RunningStack, accepted: str) -> None:
    kept = made(stack, accepted, "--formats", "none")
    told = command_line.run(stack, "schedules", "backfill", kept["id"], "--from", "2013-03-01", "--to", "2013-08-01", "--json").document
    assert (told["count"], told["made_before"]) == (6, 0)
    with stack.client() as client:
        until(lambda: client.schedule(kept["id"])["runs"])
        stack.kill("worker-workflow", "worker-warehouse")
        runs = until(lambda: _all_finished(client.schedule(kept["id"])["runs"], 6), 150)
        documents = [client.document(run["id"]) for run in runs]
    assert [document["period"]["name"].split()[0] for document in documents] == ["July", "June", "May", "April", "March", "February"]
    assert [first_figure(document) for document in documents] == [cancelled_in(stack, month) for month in range(7, 1, -1)]
    again = command_line.run(stack, "schedules", "backfill", kept["id"], "--from", "2013-03-01", "--to", "2013-08-01").out
    assert "Nothing to make: 6 reports of that time are there." in again
    command_line.run(stack, "schedules", "delete", kept["id"], "--yes")


def _all_finished(runs: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    return runs if len(runs) == count and all(run["status"] == "succeeded" for run in runs) else []


def test_a_report_that_temporal_crashed_in_is_made_once(stack: RunningStack, accepted: str) -> None:
    kept = made(stack, accepted, "--formats", "none")
    with stack.client() as client:
        client.run_schedule(kept["id"])
        (begun,) = until(lambda: client.schedule(kept["id"])["runs"])
        stack.kill("temporal")
        assert stack.finished(begun["id"])["status"] == "succeeded"
        assert [run["id"] for run in client.schedule(kept["id"])["runs"]] == [begun["id"]]
        until(lambda: command_line.run(stack, "schedules", "delete", kept["id"], "--yes").code == 0)


def test_what_temporal_lost_comes_back_with_its_pause_also_when_the_api_was_killed(stack: RunningStack, accepted: str) -> None:
    kept = made(stack, accepted)
    paused = command_line.run(stack, "schedules", "pause", kept["id"], "--note", "Data is late.")
    assert paused.code == 0, paused.err
    mark = asyncio.run(_note(stack, kept["id"]))
    assert mark, "what somebody wrote of the pause stays out of Temporal, which has its mark"
    assert "late" not in mark
    asyncio.run(_lose(stack, kept["id"]))
    stack.kill("api")
    assert until(lambda: asyncio.run(_note(stack, kept["id"])), 45) == mark
    until(lambda: command_line.run(stack, "schedules", "resume", kept["id"]).code == 0)
    assert asyncio.run(_note(stack, kept["id"])) == ""
    command_line.run(stack, "schedules", "delete", kept["id"], "--yes")
    assert asyncio.run(_note(stack, kept["id"])) is None


async def _lose(stack: RunningStack, schedule_id: str) -> None:
    temporal = await Temporal.connect(stack.settings.temporal_address)
    await temporal.get_schedule_handle(f"schedule-{schedule_id}").delete()


async def _note(stack: RunningStack, schedule_id: str) -> str | None:
    """The note of the pause as Temporal has it; None when it has no such schedule."""
    temporal = await Temporal.connect(stack.settings.temporal_address)
    try:
        found = await temporal.get_schedule_handle(f"schedule-{schedule_id}").describe()
    except RPCError:
        return None
    return found.schedule.state.note or ""


def test_wrong_usage_names_the_options_and_makes_nothing(stack: RunningStack, accepted: str) -> None:
    before = json.loads(command_line.run(stack, "schedules", "list", "--json").out)
    done = command_line.run(stack, "schedules", "create", accepted, "--cron", "61 8 * * MON", "--time-zone", "Berlin", "--to", "nobody")
    assert done.code == 2
    for said in ("--cron: The minute '61'", "--time-zone: There is no time zone 'Berlin'. Nearest: Europe/Berlin", "--to: 'nobody'"):
        assert said in done.err
    assert command_line.run(stack, "schedules", "show", "nope").code == 1
    assert json.loads(command_line.run(stack, "schedules", "list", "--json").out) == before
