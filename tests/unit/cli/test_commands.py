"""Commands that show something, with a client that answers from memory."""

import json
from collections.abc import Iterator
from typing import Any, Self

import pytest
from unit.cli.documents import Json, claim, column, contribution, delay, document, query

from analytics_agent import cli, errors
from analytics_agent.cli import ask as asking
from analytics_agent.cli import costs, databases, keys, results, runs


class Memory:
    """What the commands use of a client. `documents` are what a run is, one after the other as it is asked for."""

    def __init__(self, *documents: Json, events: list[Json | BaseException] | None = None) -> None:
        self.documents = list(documents)
        self.given = events or []
        self.did: list[tuple[Any, ...]] = []
        self.rows: dict[str, Json] = {}
        self.others: dict[str, Any] = {}

    def __call__(self) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def submit(self, question: str, **options: Any) -> str:
        self.did.append(("submit", question, options))
        return "7f3c21a9"

    def document(self, run_id: str) -> Json:
        return self.documents.pop(0) if len(self.documents) > 1 else self.documents[0]

    def events(self, run_id: str, *, after: int = 0) -> Iterator[Json]:
        while self.given:
            event = self.given.pop(0)
            if isinstance(event, BaseException):
                raise event
            yield event

    def result(self, run_id: str, result: str, kind: str) -> bytes:
        if result not in self.rows:
            raise errors.UnknownResult(f"There is no {result}.")
        return json.dumps(self.rows[result]).encode()

    def cancel(self, run_id: str) -> None:
        self.did.append(("cancel", run_id))

    def answer(self, run_id: str, text: str) -> None:
        self.did.append(("answer", text))

    def runs(self, *, limit: int, summary: bool) -> list[Json]:
        return self.documents[:limit]

    def databases(self) -> list[Json]:
        return list(self.others["databases"])

    def keys(self) -> list[Json]:
        if "keys" not in self.others:
            raise errors.NotAllowed("Only an administrator may.")
        return list(self.others["keys"])

    def me(self) -> Json:
        return {"id": "k1", "name": "ann"}

    def costs(self, *, by: str, since: str | None) -> Json:
        self.did.append(("costs", by, since))
        return dict(self.others["costs"])


@pytest.fixture
def using(monkeypatch: pytest.MonkeyPatch) -> Any:
    """All commands use this client."""

    def use(memory: Memory) -> Memory:
        for module in (asking, costs, databases, keys, runs):
            monkeypatch.setattr(module, "Client", memory)
        monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
        return memory

    return use


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert cli.run(list(arguments)) == status
    return capsys.readouterr().out


def test_an_answer_is_on_stdout_and_its_progress_on_stderr(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    started = {"seq": 1, "at": "2026-11-23T05:03:01Z", "kind": "step", "step": "explore", "data": {"state": "started"}}
    using(Memory(document(claim()), events=[started]))
    assert cli.run(["ask", "Why?", "--database", "flights"]) == 0
    printed = capsys.readouterr()
    assert "Flights left 18.3 min late." in printed.out
    assert printed.err == "run 7f3c21a9\n● explore\n"
    assert "\x1b" not in printed.out + printed.err


def test_a_run_that_is_interrupted_goes_on_where_nobody_can_be_asked(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    memory = using(Memory(document(status="running"), events=[KeyboardInterrupt()]))
    assert cli.run(["ask", "Why?", "--database", "flights"]) == 130
    assert "Run 7f3c21a9 goes on. Its answer: analytics-agent runs show 7f3c21a9" in capsys.readouterr().err
    assert ("cancel", "7f3c21a9") not in memory.did


@pytest.mark.parametrize(
    ("typed", "cancelled"), [("c", True), ("Cancel", True), ("d", False), ("", False), (EOFError(), False), (KeyboardInterrupt(), False)]
)
def test_a_person_who_interrupts_chooses_and_a_slip_throws_nothing_away(
    typed: str | BaseException, cancelled: bool, using: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    memory = using(Memory(document(status="running"), events=[KeyboardInterrupt()]))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)

    def answer() -> str:
        if isinstance(typed, BaseException):
            raise typed
        return typed

    monkeypatch.setattr("builtins.input", answer)
    assert cli.run(["ask", "Why?", "--database", "flights"]) == 130
    assert (("cancel", "7f3c21a9") in memory.did) is cancelled
    told = capsys.readouterr().err
    assert "detach and let it go on? [c/d]" in told
    assert ("Cancelled run" in told) is cancelled


def test_a_question_back_shows_its_readings_where_nobody_can_be_asked(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    asked = {"question": "What counts as late?", "readings": ["15 minutes"], "answer": None}
    using(Memory(document(status="needs_input", clarification=asked)))
    assert "runs answer 7f3c21a9 '15 minutes'" in said(capsys, "ask", "Why?", "--database", "flights", status=1)


@pytest.mark.parametrize(
    ("typed", "answered"),
    [("2", "Any delay at all"), (" 20 minutes ", "20 minutes"), ("3", "3"), ("0", "0"), ("²", "²"), ("", None), (EOFError(), None)],
)
def test_a_person_answers_by_number_or_in_words(
    typed: str | BaseException, answered: str | None, using: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {"question": "What counts as [late]?", "readings": ["15 minutes", "Any delay at all"], "answer": None}
    waiting = document(status="needs_input", clarification=asked)
    memory = using(Memory(waiting, waiting, document(claim()) if answered else waiting))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)

    def answer() -> str:
        if isinstance(typed, BaseException):
            raise typed
        return typed

    monkeypatch.setattr("builtins.input", answer)
    assert cli.run(["ask", "Why?", "--database", "flights"]) == (0 if answered else 1)
    assert [did[1] for did in memory.did if did[0] == "answer"] == ([answered] if answered else [])
    assert "What counts as [late]?" in capsys.readouterr().err


def test_runs_are_a_table_with_whole_questions_in_a_file(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    using(Memory(document(claim(), question="Why? " * 40, asked_at="2013-06-24T12:00:00Z"), document(status="refused")))
    lines = said(capsys, "runs", "list").splitlines()
    assert lines[0].split() == ["run", "status", "asked", "database", "question"]
    assert lines[1].startswith("  7f3c21a9  ✓ succeeded  2013-06-24  flights")
    assert lines[1].count("Why?") == 40
    assert "! refused" in lines[2]


def test_a_run_is_shown_with_all_of_its_sql(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    computed = query("r2", source="computed", inputs=["r1"], sql_as_run="", method="Difference now − before.", title="The change")
    using(Memory(document(claim(), queries=[query(sql_as_run="SELECT\n  a\nFROM b"), computed])))
    printed = said(capsys, "runs", "show", "7f3c21a9", "--sql")
    assert "\n  SELECT\n    a\n  FROM b\n" in printed
    assert "  r2  The change" in printed
    assert "2 rows · computed from r1" in printed
    assert "  Difference now − before.\n" in printed


def test_databases_and_keys_are_tables(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    memory = using(Memory())
    memory.others["databases"] = [
        {
            "name": "flights",
            "dialect": "postgres",
            "tables": 5,
            "governed": True,
            "read_at": "2013-06-24T12:00:00Z",
            "model_sees": "masked",
        },
        {"name": "a-database-with-a-name-of-forty-letters-x", "dialect": "duckdb", "tables": None, "governed": False, "read_at": None},
    ]
    memory.others["keys"] = [
        {"id": "k1", "name": "ann", "scopes": ["ask", "admin"], "created_at": "2013-06-24T12:00:00Z", "revoked_at": None}
    ]
    lines = said(capsys, "databases", "list").splitlines()
    assert lines[1].split() == ["flights", "postgres", "5", "yes", "masked", "2013-06-24"]
    assert lines[2].split() == ["a-database-with-a-name-of-forty-letters-x", "duckdb", "?", "no", "full", "never"]
    assert said(capsys, "keys", "list").splitlines()[1].split() == ["k1", "ann", "ask,", "admin", "2013-06-24"]


@pytest.mark.parametrize("command", [["databases", "list"], ["runs", "list"], ["costs"]])
def test_an_empty_list_says_so(command: list[str], using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    memory = using(Memory())
    memory.others = {"databases": [], "costs": {"by": "day", "costs": [], "total_usd": 0.0}}
    assert said(capsys, *command).startswith("No ")


COST = {"runs": 3, "turns": 12, "input_tokens": 1000, "output_tokens": 600, "cache_read_tokens": 200, "cache_write_tokens": 34}
LEDGER = {"costs": [COST | {"group": "k1", "cost_usd": 0.051}, COST | {"group": "k2", "cost_usd": 0.1}], "total_usd": 0.151}


def test_costs_are_told_by_user_with_the_names_of_keys_and_people(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    memory = using(Memory())
    memory.others = {"costs": LEDGER | {"costs": [LEDGER["costs"][0] | {"name": "ann"}, LEDGER["costs"][1]]}}
    lines = said(capsys, "costs", "--by", "user").splitlines()
    assert memory.did == [("costs", "user", None)]
    assert lines[1].split() == ["ann", "3", "12", "1,234", "200", "600", "$0.05"]
    assert lines[2].split()[0] == "k2"
    assert lines[3].split() == ["in", "all", "$0.15"]


def test_two_of_one_name_are_told_apart_by_their_ids(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    using(Memory()).others = {"costs": LEDGER | {"costs": [cost | {"name": "ann"} for cost in LEDGER["costs"]]}}
    lines = said(capsys, "costs", "--by", "user").splitlines()
    assert [" ".join(line.split()[:2]) for line in lines[1:3]] == ["ann (k1)", "ann (k2)"]


def test_costs_as_json_are_the_ledger(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    using(Memory()).others = {"costs": LEDGER}
    assert json.loads(said(capsys, "costs", "--json")) == LEDGER


@pytest.mark.parametrize(
    ("since", "sent"), [("2026-11-01T09:00:00+02:00", "2026-11-01T09:00:00+02:00"), ("2026-11-01T09:00:00Z", "2026-11-01T09:00:00+00:00")]
)
def test_a_time_with_its_zone_is_sent_as_it_is(since: str, sent: str, using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    memory = using(Memory())
    memory.others = {"costs": LEDGER}
    said(capsys, "costs", "--since", since)
    assert memory.did == [("costs", "day", sent)]


def test_a_day_is_sent_with_the_zone_of_this_machine(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from datetime import datetime

    memory = using(Memory())
    memory.others = {"costs": LEDGER}
    said(capsys, "costs", "--since", "2026-11-01")
    assert memory.did == [("costs", "day", datetime(2026, 11, 1).astimezone().isoformat())]


@pytest.mark.parametrize("arguments", [["--by", "moon"], ["--since", "soon"]])
def test_costs_by_what_there_is_not_is_wrong_usage(arguments: list[str], using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    using(Memory())
    assert cli.run(["costs", *arguments]) == 2
    assert "Error: Invalid value" in capsys.readouterr().err


def test_a_finding_has_the_value_of_its_first_row() -> None:
    finding, columns, rows = contribution(("B6", 4.2))
    memory = Memory(document(queries=[query("r2", *columns)], findings=[finding]))
    memory.rows["r2"] = {"columns": columns, "rows": [[row[one["name"]] for one in columns] for row in rows]}
    value = results.finding_value(memory, "7f3c21a9")  # type: ignore[arg-type]
    assert value({"id": "f1", "result": "r2"}) == ("B6", "+4.2 min")
    assert value({"id": "f9", "result": "r2"}) == ("", "")
    assert value({"id": "f1", "result": "gone"}) == ("", "")


def test_the_picture_is_drawn_from_the_rows_of_the_result(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    columns = [column("carrier", "text"), delay()]
    memory = using(Memory(document(claim(), primary="r1", queries=[query("r1", *columns)])))
    memory.rows["r1"] = {"columns": columns, "rows": [["EV", 21.66], ["B6", 10.83]]}
    printed = said(capsys, "runs", "show", "7f3c21a9")
    assert "  EV  21.7  " + "█" * 44 in printed
    assert "  B6  10.8  " + "█" * 22 in printed


def test_a_run_says_which_models_answered_and_how_they_were_asked(using: Any, capsys: pytest.CaptureFixture[str]) -> None:
    asked = {"prompt": "explore.3", "hash": "1a2b3c4d", "settings": "effort=high max_tokens=12000", "turns": 3, "batched": False}
    explore = {"step": "explore", "model": "claude-opus-4-7", "instead_of": None, **asked}
    other = {"step": "explore", "model": "claude-sonnet-5", "instead_of": "claude-opus-4-7", **asked, "turns": 1, "batched": True}
    using(Memory(document(claim(), model_use=[explore, other])))
    lines = [" ".join(line.split()) for line in said(capsys, "runs", "show", "7f3c21a9").splitlines()]
    assert "explore claude-opus-4-7 3 turns effort high max_tokens 12000 explore.3 1a2b3c4d" in lines
    assert "explore claude-sonnet-5 for claude-opus-4-7 1 turn in a batch effort high max_tokens 12000 explore.3 1a2b3c4d" in lines
