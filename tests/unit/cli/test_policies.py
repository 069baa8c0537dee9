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
