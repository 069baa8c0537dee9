"""`semantic history`, `show --version`, `diff --version` and `restore`: earlier versions of a model on the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from unit.semantic import shop

from analytics_agent.cli import model_versions, semantic
from analytics_agent.cli.app import app
from analytics_agent.cli.model_versions import versions_used
from analytics_agent.errors import UnknownResult

run = CliRunner().invoke
OLD = shop.TEXT.replace("SUM(order_lines.amount)", "AVG(order_lines.amount)")
TEXTS: dict[int, str | None] = {3: shop.TEXT, 2: None, 1: OLD}


class Versions:
    """A client of the database shop, whose third version serves; of its second the model was taken away."""

    def __init__(self) -> None:
        self.restored: list[tuple[int, str]] = []
        self.scopes = ["ask", "admin"]

    def __call__(self) -> "Versions":
        return self

    def __enter__(self) -> "Versions":
        return self

    def __exit__(self, *_: object) -> None: ...

    def semantic_model(self, name: str) -> str | None:
        return shop.TEXT

    def me(self) -> dict[str, Any]:
        return {"scopes": self.scopes}

    def model_versions(self, name: str) -> list[dict[str, Any]]:
        said = {"set_at": "2026-05-01T10:00:00Z", "by": "laptop", "source": "set", "note": "why\x1b[31m"}
        return [said | {"number": n, "serves": n == 3, "digest": f"d{n}" if text else ""} for n, text in TEXTS.items() if name == "shop"]

    def model_version(self, name: str, number: int) -> str | None:
        if number not in TEXTS:
            raise UnknownResult(f"There is no version {number} of the semantic model of {name}.")
        return TEXTS[number]

    def model_changes(self, name: str, number: int, *, against: int | None = None) -> list[dict[str, Any]]:
        change = {"kind": "changed", "what": "metric revenue", "part": "expression", "was": str(number), "now": str(against)}
        return [change | {"bears_on": "numbers"}]

    def restore_model(self, name: str, number: int, *, note: str = "") -> dict[str, Any]:
        self.restored.append((number, note))
        return self.model_versions(name)[0] | {"number": 4}


@pytest.fixture(autouse=True)
def client(monkeypatch: pytest.MonkeyPatch) -> Versions:
    made = Versions()
    monkeypatch.setattr(semantic, "Client", made)
    monkeypatch.setattr(model_versions, "Client", made)
    return made


def test_versions_are_listed_with_the_one_that_serves_and_the_one_that_was_none() -> None:
    told = run(app, ["semantic", "history", "shop"])
    lines = told.stdout.splitlines()
    assert told.exit_code == 0 and "● 3" in lines[1] and "laptop" in lines[1] and "\x1b" not in told.stdout
    assert "taken away" in lines[2] and "semantic restore shop N" in told.stdout
    found = json.loads(run(app, ["semantic", "history", "shop", "--json"]).stdout)
    assert (found["database"], [one["number"] for one in found["versions"]]) == ("shop", [3, 2, 1])
    none = run(app, ["semantic", "history", "bare"])
    assert none.exit_code == 0 and not none.stdout and "semantic draft bare" in none.stderr


def test_an_earlier_version_is_shown_as_it_was() -> None:
    assert run(app, ["semantic", "show", "shop", "--version", "1"]).stdout == OLD
    none = run(app, ["semantic", "show", "shop", "--version", "2"])
    assert none.exit_code == 1 and not none.stdout and "was taken away" in none.stderr


def test_an_earlier_version_is_compared_with_what_serves_with_another_one_and_with_a_file(tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(shop.TEXT)
    for other in ([], ["--with", "3"], [str(file)]):
        found = json.loads(run(app, ["semantic", "diff", "shop", "--version", "1", *other, "--json"]).stdout)["changes"]
        assert found and all("AVG" in one["was"] and "SUM" in one["now"] for one in found), other
    assert "mean the same" in run(app, ["semantic", "diff", "shop", "--version", "3"]).stdout
    assert "~ !" in run(app, ["semantic", "diff", "shop", "--with", "1"]).stdout
    assert run(app, ["semantic", "diff", "shop", "--version", "2"]).exit_code == 1


def test_what_is_to_be_compared_is_said_once_and_not_left_out() -> None:
    for wrong in (["shop"], ["shop", "sales", "--version", "1", "--with", "3"], ["shop", "--version", "0"]):
        done = run(app, ["semantic", "diff", *wrong])
        assert done.exit_code == 2 and not done.stdout, wrong


def test_a_version_serves_again_after_what_changes_was_shown_and_somebody_said_yes(client: Versions) -> None:
    done = run(app, ["semantic", "restore", "shop", "1", "--note", "a slip"], input="y\n")
    assert done.exit_code == 0 and client.restored == [(1, "a slip")] and "as version 4" in done.stdout
    assert "metric revenue" in done.stderr and "Let version 1" in done.stderr
    assert json.loads(run(app, ["semantic", "restore", "shop", "1", "--yes", "--json"]).stdout)["number"] == 4


@pytest.mark.parametrize("said", ["n\n", ""])
def test_nothing_is_restored_where_nobody_says_yes(client: Versions, said: str) -> None:
    assert run(app, ["semantic", "restore", "shop", "1"], input=said).exit_code == 1
    assert client.restored == []


def test_a_run_says_by_which_versions_it_was_answered_to_whoever_may_look_at_them(client: Versions) -> None:
    queries = [{"semantic_model": digest} for digest in ("d3", "", "d1", "d3", "d9")]
    document = {"database": "shop", "queries": [*queries, {}]}
    told = versions_used(client, document)  # type: ignore[arg-type]
    assert told[0] == "Defined by version 3 of the semantic model, which serves now."
    assert "version 1" in told[1] and told[1].endswith("semantic diff shop --version 1")
    assert "not kept any more" in told[2] and len(told) == 3
    client.scopes = ["ask"]
    assert versions_used(client, document) == []  # type: ignore[arg-type]
    assert versions_used(client, {"database": "shop", "queries": []}) == []  # type: ignore[arg-type]
