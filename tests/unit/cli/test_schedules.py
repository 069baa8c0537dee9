"""Schedules on the command line, with a client that answers from memory."""

import json
from collections.abc import Iterator
from typing import Any, Self

import pytest
from unit.cli.documents import Json, screen

from analytics_agent import cli
from analytics_agent.cli import schedule_page as pages
from analytics_agent.cli import schedules
from analytics_agent.errors import AskerError, ServiceUnreachable

DUE = {"at": "2026-12-01T07:00:00Z", "local": "2026-12-01T08:00+01:00", "period": "November 2026"}
POLICIES = {"moves": "Its period moves on by whole months.", "overlap": "It is left out.", "catch_up": "Up to a day late."}


def schedule(**more: Any) -> Json:
    known: Json = {"id": "e990b43eb8", "owner": "k1", "name": "Cancelled flights", "question": "How many?", "database": "flights"}
    known |= {"analysis": "31bf6538ab4a", "when": "On the 1st of every month at 08:00, Europe/Berlin", "moves_by": "month"}
    known |= {"recipients": ["folder:board"], "formats": ["html", "pdf"], "publish": True, "overlap": "skip", "catch_up_hours": 24}
    known |= {"policies": POLICIES, "paused": None, "next": [DUE], "runs": [], "warnings": []}
    return known | more


def made(run_id: str = "07fd6072767f", status: str = "succeeded", **more: Any) -> Json:
    known = {"id": run_id, "status": status, "reason": None, "scheduled_for": "2013-08-01T06:00:00Z", "finished_at": None}
    return (
        known
        | {"period": "July 2013", "question": "How many?", "headline": "940 flights in July 2013", "report": {"html": None, "pdf": None}}
        | more
    )


class Memory:
    """`shown` are what the schedule is, look by look."""

    def __init__(self, *shown: Json) -> None:
        self.shown = list(shown) or [schedule()]
        self.did: list[tuple[Any, ...]] = []
        self.fails: Exception | None = None

    def __call__(self) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        def call(*given: Any, **named: Any) -> Any:
            self.did.append((name, *given, named) if named else (name, *given))
            if self.fails:
                raise self.fails
            return self.shown if name == "schedules" else self.shown.pop(0) if len(self.shown) > 1 else self.shown[0]

        return call


@pytest.fixture
def using(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    def use(memory: Memory) -> Memory:
        monkeypatch.setattr(schedules, "Client", memory)
        monkeypatch.setattr(schedules, "_PATIENCE", 0.6)
        monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
        return memory

    return use


def run(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> tuple[str, str]:
    assert cli.run(["schedules", *words]) == status
    printed = capsys.readouterr()
    return printed.out, printed.err


def test_what_was_typed_is_what_is_asked_for(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    memory = using(Memory())
    typed = [
        "create",
        "r1",
        "--every",
        "week",
        "--on",
        "Fri",
        "--at",
        "18:00",
        "--time-zone",
        "UTC",
        "--to",
        "a@b.example",
        "--to",
        "folder:x",
    ]
    run(capsys, *typed, "--catch-up", "90m", "--formats", "pdf", "--moves-by", "week")
    ((name, analysis, sent),) = memory.did
    assert (name, analysis) == ("create_schedule", "r1")
    assert (sent["every"], sent["on"], sent["at"], sent["time_zone"], sent["catch_up_hours"]) == ("week", 5, "18:00", "UTC", 1.5)
    assert (sent["recipients"], sent["formats"], sent["moves_by"]) == (["a@b.example", "folder:x"], ["pdf"], "week")
    assert not {"cron", "overlap", "month", "name"} & set(sent)


def test_without_a_zone_it_is_this_machines(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    memory = using(Memory())
    run(capsys, "create", "r1", "--every", "day")
    assert memory.did[0][2]["time_zone"] == schedules.local_zone()


@pytest.mark.parametrize(("option", "value"), [("--on", "someday"), ("--on", "fr"), ("--catch-up", "soon"), ("--catch-up", "-1h")])
def test_a_value_that_means_nothing_is_wrong_usage(using: Any, capsys: pytest.CaptureFixture[str], option: str, value: str) -> None:
    memory = using(Memory())
    run(capsys, "create", "r1", "--every", "week", option, value, status=2)
    assert memory.did == []


def test_problems_speak_of_options_a_line_each(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    memory = using(Memory())
    memory.fails = AskerError("timing.time_zone: There is none. timing.cron: The minute '61'. catch_up_hours: Too long. recipients: Who?")
    _, told = run(capsys, "create", "r1", "--cron", "61 8 * * *", status=2)
    assert told.split("\n")[:4] == ["✗ --time-zone: There is none.", "--cron: The minute '61'.", "--catch-up: Too long.", "--to: Who?"]


def test_a_schedule_shows_what_comes_what_was_and_what_becomes_of_a_late_one() -> None:
    shown = screen(pages.page(schedule(runs=[made(), made("b1", "failed", headline=None, reason="The database is away.")])), width=100)
    for said in (
        "Cancelled flights",
        "✓ on",
        "Tue 1 Dec 2026, 08:00   November 2026",
        "July 2013   ✓ succeeded",
        "940 flights in July 2013",
        "✗ failed",
    ):
        assert said in shown
    for said in (
        "The database is away.",
        "It is left out.",
        "Up to a day late.",
        "html, pdf, dashboard",
        "folder:board",
        "schedules pause",
    ):
        assert said in shown


def test_a_paused_schedule_says_why_and_how_to_go_on() -> None:
    shown = screen(pages.page(schedule(paused="Data is late.", next=[])), width=100)
    for said in ("! paused", "Data is late.", "schedules resume e990b43eb8"):
        assert said in shown
    assert "schedules pause" not in shown


def test_a_warning_stands_out() -> None:
    warning = "On 29 March 2026 there is no 02:30 in Europe/Berlin."
    assert f"!   {warning}" in screen(pages.page(schedule(warnings=[warning])), width=100)


def test_names_and_notes_cannot_steer_the_terminal() -> None:
    hostile = schedule(name="a\x1b[2Jb", paused="c\x1b]0;x\x07", recipients=["folder:\x1b[31m"], runs=[made(headline="\x1b[5m")])
    for shown in (screen(pages.page(hostile)), screen(pages.table([hostile]))):
        assert "\x1b" not in shown and "\x07" not in shown


def test_a_list_has_a_line_for_each(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    using(Memory(schedule(runs=[made()]), schedule(id="s2", name="Other", paused="x", next=[])))
    heads, first, second = run(capsys, "list")[0].splitlines()
    assert heads.split() == ["schedule", "state", "name", "next", "last", "when"]
    assert "Tue 1 Dec 2026, 08:00" in first and "✓ succeeded" in first
    assert "! paused" in second and "Other" in second


def test_no_schedule_yet_says_how_to_make_one(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    memory = using(Memory())
    memory.shown = []
    assert "schedules create" in run(capsys, "list")[0]
    assert json.loads(run(capsys, "list", "--json")[0]) == []


def test_run_now_names_the_run_that_makes_it(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    old = schedule(runs=[made()])
    using(Memory(old, old, old, schedule(runs=[made("new", "queued"), made()])))
    assert json.loads(run(capsys, "run", "e990b43eb8", "--json")[0]) == {"schedule": "e990b43eb8", "run": "new"}


def test_a_run_that_has_not_begun_in_time_is_no_failure(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    using(Memory())
    assert "has not begun yet" in run(capsys, "run", "e990b43eb8")[1]


def test_a_backfill_says_how_many_and_which_are_there(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    using(Memory({"schedule": "e990b43eb8", "count": 1, "made_before": 2, "due": [DUE]}))
    shown, _ = run(capsys, "backfill", "e990b43eb8", "--from", "2026-12-01", "--to", "2026-12-01")
    assert "1 report will be made, one after the other. 2 reports of that time are there already." in shown


def test_deleting_asks_a_person_first(using: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    memory = using(Memory())
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)
    run(capsys, "delete", "e990b43eb8", status=1)
    assert ("delete_schedule", "e990b43eb8") not in memory.did
    run(capsys, "delete", "e990b43eb8", "--yes")
    assert ("delete_schedule", "e990b43eb8") in memory.did


def test_an_engine_that_is_away_is_exit_status_3(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    memory = using(Memory())
    memory.fails = ServiceUnreachable("Temporal does not answer.", hint="Start it with `analytics-agent up`.")
    for words in (["create", "r1", "--every", "day"], ["pause", "s"], ["run", "s"], ["list"]):
        assert "Temporal does not answer." in run(capsys, *words, status=3)[1]
