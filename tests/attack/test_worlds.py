"""The worlds would show it: what a hostile statement changes, reads or delays when no guard stands before it."""

import time

import pytest
from attack.campaign import Tally, campaign, run
from attack.worlds import Failed, Open

from analytics_agent.domain.catalog import Dialect

CHANGES: list[tuple[Dialect, str, str]] = [
    ("postgres", "INSERT INTO public.orders (id) VALUES (99)", "DELETE FROM public.orders WHERE id = 99"),
    ("postgres", "CREATE TEMP TABLE left_over (a int)", "DROP TABLE left_over"),
    ("postgres", "SELECT set_config('work_mem', '1MB', false)", "RESET work_mem"),
    ("postgres", "SELECT pg_advisory_lock(7)", "SELECT pg_advisory_unlock(7)"),
    ("postgres", "SELECT lo_create(4711)", "SELECT lo_unlink(4711)"),
    ("postgres", "LISTEN somebody", "UNLISTEN somebody"),
    ("postgres", "CREATE ROLE intruder", "DROP ROLE intruder"),
    ("postgres", "PREPARE kept AS SELECT 1", "DEALLOCATE kept"),
    ("postgres", "COPY (SELECT 1) TO '{folder}/written.txt'", "SELECT 1"),
    ("duckdb", "INSERT INTO orders (id) VALUES (99)", "DELETE FROM orders WHERE id = 99"),
    ("duckdb", "SET threads = 1", "SET threads = 2"),
    ("duckdb", "SET VARIABLE left_over = 1", "RESET VARIABLE left_over"),
    ("duckdb", "ATTACH ':memory:' AS other", "DETACH other"),
    ("duckdb", "COPY (SELECT 1) TO 'written.csv'", "SELECT 1"),
    ("duckdb", "CREATE MACRO mine(a) AS a", "DROP MACRO mine"),
    ("sqlite", "INSERT INTO orders (id) VALUES (99)", "DELETE FROM orders WHERE id = 99"),
    ("sqlite", "CREATE TEMP TABLE left_over (a)", "DROP TABLE left_over"),
    ("sqlite", "PRAGMA user_version = 7", "PRAGMA user_version = 0"),
    ("sqlite", "ATTACH ':memory:' AS other", "DETACH other"),
    ("sqlite", "BEGIN", "ROLLBACK"),
    ("mysql", "INSERT INTO orders (id) VALUES (99)", "DELETE FROM orders WHERE id = 99"),
    ("mysql", "SET SESSION sql_select_limit = 7", "SET SESSION sql_select_limit = DEFAULT"),
    ("mysql", "CREATE TEMPORARY TABLE left_over (a int)", "DROP TEMPORARY TABLE left_over"),
    ("mysql", "CREATE USER intruder", "DROP USER intruder"),
    ("mysql", "SELECT 1 INTO OUTFILE '{folder}/written.txt'", "SELECT 1"),
    ("mysql", "SELECT last_insert_id(4711)", "SELECT last_insert_id(0)"),
]
READS: list[tuple[Dialect, str]] = [
    ("postgres", "SELECT pg_read_file('canary.csv')"),
    ("duckdb", "SELECT * FROM 'canary.csv'"),
    ("mysql", "SELECT load_file(concat(@@datadir, 'canary.csv'))"),
]
STALLS: list[tuple[Dialect, str]] = [
    ("postgres", "SELECT pg_sleep(30)"),
    ("duckdb", "SELECT sum(a.i * b.i) FROM range(10000000) a(i), range(10000000) b(i)"),
    ("sqlite", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"),
    ("mysql", "SELECT count(*) FROM information_schema.columns a, information_schema.columns b, information_schema.columns c"),
]


@pytest.mark.parametrize(("dialect", "statement", "undo"), CHANGES, ids=lambda value: value[:40])
def test_a_change_is_seen(dialect: Dialect, statement: str, undo: str, world_of: Open) -> None:
    world = world_of(dialect)
    before = world.snapshot()
    world.execute(statement.replace("{folder}", str(world.folder)))
    try:
        assert world.snapshot() != before
    finally:
        world.execute(undo)


@pytest.mark.parametrize(("dialect", "statement"), READS)
def test_a_file_that_is_read_is_seen(dialect: Dialect, statement: str, world_of: Open) -> None:
    tally = Tally()
    run(world_of(dialect), statement, statement, tally)
    assert "a file was read" in "".join(tally.faults)


@pytest.mark.parametrize(("dialect", "statement"), STALLS)
def test_what_stalls_is_stopped(dialect: Dialect, statement: str, world_of: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(dialect)
    if dialect in ("duckdb", "sqlite"):
        monkeypatch.setattr(world, "seconds", 0.5)
    started = time.monotonic()
    with pytest.raises(Failed) as stopped:
        world.rows(statement)
    assert stopped.value.is_late
    assert time.monotonic() - started < world.seconds + 3


def test_a_guard_that_lets_a_write_through_is_found_out(world_of: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attack.campaign.judged", lambda statement, *rest, **given: statement)
    tally = Tally()
    world = world_of("sqlite")
    campaign(world, ["SELECT 1", "CREATE TABLE intruder (a)", "SELECT 2"], tally, furnish=False)
    world.execute("DROP TABLE intruder")
    assert "changed" in "".join(tally.faults)
