"""A scheduled report says what its first answer said of weights that do not add up, and only while they do not."""

from datetime import date
from pathlib import Path

import duckdb
from integration.replay.in_order import InOrder
from unit.semantic import chain

from analytics_agent.domain.database import Database

SAID = "The weights of splits do not add up to 1"


def made(path: Path) -> Database:
    with duckdb.connect(str(path)) as connection:
        for table, columns in chain.COLUMNS.items():
            connection.execute(
                f"CREATE TABLE {table} ({', '.join(f'{name} {chain.NATIVE.get(kind, kind)}' for name, kind in columns.items())})"
            )
        connection.execute("INSERT INTO stores VALUES (1, 'Oslo', NULL); INSERT INTO agents VALUES (1, 'Ada'), (2, 'Bo')")
        days = "('2025-01-10'), ('2025-02-10'), ('2025-03-10')"
        connection.execute(f"INSERT INTO sales SELECT row_number() OVER (), d::DATE, d::DATE, 1, NULL, 100, 1 FROM (VALUES {days}) t (d)")
        connection.execute("INSERT INTO splits SELECT id, agent, 0.5 FROM sales, (VALUES (1), (2)) t (agent)")
    return Database("chain", f"duckdb:///{path}", "duckdb", semantic_model=chain.TEXT)


def weigh(path: Path, share: float) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE splits SET share = ? WHERE agent = 2", [share])


def test_a_report_says_that_weights_do_not_add_up(tmp_path: Path) -> None:
    path = tmp_path / "chain.duckdb"
    runs = InOrder(made(path))
    weigh(path, 0.4)
    first = runs.run(runs.ask("revenue by agent in January 2025", as_of=date(2025, 3, 31)))
    assert any(caveat.startswith(SAID) for caveat in first.answer.caveats)
    schedule = runs.run(runs.schedule(first, "month"))
    again = runs.run(runs.report(schedule, date(2025, 3, 1)))
    assert again.answer and any(caveat.startswith(SAID) for caveat in again.answer.caveats)
    weigh(path, 0.5)
    mended = runs.run(runs.report(schedule, date(2025, 3, 1)))
    assert mended.answer and not any(caveat.startswith(SAID) for caveat in mended.answer.caveats)
