"""`keys create` says what a key may do and until when; `audit` shows who did what, and nothing of it can steer a terminal."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import pytest

from analytics_agent import cli
from analytics_agent.cli import audit, keys

MADE = {"key": "aa_x", "id": "k1", "scopes": ["ask"], "expires_at": None, "databases": None, "reads_as": None}
LINE = {
    "id": 9,
    "at": "2026-11-23T12:00:00Z",
    "actor": "k1",
    "name": "ann\x1b[2J",
    "act": "read",
    "run": "abc",
    "database": "shop",
    "tables": ["public.orders", "items"],
    "reads_as": "user:ada",
    "policy": "p1",
    "about": None,
}


class Answers:
    """A client that keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}
        self.lines: list[dict[str, Any]] = [LINE]

    def __call__(self) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def create_key(self, name: str, **options: Any) -> dict[str, Any]:
        self.asked = {"name": name} | options
        return MADE | {"expires_at": options["expires_at"]}

    def audit(self, **wanted: Any) -> list[dict[str, Any]]:
        self.asked = wanted
        return self.lines


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    made = Answers()
    for module in (keys, audit):
        monkeypatch.setattr(module, "Client", made)
    return made


def test_a_key_is_made_as_it_was_asked_for(answers: Answers, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--scope", "read", "--database", "a", "--database", "b", "--as", "ada", "--questions-per-day", "5"]
    assert cli.run(["keys", "create", "laptop", *options, "--expires", "90d"]) == 0
    ends = datetime.fromisoformat(answers.asked.pop("expires_at"))
    assert abs(ends - datetime.now(UTC) - timedelta(days=90)) < timedelta(minutes=1)
    assert answers.asked == {
        "name": "laptop", "scopes": ["read"], "databases": ["a", "b"], "as_user": "ada", "quota": {"questions_per_day": 5}
    }  # fmt: skip
    printed = capsys.readouterr()
    assert printed.out == "aa_x\n"
    assert "until" in printed.err


def test_without_anything_said_a_key_may_ask_and_schedule_for_ever(answers: Answers) -> None:
    assert cli.run(["keys", "create", "laptop"]) == 0
    assert answers.asked == {
        "name": "laptop", "scopes": ["ask", "schedule"], "expires_at": None, "databases": None, "as_user": None, "quota": None
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "begins"), [("2090-03-31", "2090-03-31T23:59:59"), ("2090-03-31T18:00+02:00", "2090-03-31T18:00:00+02:00")]
)
def test_a_date_is_its_last_moment(answers: Answers, text: str, begins: str) -> None:
    assert cli.run(["keys", "create", "laptop", "--expires", text]) == 0
    assert answers.asked["expires_at"].startswith(begins)


@pytest.mark.parametrize("wrong", [["--expires", "soon"], ["--expires", "0d"], ["--scope", "root"], ["--questions-per-day", "0"]])
def test_what_means_nothing_is_wrong_usage(answers: Answers, wrong: list[str]) -> None:
    assert cli.run(["keys", "create", "laptop", *wrong]) == 2
    assert not answers.asked


def test_the_log_is_a_table_or_json(answers: Answers, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["audit", "--table", "orders", "--since", "2026-11-01T00:00+00:00", "--limit", "5"]) == 0
    assert (answers.asked["table"], answers.asked["since"], answers.asked["limit"]) == ("orders", "2026-11-01T00:00:00+00:00", 5)
    table = capsys.readouterr().out
    assert "public.orders, items" in table
    assert "(k1) as user:ada" in table
    assert "\x1b[2J" not in table
    assert cli.run(["audit", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [LINE]
    answers.lines = []
    assert cli.run(["audit"]) == 0
    assert capsys.readouterr().out == "Nothing in the log.\n"
    assert cli.run(["audit", "--act", "thought"]) == 2
