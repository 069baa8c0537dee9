"""Files as databases: added, asked, widened, removed, and gone."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from e2e.command_line import run
from e2e.other_databases import add, ask, columns, listed, rows, tables
from running_stack import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]


def _duckdb(path: Path, statement: str) -> None:
    """In a process of its own, as another program would."""
    write = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute(sys.argv[2])"
    subprocess.run([sys.executable, "-c", write, path, statement], check=True, timeout=60)


def _sqlite(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as file:
        for statement in statements:
            file.execute(statement)
    file.close()


@dataclass(frozen=True)
class File:
    """A database in a file: how it is made, and how somebody adds a column to it later."""

    name: str
    address: str
    dialect: str
    make: Callable[[Path], None]
    widen: Callable[[Path], None]


ROWS = [("north", 3), ("south", 4), ("east", 5)]
VALUES = ", ".join(f"('{place}', {amount})" for place, amount in ROWS)
LINES = "".join(f"{place},{amount}\n" for place, amount in ROWS)
TABLE = pa.table({"place": [place for place, _ in ROWS], "amount": [amount for _, amount in ROWS]})
MAKE = f"CREATE TABLE sales AS SELECT * FROM (VALUES {VALUES}) AS t(place, amount)"
FILES = (
    File(
        "sales.duckdb",
        "duckdb:///{}",
        "duckdb",
        lambda path: _duckdb(path, MAKE),
        lambda path: _duckdb(path, "ALTER TABLE sales ADD COLUMN more INT DEFAULT 1"),
    ),
    File(
        "sales.sqlite",
        "sqlite:///{}",
        "sqlite",
        lambda path: _sqlite(path, "CREATE TABLE sales (place TEXT, amount INT)", f"INSERT INTO sales VALUES {VALUES}"),
        lambda path: _sqlite(path, "ALTER TABLE sales ADD COLUMN more INT DEFAULT 1"),
    ),
    File(
        "sales.csv",
        "{}",
        "duckdb",
        lambda path: _write(path, f"place,amount\n{LINES}"),
        lambda path: _write(path, f"place,amount,more\n{LINES}".replace("\n", ",1\n").replace("more,1", "more")),
    ),
    File(
        "sales.parquet",
        "{}",
        "duckdb",
        lambda path: pq.write_table(TABLE, path),
        lambda path: pq.write_table(TABLE.append_column("more", pa.array([1, 1, 1])), path),
    ),
)


def _write(path: Path, text: str) -> None:
    path.write_text(text)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_added_asked_refreshed_and_removed(stack: RunningStack, file: File, tmp_path: Path) -> None:
    path, name = tmp_path / file.name, file.name.replace(".", "-")
    file.make(path)
    added = add(stack, name, file.address.format(path))
    assert (added.code, added.err) == (0, f"Added {name}: 1 table, no semantic model.\nIts file is opened for reading only.\n")
    view = listed(stack)[name]
    assert (view["dialect"], view["tables"], view["governed"]) == (file.dialect, 1, False)
    document = ask(stack, name, "SELECT place, amount FROM sales ORDER BY amount DESC", "{{r1[0].place}} leads with {{r1[0].amount}}.")
    assert rows(stack, document) == [["east", 5], ["south", 4], ["north", 3]]
    assert document["answer"]["summary"] == "east leads with **5**."
    not_published(stack, document, "SQLite" if file.dialect == "sqlite" else "DuckDB")

    file.widen(path)
    assert run(stack, "databases", "refresh", name).code == 0
    assert [columns(table) for table in tables(stack, name).values()] == [["place", "amount", "more"]]
    document = ask(stack, name, "SELECT sum(more) AS n FROM sales", "{{r1[0].n}} in all.", "--no-publish", "--formats", "none")
    assert rows(stack, document) == [[3]]

    assert run(stack, "databases", "remove", name).code == 0
    assert name not in listed(stack)
    gone = run(stack, "ask", "How many?", "--database", name)
    assert gone.code == 2 and f"There is no database '{name}'" in gone.err


def not_published(stack: RunningStack, document: dict[str, Any], engine: str) -> None:
    """The answer stands, and both it and its report say why there is no dashboard."""
    superset = document["superset"]
    assert superset["dashboard_url"] is None and superset["charts"] == []
    assert f"{engine} databases are not published" in superset["failure"]
    with stack.client() as client:
        page = client.report(document["id"], "html").decode()
        assert client.report(document["id"], "pdf").startswith(b"%PDF")
    assert f"{engine} databases are not published" in page and "/superset/dashboard/" not in page


def test_a_file_that_has_gone_keeps_what_was_imported_and_a_refresh_says_so(stack: RunningStack, tmp_path: Path) -> None:
    path = tmp_path / "kept.csv"
    path.write_text(f"place,amount\n{LINES}")
    assert add(stack, "kept", str(path)).code == 0
    path.unlink()
    refreshed = run(stack, "databases", "refresh", "kept")
    assert refreshed.code == 1 and "There is no file" in refreshed.err
    document = ask(stack, "kept", "SELECT count(*) AS n FROM kept", "{{r1[0].n}} rows.", "--no-publish", "--formats", "none")
    assert rows(stack, document) == [[3]]
    run(stack, "databases", "remove", "kept")
