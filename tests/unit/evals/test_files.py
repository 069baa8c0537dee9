"""Suites and results as files: what is wrong is named, what is there is kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from unit.evals.lines import answered

from analytics_agent.errors import AskerError
from analytics_agent.evals import results, scorecard, suite
from analytics_agent.evals.results import ResultFile, as_record, continued
from analytics_agent.evals.suite import Case
from analytics_agent.evals.summary import summary
from analytics_agent.evals.warehouses import derived_name, is_address, read_map


def written(path: Path, *lines: Any) -> Path:
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


QUESTION = {"id": "1", "db": "shop", "question": "How many?"}


def test_a_question_is_read_with_what_it_may_have(tmp_path: Path) -> None:
    full = QUESTION | {"gold_sql": "SELECT 1", "gold_alternatives": ["SELECT 1", "SELECT 2"], "ordered": True, "tags": ["a"]}
    (case,) = suite.read(written(tmp_path / "s.jsonl", full | {"evidence": "Late is 15 minutes.\r\n", "expect": None}, ""))
    assert case == Case("1", "shop", "How many?", ("SELECT 1", "SELECT 2"), "answer", True, "Late is 15 minutes.", None, ("a",))
    assert case.text == "How many?\n\nWhat is known: Late is 15 minutes."


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 1 is not JSON"),
        ([], "not an object"),
        ({"id": "1", "db": "shop"}, "question must be a text"),
        (QUESTION | {"id": 1}, "id must be a text"),
        (QUESTION | {"gold_sql": 1}, "gold_sql must be a text"),
        (QUESTION | {"gold_alternatives": "SELECT 1"}, "gold_alternatives must be a list"),
        (QUESTION | {"expect": "maybe"}, "answer, refuse, ask"),
        ("", "holds no question"),
    ],
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: Any, said: str) -> None:
    with pytest.raises(AskerError, match=said):
        suite.read(written(tmp_path / "s.jsonl", line))


def test_an_id_that_is_there_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(AskerError, match="twice"):
        suite.read(written(tmp_path / "s.jsonl", QUESTION, QUESTION))


CASES = [Case(f"q{number:02}", "shop", "?", tags=("even" if number % 2 == 0 else "odd",)) for number in range(40)]


def test_a_sample_is_the_same_for_its_seed_in_the_suites_order() -> None:
    first = suite.chosen(CASES, sample=10, seed=7)
    assert first == suite.chosen(list(reversed(CASES)), sample=10, seed=7)[::-1] and len(first) == 10
    assert first == tuple(sorted(first, key=lambda case: case.id))
    assert first != suite.chosen(CASES, sample=10, seed=8)
    assert len(suite.chosen(CASES, sample=100)) == 40


def test_questions_are_chosen_by_id_tag_and_limit() -> None:
    assert [case.id for case in suite.chosen(CASES, ids=["q03", "q01"])] == ["q01", "q03"]
    assert [case.id for case in suite.chosen(CASES, tags=["odd"], limit=2)] == ["q01", "q03"]
    with pytest.raises(AskerError, match="'q99'"):
        suite.chosen(CASES, ids=["q99"])
    with pytest.raises(AskerError, match="'evn'"):
        suite.chosen(CASES, tags=["evn"])


def test_a_line_is_read_as_it_was_written(tmp_path: Path) -> None:
    lines = [
        answered("a", rows=[[1, "x"]], sql="SELECT 1"),
        answered("b", "refused", None, reason="Nobody knows."),
        answered("c", matches=None),
    ]
    with ResultFile(tmp_path / "new" / "out.jsonl") as file:
        for line in lines:
            file.add(as_record(line))
        file.add({"summary": summary(lines)})
    assert list(results.read(tmp_path / "new" / "out.jsonl")) == lines
    (*written_lines, last) = (json.loads(line) for line in (tmp_path / "new" / "out.jsonl").read_text().splitlines())
    assert {"id", "status", "sql", "usage"} <= set(written_lines[1]) and "rows" not in written_lines[1]
    assert "correct" not in written_lines[2]
    assert {"questions", "answered", "correct", "refused", "silent_errors", "silent_error_rate"} <= set(last["summary"])
    assert {"input_tokens", "output_tokens", "cost_usd", "seconds"} <= set(last["summary"])


def test_an_interrupted_evaluation_is_gone_on_with_without_its_summary_and_without_a_line_that_was_cut(tmp_path: Path) -> None:
    path = written(tmp_path / "out.jsonl", as_record(answered("a")), {"summary": {}}, '{"id": "b", "sta').resolve()
    path.write_text(path.read_text().rstrip("\n"))
    done = continued(path, [Case("a", "shop", "a?"), Case("b", "shop", "b?")], None)
    assert [line.id for line in done] == ["a"]
    with ResultFile(path, done) as file:
        file.add(as_record(answered("b")))
    assert [json.loads(line)["id"] for line in path.read_text().splitlines()] == ["a", "b"]
    assert [each.name for each in tmp_path.iterdir()] == ["out.jsonl"]


@pytest.mark.parametrize("content", ["my only notes", "ANTHROPIC_API_KEY=secret\n", "<html>", "[1, 2", '{"id"}'])
def test_a_file_of_somebody_elses_is_not_written_over(tmp_path: Path, content: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(content)
    with pytest.raises(AskerError, match="no file that `eval` wrote"):
        continued(path, [Case("a", "shop", "a?")], None)


def test_the_ends_of_lines_within_a_text_end_no_line(tmp_path: Path) -> None:
    odd = "one\u2028two\x85three\x0bfour"
    with ResultFile(tmp_path / "out.jsonl") as file:
        file.add(as_record(answered("a", "refused", None, reason=odd)))
    assert [line.reason for line in results.read(tmp_path / "out.jsonl")] == [odd]
    asked = json.dumps(QUESTION | {"question": "How\u2028many?"}, ensure_ascii=False)
    assert suite.read(written(tmp_path / "suite.jsonl", asked))[0].question == "How\u2028many?"


def test_what_failed_is_asked_again_where_that_is_wanted(tmp_path: Path) -> None:
    lines = [answered("a"), answered("b", "failed", None), answered("c", "cancelled", None), answered("d", "over_budget", None)]
    path = written(tmp_path / "out.jsonl", *map(as_record, lines))
    cases = [Case(name, "shop", f"{name}?") for name in "abcd"]
    assert [line.id for line in continued(path, cases, None)] == ["a", "b", "c", "d"]
    assert [line.id for line in continued(path, cases, None, retry_failed=True)] == ["a", "d"]


def test_a_file_of_another_suite_or_model_is_not_gone_on_with(tmp_path: Path) -> None:
    path = written(tmp_path / "out.jsonl", as_record(answered("a")))
    with pytest.raises(AskerError, match="this suite has not"):
        continued(path, [Case("b", "shop", "b?")], None)
    with pytest.raises(AskerError, match="otherwise"):
        continued(path, [Case("a", "shop", "another?")], None)
    with pytest.raises(AskerError, match="holds answers of claude-opus-4-7, not of offline"):
        continued(path, [Case("a", "shop", "a?")], "offline")
    with pytest.raises(AskerError, match="no file that `eval` wrote"):
        results.read(written(tmp_path / "other.jsonl", {"x": 1}))
    with pytest.raises(AskerError, match="no file that `eval` wrote"):
        results.read(written(tmp_path / "other.jsonl", "text", "text"))


def test_a_map_holds_names_and_addresses_and_no_address_is_repeated(tmp_path: Path) -> None:
    good = written(tmp_path / "map.json", {"a": "flights", "b": "postgresql://u:geheim@h/b"})
    assert [is_address(target) for target in read_map(good).values()] == [False, True]
    assert is_address("sales.parquet") and is_address("/srv/x.duckdb") and not is_address("flights_2013")
    for bad in ([1], {"a": {"uri": "postgresql://u:geheim@h/b"}}, "geheim"):
        with pytest.raises(AskerError) as caught:
            read_map(written(tmp_path / "map.json", bad))
        assert "geheim" not in str(caught.value)


def test_a_derived_name_is_the_same_for_a_database_whatever_its_login_and_is_a_name_that_a_database_may_have() -> None:
    from analytics_agent.domain.quoting import checked_name

    name = derived_name("Größe (cm)", "postgresql://u:one@h:5432/b")
    assert name == derived_name("Größe (cm)", "postgresql://v:two@h:5432/b") != derived_name("Größe (cm)", "postgresql://u:one@h:5433/b")
    assert checked_name(name, "database") == name
    assert checked_name(derived_name("x" * 200, "sqlite:///x.db"), "database")


def test_a_scorecard_keeps_what_was_not_measured_again_and_is_a_page() -> None:
    def measured(name: str, model: str, matches: bool) -> dict[str, Any]:
        figures = summary([answered("a", matches=matches, tags=("time",)) for _ in range(5)])
        return {"suite": name, "model": model, "how": "All of it.", "on": "2026-11-23", "summary": figures}

    before = [measured("shop", "offline", False), measured("shop", "claude-opus-4-7", True)]
    merged = scorecard.merged(before, [measured("shop", "offline", True), measured("flights", "offline", True)])
    assert [(each["suite"], each["model"]) for each in merged] == [("flights", "offline"), ("shop", "claude-opus-4-7"), ("shop", "offline")]
    page = scorecard.page(merged)
    assert "| shop | offline | 1 | 100.0 % (56.5 % to 100.0 %) | 100.0 % | 0: 0.0 % (0.0 % to 43.5 %) | 2.0 s | 2.0 s |" in page
    assert "| time | 5 | 5 | 5 | 0 | 0 |" in page


def test_the_scorecard_in_the_docs_is_made_of_its_data() -> None:
    docs = Path(__file__).resolve().parents[3] / "docs"
    measured = json.loads((docs / "scorecard.json").read_text())["measured"]
    assert (docs / "scorecard.md").read_text() == scorecard.page(measured), "write it anew: make scorecard"
    assert {each["suite"] for each in measured} == {"flights", "shop", "paraphrases", "defog-classic"}
