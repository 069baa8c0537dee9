"""ask --batch: every line is judged first, asked once, followed to its end."""

import json
from pathlib import Path
from typing import Any, Self

import pytest
from unit.cli.documents import Json, document

from analytics_agent import cli, errors
from analytics_agent.cli import ask_many


class Answers:
    """A client whose runs are what a test says: by the question, the statuses that its run goes through."""

    def __init__(self, **statuses: list[str]) -> None:
        self.statuses = statuses
        self.asked: list[Json] = []
        self.runs: dict[str, str] = {}
        self.refused: dict[str, errors.AgentError] = {}
        self.at_once = 0
        self.over: set[str] = set()

    def __call__(self) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def submit(self, question: str, database: str, *, idempotency_key: str, **options: Any) -> str:
        if self.at_once and len(self.runs) - len(self.over) >= self.at_once:
            raise errors.TooMany("1 question of yours is being answered, which is the most at once.", retry_after=5)
        if question in self.refused:
            raise self.refused[question]
        self.asked.append({"question": question, "database": database, **options})
        return self.runs.setdefault(idempotency_key, f"{question}{len(self.runs)}")

    def document(self, run_id: str) -> Json:
        left = self.statuses.get(run_id[:-1], ["succeeded"])
        status = left.pop(0) if len(left) > 1 else left[0]
        if status in ask_many.OVER:
            self.over.add(run_id)
        if status == "interrupted":
            raise KeyboardInterrupt
        return document(id=run_id, question=run_id[:-1], status=status, headline=f"{run_id[:-1]} it is")


@pytest.fixture
def using(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(answers: Answers) -> Answers:
        monkeypatch.setattr(ask_many, "Client", answers)
        monkeypatch.setattr(ask_many.time, "sleep", lambda seconds: None)
        return answers

    return use


def file(folder: Path, *lines: object) -> str:
    path = folder / "questions.jsonl"
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return str(path)


def test_each_question_is_a_line_as_its_run_ends(using: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    using(Answers(slow=["running", "running", "succeeded"], quick=["succeeded"]))
    path = file(tmp_path, {"question": "slow"}, {"question": "quick", "id": "q2"})
    assert cli.run(["ask", "--batch", path, "--database", "flights"]) == 0
    printed = capsys.readouterr()
    assert [line.split()[:3] for line in printed.out.splitlines()] == [["✓", "succeeded", "q2"], ["✓", "succeeded", "1"]]
    assert "2 questions: 2 succeeded." in printed.err


def test_where_one_question_may_be_asked_at_once_the_others_wait_for_their_turn(
    using: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = using(Answers(a=["running", "running", "succeeded"], b=["running", "succeeded"]))
    answers.at_once = 1
    path = file(tmp_path, *({"question": name} for name in "abc"))
    assert cli.run(["ask", "--batch", path, "--database", "flights"]) == 0
    assert [one["question"] for one in answers.asked] == ["a", "b", "c"]
    assert "3 questions: 3 succeeded." in capsys.readouterr().err


def test_what_may_not_be_asked_today_any_more_is_said_and_what_was_asked_is_followed(
    using: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = using(Answers())
    answers.refused["b"] = errors.TooMany("You have asked 1 question today (UTC), which is the most for a day.", retry_after=40_000)
    path = file(tmp_path, {"question": "a"}, {"question": "b"})
    assert cli.run(["ask", "--batch", path, "--database", "flights"]) == 1
    printed = capsys.readouterr()
    assert "which is the most for a day" in printed.out
    assert "1 succeeded, 1 failed" in printed.err or "1 failed, 1 succeeded" in printed.err


def test_its_runs_are_patient_unless_told_otherwise(using: Any, tmp_path: Path) -> None:
    answers = using(Answers())
    path = file(tmp_path, {"question": "a", "database": "shop", "budget": {"usd": 1}})
    assert cli.run(["ask", "--batch", path, "--no-publish"]) == 0
    assert cli.run(["ask", "--batch", path, "--no-publish", "--no-patient"]) == 0
    assert [one["patient"] for one in answers.asked] == [True, False]
    assert answers.asked[0] == {
        "question": "a", "database": "shop", "budget": {"usd": 1}, "publish": False, "formats": ["html", "pdf"], "patient": True,
        "patience": 0
    }  # fmt: skip


def test_the_same_file_asks_nothing_twice_and_the_same_line_twice_is_two_questions(using: Any, tmp_path: Path) -> None:
    answers = using(Answers())
    path = file(tmp_path, {"question": "a"}, {"question": "a"}, {"question": "b"})
    for _ in range(2):
        assert cli.run(["ask", "--batch", path, "--database", "flights"]) == 0
    assert len(answers.asked) == 6 and len(answers.runs) == 3
    assert cli.run(["ask", "--batch", path, "--database", "flights", "--again"]) == 0
    assert len(answers.runs) == 6


def test_a_line_that_was_added_leaves_the_others_as_they_were(using: Any, tmp_path: Path) -> None:
    answers = using(Answers())
    assert cli.run(["ask", "--batch", file(tmp_path, {"question": "a"}), "--database", "flights"]) == 0
    assert cli.run(["ask", "--batch", file(tmp_path, {"question": "b"}, {"question": "a"}), "--database", "flights"]) == 0
    assert len(answers.runs) == 2


def test_json_is_a_document_a_line(using: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = using(Answers(b=["refused"]))
    answers.refused["c"] = errors.UnknownDatabase("There is no database 'nope'.")
    path = file(tmp_path, {"question": "a", "id": 7}, {"question": "b"}, {"question": "c", "database": "nope"})
    assert cli.run(["ask", "--batch", path, "--database", "flights", "--json"]) == 1
    told = sorted((json.loads(line) for line in capsys.readouterr().out.splitlines()), key=lambda one: one["line"])
    assert [(one["line"], one["name"], one["status"]) for one in told] == [(1, "7", "succeeded"), (2, None, "refused"), (3, None, "failed")]
    assert told[2]["reason"] == "There is no database 'nope'."


def test_a_run_that_asks_back_is_not_waited_for(using: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    using(Answers(a=["needs_input"]))
    assert cli.run(["ask", "--batch", file(tmp_path, {"question": "a"}), "--database", "flights"]) == 1
    assert "1 needs input" in capsys.readouterr().err


def test_an_interruption_leaves_what_was_asked_to_go_on(using: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    using(Answers(a=["running", "interrupted"]))
    assert cli.run(["ask", "--batch", file(tmp_path, {"question": "a"}), "--database", "flights"]) == 130
    assert "1 question not answered yet. What was asked goes on; the same command shows it." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{not json", "line 2: it is not JSON"),
        ('{"question": "q", "budget": {"usd": NaN}}', "line 2: it is not JSON"),
        ('{"question": "q", "budget": {"usd": 1e999}}', "line 2: it is not JSON"),
        ('{"question": "\\ud800"}', "line 2: it is not JSON"),
        ('{"question": ' + "[" * 100_000, "line 2: it is not JSON"),
        ("[1]", "line 2: it is no object"),
        ({"database": "flights"}, "line 2: question is missing"),
        ({"question": " ", "database": "flights"}, "line 2: question is missing"),
        ({"question": "b", "databse": "flights"}, "line 2: databse: not known"),
        ({"question": "b"}, "line 2: database is missing, and there is no --database"),
    ],
)
def test_a_wrong_line_is_told_before_anything_is_asked(
    using: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: object, says: str
) -> None:
    answers = using(Answers())
    assert cli.run(["ask", "--batch", file(tmp_path, {"question": "a", "database": "flights"}, line)]) == 2
    assert says in " ".join(capsys.readouterr().err.replace("│", " ").split()) and not answers.asked


@pytest.mark.parametrize("wrong", [["--batch", "missing.jsonl"], [], ["Why?"], ["Why?", "--batch", "/dev/null"]])
def test_wrong_usage_is_told(using: Any, wrong: list[str]) -> None:
    using(Answers())
    assert cli.run(["ask", *wrong]) == 2


def test_a_run_whose_statement_waits_for_approval_is_shown_with_how_to_decide(
    using: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Waiting(Answers):
        def document(self, run_id: str) -> dict[str, Any]:
            return super().document(run_id) | {"approval": {"why": "About 8.8 billion rows."}, "headline": None}

    using(Waiting(a=["needs_approval"]))
    assert cli.run(["ask", "--batch", file(tmp_path, {"question": "a"}), "--database", "flights"]) == 1
    told = capsys.readouterr().out
    assert "8.8 billion rows" in told and "runs approve" in told


def test_a_file_of_questions_does_not_approve_in_advance(using: Any, tmp_path: Path) -> None:
    using(Answers())
    assert cli.run(["ask", "--batch", file(tmp_path, {"question": "a"}), "--database", "flights", "--yes"]) == 2
