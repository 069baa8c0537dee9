"""A statement that waits for approval, at a terminal and where there is none."""

from typing import Any

import pytest
from unit.cli.documents import Json, claim, document, query
from unit.cli.test_commands import Memory, said, using  # noqa: F401  the fixture

from analytics_agent import cli
from analytics_agent.errors import NotAllowed

WAITS: Json = {
    "id": "a1",
    "title": "Delays in [rain]",
    "sql": "SELECT count(*)\nFROM flights\nCROSS JOIN weather",
    "why": "It is expected to go through about 8.8 billion rows of flights × weather; the limit is 1 billion.",
    "instead": "Join flights and weather on flights.origin = weather.origin.",
    "needs": "asker",
}


class Deciding(Memory):
    def approve(self, run_id: str, *, approval: str | None) -> None:
        self.did.append(("approve", run_id, approval))

    def reject(self, run_id: str, *, approval: str | None, note: str | None) -> None:
        self.did.append(("reject", run_id, approval, note))


def waiting(**more: Any) -> Json:
    return document(status="needs_approval", approval=WAITS | more)


def decided(memory: Deciding) -> list[tuple[Any, ...]]:
    return [did for did in memory.did if did[0] in ("approve", "reject")]


def test_where_nobody_can_be_asked_the_run_shows_what_waits_and_how_to_decide(using: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    memory = using(Deciding(waiting()))
    told = said(capsys, "ask", "Why?", "--database", "flights", status=1)
    assert "8.8 billion rows of flights × weather" in told and "Delays in [rain]" in told
    assert "CROSS JOIN weather" in told
    assert "runs approve 7f3c21a9" in told and "runs reject 7f3c21a9" in told
    assert decided(memory) == []


def test_for_an_administrator_it_is_said_so(using: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    using(Deciding(waiting(needs="admin")))
    assert "An administrator has to approve it." in said(capsys, "runs", "show", "7f3c21a9")


@pytest.mark.parametrize(
    ("typed", "did"),
    [
        (["y"], [("approve", "7f3c21a9", "a1")]),
        (["Yes"], [("approve", "7f3c21a9", "a1")]),
        (["n", " June only "], [("reject", "7f3c21a9", "a1", "June only")]),
        (["n", ""], [("reject", "7f3c21a9", "a1", None)]),
        ([""], []),
        (["perhaps"], []),
        ([EOFError()], []),
    ],
)
def test_a_person_says_yes_or_no_and_anything_else_leaves_it_waiting(
    typed: list[Any],
    did: list[Any],
    using: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    memory = using(Deciding(waiting(), waiting(), document(claim()) if did else waiting()))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)

    def answer() -> str:
        if isinstance(said := typed.pop(0), BaseException):
            raise said
        return str(said)

    monkeypatch.setattr("builtins.input", answer)
    assert cli.run(["ask", "Why?", "--database", "flights"]) == (0 if did else 1)
    assert decided(memory) == did
    assert "Run it? [y/n]" in capsys.readouterr().err


def test_yes_approves_without_asking(using: Any) -> None:  # noqa: F811
    memory = using(Deciding(waiting(), waiting(), document(claim())))
    assert cli.run(["ask", "Why?", "--database", "flights", "--yes"]) == 0
    assert decided(memory) == [("approve", "7f3c21a9", "a1")]


def test_yes_of_somebody_who_may_not_leaves_it_waiting_and_says_why(using: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    class Refused(Deciding):
        def approve(self, run_id: str, *, approval: str | None) -> None:
            raise NotAllowed("Only an administrator may approve this statement.", hint="They do it with a key of the scope admin.")

    using(Refused(waiting(needs="admin")))
    assert cli.run(["ask", "Why?", "--database", "flights", "--yes"]) == 1
    printed = capsys.readouterr()
    assert "Only an administrator may approve" in printed.err and "runs approve 7f3c21a9" in printed.out


@pytest.mark.parametrize(
    ("command", "did"),
    [
        (["approve"], ("approve", "7f3c21a9", "a1")),
        (["reject"], ("reject", "7f3c21a9", "a1", None)),
        (["reject", "--note", "June only"], ("reject", "7f3c21a9", "a1", "June only")),
    ],
)
def test_the_commands_decide_on_the_statement_that_waits_and_follow_the_run(command: list[str], did: Any, using: Any) -> None:  # noqa: F811
    memory = using(Deciding(waiting(), document(claim())))
    assert cli.run(["runs", command[0], "7f3c21a9", *command[1:]]) == 0
    assert decided(memory) == [did]


def test_an_answer_says_who_let_its_statement_run(using: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    approved = query(approval="Approved by Ada. It was expected to go through about 8.8 billion rows.")
    using(Deciding(document(claim("Late **18.3** min.", "18.3"), queries=[approved])))
    assert "r1: Approved by Ada." in said(capsys, "runs", "show", "7f3c21a9")


def test_hostile_words_of_a_statement_stay_words(using: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    using(Deciding(waiting(title="\x1b[31mred", sql="SELECT '\x1b]0;x\x07'")))
    assert "\x1b" not in said(capsys, "runs", "show", "7f3c21a9")


@pytest.mark.parametrize("wrong", ["many", "-1", "1e9", "1" * 30, "²"])
def test_a_limit_that_is_no_number_is_wrong_usage(wrong: str, using: Any) -> None:  # noqa: F811
    using(Deciding(document()))
    assert cli.run(["databases", "set", "flights", f"--rows-limit={wrong}"]) == 2
