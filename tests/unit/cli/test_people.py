"""What `people` says: what is held, what was erased, what is left outside."""

from typing import Any

import pytest

from analytics_agent import cli
from analytics_agent.cli import people
from analytics_agent.client import Client
from analytics_agent.errors import StackError
from analytics_agent.stack import scrubbing

NOTHING: dict[str, Any] = dict.fromkeys((*people._THINGS, *people._KEPT), 0) | {"since": None, "until": None}
SOME = NOTHING | {"runs": 2, "schedules": 1, "calls": 1_204, "since": "2026-11-01T08:00:00Z", "until": "2026-11-20T08:00:00Z"}
DONE: dict[str, Any] = {
    "id": "e1",
    "stage": "done",
    "begun_at": "2026-11-23T08:00:00Z",
    "finished_at": "2026-11-23T08:01:00Z",
    "trouble": None,
    "runs": 2,
    "files": 31,
    "left": [{"kind": "mail", "name": "", "count": 2}, {"kind": "webhook", "name": "chat", "count": 1}],
}


def person(held: dict[str, Any], *mails: str) -> dict[str, Any]:
    return {"ids": ["superset:7"], "names": ["Ada Byron"], "mails": list(mails), "held": held}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the API was asked. It holds SOME."""
    seen: list[Any] = []
    monkeypatch.setattr(Client, "held", lambda self, who, mails=(): seen.append(("held", who, list(mails))) or person(SOME, *mails))
    monkeypatch.setattr(Client, "erase", lambda self, who, mails=(): seen.append(("erase", who, list(mails))) or DONE)
    monkeypatch.setattr(Client, "erasure", lambda self, name: DONE)
    monkeypatch.setattr(Client, "erasures", lambda self: [DONE])
    monkeypatch.setattr(scrubbing, "is_here", lambda settings: False)
    return seen


def test_what_is_held_is_said_in_words(asked: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["people", "show", "Ada Byron"]) == 0
    said = capsys.readouterr().out
    assert "Held of superset:7 (Ada Byron), " in said
    assert "  2 questions with their answers, results and reports\n" in said and "  1 schedule, deleted ones too\n" in said
    assert "keeps 1,204 lines of the ledger, under a name that leads to nobody" in said
    assert "--mail" in said


def test_of_whom_nothing_is_held_that_is_said(
    asked: list[Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Client, "held", lambda self, who, mails=(): person(NOTHING))
    assert cli.run(["people", "show", "superset:7"]) == 0
    assert capsys.readouterr().out == "Nothing is held of superset:7 (Ada Byron).\n"
    assert cli.run(["people", "erase", "superset:7", "--yes"]) == 0
    assert capsys.readouterr().out.startswith("There was nothing to erase.\n")


def test_a_dry_run_changes_nothing(asked: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["people", "erase", "superset:7", "--dry-run", "--mail", "ada@example.com"]) == 0
    assert asked == [("held", "superset:7", ["ada@example.com"])]
    assert capsys.readouterr().out.endswith("Nothing was changed.\n")


def test_nobody_is_erased_without_a_yes(asked: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["people", "erase", "superset:7"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert [call for call, *_ in asked] == ["held"]


def test_what_was_erased_and_what_is_left_is_said(asked: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["people", "erase", "superset:7", "--yes"]) == 0
    said = capsys.readouterr()
    assert "Erased: 2 runs and 31 files, and all that hung on them." in said.out
    assert "  2 mails were sent and are in their readers' mailboxes\n  1 message was sent to the webhook chat\n" in said.out
    assert "docs/erasure.md" in said.out
    assert said.err == "  done\n"
    assert asked[-1] == ("erase", "superset:7", [])


@pytest.mark.parametrize("fails", [True, False])
def test_the_stacks_files_are_written_anew_and_the_erasure_stands_where_that_fails(
    asked: list[Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    def scrub(settings: Any) -> None:
        if fails:
            raise StackError("The stack's files could not all be written anew.")

    monkeypatch.setattr(scrubbing, "is_here", lambda settings: True)
    monkeypatch.setattr(scrubbing, "scrub", scrub)
    assert cli.run(["people", "erase", "superset:7", "--yes", "--json"]) == 0
    said = capsys.readouterr()
    assert '"stage": "done"' in said.out
    assert ("could not all" in said.err) is fails


def test_every_kind_of_thing_that_is_left_has_its_words() -> None:
    from typing import get_args, get_type_hints

    from analytics_agent.domain.erasure import Held, Left, Stage

    assert set(people._LEFT) == set(get_args(get_type_hints(Left)["kind"]))
    assert set(people._STAGES) == set(get_args(Stage))
    assert {*people._THINGS, *people._KEPT} == set(get_type_hints(Held)) - {"since", "until"}
    for one, many in (*people._LEFT.values(), *people._THINGS.values(), *people._KEPT.values()):
        assert one != many


def test_erasures_are_listed_without_names(asked: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["people", "erasures"]) == 0
    said = capsys.readouterr().out
    assert "e1" in said and "done" in said and "superset" not in said


def test_scrubbing_wants_a_stack_that_runs(asked: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["people", "scrub"]) == 1
    assert "does not run" in capsys.readouterr().err
