"""`semantic`: a model in a file, judged and compared."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner
from unit.semantic import shop

from analytics_agent.cli import semantic
from analytics_agent.cli.app import app
from analytics_agent.cli.model_files import check_writable

run = CliRunner().invoke


@pytest.fixture
def old(tmp_path: Path) -> Path:
    file = tmp_path / "old.yaml"
    file.write_text(shop.TEXT)
    return file


def test_a_good_model_says_what_is_in_it(old: Path) -> None:
    done = run(app, ["semantic", "validate", str(old)])
    assert done.exit_code == 0
    assert "shop is well-formed" in done.stdout and "metrics" in done.stdout


def test_every_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(shop.TEXT.replace("primary_key: [", "other_key: [").replace("SUM(", "SUMM("))
    done = run(app, ["semantic", "validate", str(file)])
    assert done.exit_code == 1
    assert done.stderr.count("bad.yaml, line ") > 2
    told = json.loads(run(app, ["semantic", "validate", str(file), "--json"]).stdout)
    assert not told["ok"] and len(told["problems"]) == done.stderr.count("\n")


def test_two_versions_are_compared_thing_by_thing(old: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.yaml"
    new.write_text(shop.TEXT.replace("SUM(order_lines.amount)", "AVG(order_lines.amount)"))
    assert "mean the same" in run(app, ["semantic", "diff", str(old), str(old)]).stdout
    told = run(app, ["semantic", "diff", str(old), str(new)]).stdout
    assert "~ !" in told and "AVG(order_lines.amount)" in told
    found = json.loads(run(app, ["semantic", "diff", str(old), str(new), "--json"]).stdout)["changes"]
    assert found and all(one["is_breaking"] for one in found)


def test_a_file_that_is_no_text_or_no_model_is_wrong_usage_or_a_list_of_mistakes(tmp_path: Path, old: Path) -> None:
    binary, empty = tmp_path / "binary", tmp_path / "empty"
    binary.write_bytes(b"\xff\xfe\x00")
    empty.write_text("")
    assert run(app, ["semantic", "validate", str(binary)]).exit_code == 2
    done = run(app, ["semantic", "diff", str(old), str(empty)])
    assert done.exit_code == 1 and "empty" in done.stderr


class Drafting:
    """A client that drafts, and of whose databases one has a model."""

    def __init__(self) -> None:
        self.set: list[tuple[str, str]] = []
        self.said: list[tuple[str, str]] = []
        self.described: list[dict[str, str]] = []

    def __call__(self) -> "Drafting":
        return self

    def __enter__(self) -> "Drafting":
        return self

    def __exit__(self, *_: object) -> None: ...

    def draft_semantic_model(self, name: str, descriptions: list[dict[str, str]], tables: list[str]) -> dict[str, object]:
        self.described = descriptions
        return {"semantic_model": shop.TEXT, "tables": 7, "left": ["public.slow\x1b[31m"], "strange": [], "without": ["public.more"]}

    def semantic_model(self, name: str) -> str | None:
        return shop.TEXT if name == "shop" else None

    def set_semantic_model(self, name: str, text: str, *, note: str = "", source: str = "set") -> None:
        self.set.append((name, text))
        self.said.append((note, source))


def test_a_draft_is_printed_or_written_and_says_what_was_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(semantic, "Client", client := Drafting())
    done = run(app, ["semantic", "draft", "shop"])
    assert done.stdout == shop.TEXT and "public.slow" in done.stderr and "\x1b" not in done.stderr
    assert "public.more" in done.stderr and "--table" in done.stderr
    file = tmp_path / "shop.yaml"
    done = run(app, ["semantic", "draft", "shop", "--out", str(file)])
    assert file.read_text() == shop.TEXT and "semantic set shop" in done.stderr
    assert "semantic history shop" in run(app, ["semantic", "set", "shop", str(file), "--note", "as reviewed"]).stdout
    assert client.set == [("shop", shop.TEXT)] and client.said == [("as reviewed", "set")]


def test_where_a_draft_cannot_be_written_nothing_is_drafted_or_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(semantic, "Client", client := Drafting())
    done = run(app, ["semantic", "draft", "shop", "--serve", "--out", str(tmp_path / "missing" / "shop.yaml")])
    assert done.exit_code == 2 and "cannot be written" in done.stderr and not client.set and not done.stdout


def test_a_file_that_is_there_already_is_kept_until_the_draft_is_made(tmp_path: Path) -> None:
    file, none = tmp_path / "shop.yaml", tmp_path / "none.yaml"
    file.write_text("mine")
    check_writable(file)
    check_writable(none)
    assert file.read_text() == "mine" and not none.exists()


def test_a_folder_that_is_called_like_a_database_is_not_taken_for_a_file(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(semantic, "Client", Drafting())
    assert "mean the same" in run(app, ["semantic", "diff", "shop", str(old)]).stdout


def test_a_draft_may_serve_at_once_and_says_how_to_review_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(semantic, "Client", client := Drafting())
    done = run(app, ["semantic", "draft", "shop", "--serve"])
    assert client.set == [("shop", shop.TEXT)] and client.said == [("", "draft")] and not done.stdout
    assert "nobody has reviewed it" in done.stderr and "semantic diff shop FILE" in done.stderr


def test_a_data_dictionary_goes_with_the_draft_or_says_why_it_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(semantic, "Client", client := Drafting())
    good, bad = tmp_path / "words.csv", tmp_path / "words.json"
    good.write_text("table,column,description\norders,qty,Pieces ordered\n")
    bad.write_text("{")
    run(app, ["semantic", "draft", "shop", "--descriptions", str(good)])
    assert client.described == [{"table": "orders", "column": "qty", "text": "Pieces ordered"}]
    done = run(app, ["semantic", "draft", "shop", "--descriptions", str(bad)])
    assert done.exit_code == 2 and "words.json" in done.stderr


def test_what_is_doubtful_is_noted_and_the_model_can_be_used(tmp_path: Path) -> None:
    file = tmp_path / "doubtful.yaml"
    file.write_text(shop.TEXT.replace("        source: orders\n", "        source: orders\n        materialized: nightly\n"))
    done = run(app, ["semantic", "validate", str(file)])
    assert done.exit_code == 0 and "is well-formed" in done.stdout
    assert "doubtful.yaml, line 16: note: dataset `orders`: `materialized` is no key of Apache Ossie" in done.stderr
    told = json.loads(run(app, ["semantic", "validate", str(file), "--json"]).stdout)
    assert told["ok"] and not told["problems"] and len(told["notes"]) == 1


def test_of_very_many_notes_the_first_are_printed(old: Path) -> None:
    more = "".join(f"        of_theirs_{number}: x\n" for number in range(100))
    old.write_text(shop.TEXT.replace("        source: orders\n", f"        source: orders\n{more}"))
    done = run(app, ["semantic", "validate", str(old)])
    assert done.exit_code == 0 and done.stderr.count("note:") == semantic.MOST_NOTES and "and 60 notes more" in done.stderr


def test_the_model_of_a_database_is_shown_and_compared(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(semantic, "Client", Drafting())
    assert run(app, ["semantic", "show", "shop"]).stdout == shop.TEXT
    assert "mean the same" in run(app, ["semantic", "diff", "shop", str(old)]).stdout
    old.write_text(shop.TEXT.replace("synonyms: [sales, turnover]", "synonyms: [turnover]"))
    told = run(app, ["semantic", "diff", "shop", str(old)]).stdout
    assert "~ ?" in told and "No number changes. By 1 (?)" in told
    none = run(app, ["semantic", "show", "bare"])
    assert none.exit_code == 1 and "semantic draft bare" in none.stderr
