"""`policies`: a file judged and shown, without its key."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import sql_shop
from typer.testing import CliRunner, Result

from analytics_agent import client
from analytics_agent.cli.app import app

FILE = """version: 1
hash_key: not for anybody's eyes
policies:
  - name: all
    users: [ada]
    database: shop
    tables:
      - table: orders
        rows: status = 'paid'
        hide: [customer_id]
        mask: {amount: {bucket: {size: 10}}, status: hash}
      - table: customers
"""


class Shop:
    def __enter__(self) -> "Shop":
        return self

    def __exit__(self, *_: object) -> None: ...

    def catalog(self, name: str) -> dict[str, Any]:
        return json.loads(json.dumps(asdict(sql_shop.catalog()), default=str)) | {"database": name}


@pytest.fixture(autouse=True)
def shop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "Client", Shop)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policies.yaml"
    path.write_text(FILE.replace(", status: hash", ""))
    return path


def ran(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["policies", *arguments])


def test_a_good_file_is_said_to_be_good(file: Path) -> None:
    said = ran("validate", str(file), "--database", "shop")
    assert said.exit_code == 0, said.output
    assert "1 policy is well-formed and fits shop." in said.output


def test_every_mistake_has_its_line(file: Path) -> None:
    file.write_text(FILE.replace("status = 'paid'", "nowhere = 1").replace("[customer_id]", "[nothing]"))
    said = ran("validate", str(file), "--database", "shop")
    assert said.exit_code == 1
    assert "policies.yaml, line 9" in said.output
    assert "policies.yaml, line 8" in said.output


def test_what_a_person_may_see_is_shown_without_the_key(file: Path) -> None:
    said = ran("show", str(file), "--as", "ada", "--database", "shop")
    assert said.exit_code == 0, said.output
    assert "    rows where (status = 'paid')" in said.output
    assert "without customer_id" in said.output
    assert "    all of it" in said.output
    assert "eyes" not in said.output + ran("show", str(file), "--as", "ada", "--database", "shop", "--json").output


def test_who_is_not_in_the_file_may_see_nothing(file: Path) -> None:
    assert "eve may see nothing of shop." in ran("show", str(file), "--as", "eve", "--database", "shop").output


def test_a_file_that_is_no_text_is_refused_in_words(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")
    assert ran("validate", str(file)).exit_code == 2


# what holds now, through the API

NOW = {
    "database": "shop",
    "reads_as": "ada",
    "hash": "h",
    "everything": False,
    "withheld": 1,
    "until": None,
    "why": None,
    "tables": [
        {
            "schema": "public",
            "table": "orders",
            "rows": [["status = 'paid'", "amount > 1"]],
            "masks": [{"column": "amount", "kind": "bucket", "first": 0, "last": 0, "size": 10.0, "unit": None}],
            "hidden": ["customer_id"],
        },
        {"schema": "public", "table": "customers", "rows": [], "masks": [], "hidden": []},
    ],
}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the API answers; it notes what it was asked."""
    answer = dict(NOW)

    def policy(self: Shop, database: str, *, as_user: str | None = None, models: bool = False) -> dict[str, Any]:
        answer["asked"] = (database, as_user, models)
        return answer

    monkeypatch.setattr(Shop, "policy", policy, raising=False)
    return answer


def test_without_a_file_it_is_what_holds_now(told: dict[str, Any]) -> None:
    said = ran("show", "--as", "ada", "--database", "shop")
    assert said.exit_code == 0, said.output
    assert told["asked"] == ("shop", "ada", False)
    for line in (
        "ada may see of shop:",
        "  public.orders",
        "    rows where (status = 'paid') or (amount > 1)",
        "    amount: the lower end of its range of 10",
        "    without customer_id",
        "  public.customers",
        "    all of it",
        "Left out because their row rules cannot be read: 1.",
    ):
        assert line in said.output.splitlines()
    assert json.loads(ran("show", "--as", "ada", "--database", "shop", "--json").stdout)["hash"] == "h"


def test_who_sees_nothing_everything_or_is_refused_is_told_in_a_sentence(told: dict[str, Any]) -> None:
    told |= {"tables": [], "why": "You may not ask about this database."}
    said = ran("show", "--as", "ada", "--database", "shop").output
    assert said == "ada may see nothing of shop. They are told: You may not ask about this database.\n"
    told |= {"everything": True, "why": None, "withheld": 0}
    assert ran("show", "--as", "ada", "--database", "shop").output == "ada may see all of shop.\n"
    assert ran("show", "--models", "--database", "shop").output == "A model outside may be shown all of shop.\n"
    assert told["asked"] == ("shop", None, True)


def test_of_a_file_it_is_shown_what_models_may_see(file: Path) -> None:
    assert ran("show", str(file), "--models", "--database", "shop").output == "A model outside may be shown all of shop.\n"
    file.write_text(f"{file.read_text()}  - {{name: m, models: true, database: shop, tables: [{{table: customers, hide: [name]}}]}}\n")
    said = ran("show", str(file), "--models", "--database", "shop")
    assert said.output.splitlines() == ["A model outside may be shown of shop:", "  public.customers", "    without name"]


@pytest.mark.parametrize(
    "options",
    [
        ["--database", "shop"],
        ["--as", "ada", "--models", "--database", "shop"],
        ["--as", "ada"],
        ["--as", "ada", "--database", "shop", "--role", "sales"],
    ],
)
def test_what_does_not_belong_together_is_wrong_usage(options: list[str], told: dict[str, Any]) -> None:
    assert ran("show", *options).exit_code == 2
    assert "asked" not in told
