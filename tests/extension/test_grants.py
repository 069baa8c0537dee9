"""Which tables a person may read, decided for all of them at once. Any doubt refuses."""

import time

import pytest
from ask.grants import LONGEST_CLAUSE, Clause, Dataset, Grant, Person, Reach, Readable, Table, digest, grant

FLIGHTS, AIRLINES, SALARIES = Table("public", "flights"), Table("public", "airlines"), Table("hr", "salaries")
ALL = (FLIGHTS, AIRLINES, SALARIES)
AA, UA, LATE = "carrier = 'AA'", "carrier = 'UA'", "delay > 0"
Rules = dict[int, tuple[Clause, ...]]


def reach(
    *,
    everything: bool = False,
    schemas: tuple[str, ...] = (),
    datasets: tuple[int, ...] = (),
    rules: Rules | None = None,
    sql_lab: bool = True,
) -> Reach:
    return Reach(everything, frozenset(schemas), frozenset(datasets), rules or {}, sql_lab)


def dataset(number: int, table: Table, *, virtual: bool = False, elsewhere: bool = False) -> Dataset:
    return Dataset(number, table, virtual, elsewhere)


def whole(*tables: Table) -> tuple[Readable, ...]:
    return tuple(Readable(table) for table in tables)


def rows_of(found: Grant, table: Table = FLIGHTS) -> tuple[tuple[str, ...], ...]:
    (rows,) = (one.rows for one in found.tables if one.table == table)
    return rows


def test_whoever_may_use_the_whole_database_reads_everything() -> None:
    found = grant(ALL, [], reach(everything=True))
    assert (found.database, found.everything, found.tables, found.withheld) == (True, True, whole(*ALL), 0)


def test_a_right_to_a_dataset_is_a_right_to_its_table_and_no_other() -> None:
    found = grant(ALL, [dataset(1, FLIGHTS), dataset(2, AIRLINES)], reach(datasets=(2,)))
    assert (found.tables, found.everything) == (whole(AIRLINES), False)


def test_a_right_to_a_schema_is_a_right_to_its_tables() -> None:
    assert grant(ALL, [], reach(schemas=("public",))).tables == whole(FLIGHTS, AIRLINES)


def test_a_statement_that_is_called_like_a_table_gives_no_right_to_the_table() -> None:
    view = dataset(3, SALARIES, virtual=True)
    assert grant(ALL, [view], reach(datasets=(3,))) == Grant()


def test_nobody_reads_a_table_of_the_same_name_elsewhere() -> None:
    assert grant([Table("other", "flights")], [dataset(1, FLIGHTS)], reach(datasets=(1,))).tables == ()


def test_no_right_at_all_is_told_apart_from_no_right_to_these_tables() -> None:
    assert not grant(ALL, [dataset(1, FLIGHTS)], reach()).database
    assert grant([SALARIES], [dataset(1, FLIGHTS)], reach(datasets=(1,))).database


def test_a_table_with_a_row_rule_is_read_with_it() -> None:
    found = grant(ALL, [dataset(1, FLIGHTS), dataset(2, AIRLINES)], reach(datasets=(1, 2), rules={1: (Clause(AA),)}))
    assert found.tables == (Readable(FLIGHTS, ((AA,),)), Readable(AIRLINES))
    assert (found.withheld, found.everything) == (0, False)


def test_row_rules_hold_for_whoever_may_use_the_whole_database_too_and_then_every_table_is_named() -> None:
    found = grant(ALL, [dataset(1, FLIGHTS)], reach(everything=True, rules={1: (Clause(AA),)}))
    assert (found.everything, found.tables) == (False, (Readable(FLIGHTS, ((AA,),)), *whole(AIRLINES, SALARIES)))


def test_rules_of_one_group_add_up_and_all_else_holds_together() -> None:
    clauses = (Clause(UA, "carrier"), Clause(LATE), Clause(AA, "carrier"), Clause("x = 1", "x"))
    assert rows_of(grant(ALL, [dataset(1, FLIGHTS)], reach(datasets=(1,), rules={1: clauses}))) == ((AA, UA), (LATE,), ("x = 1",))


def test_the_same_rules_in_another_order_are_the_same_answer() -> None:
    clauses = (Clause(UA, "carrier"), Clause(LATE), Clause(AA, "carrier"))
    known = [dataset(1, FLIGHTS), dataset(2, AIRLINES)]
    one, other = (grant(ALL, known, reach(datasets=(1, 2), rules={1: each})) for each in (clauses, clauses[::-1]))
    assert one == other


@pytest.mark.parametrize("text", [None, "", "  \n", "x" * (LONGEST_CLAUSE + 1)])
def test_a_rule_that_cannot_be_told_withholds_the_table(text: str | None) -> None:
    rules = {1: (Clause(AA, "one"), Clause(text, "one"))}
    found = grant(ALL, [dataset(1, FLIGHTS), dataset(2, AIRLINES)], reach(datasets=(1, 2), rules=rules))
    assert (found.tables, found.withheld) == (whole(AIRLINES), 1)


def test_rules_of_all_datasets_of_one_table_hold_together() -> None:
    known = [dataset(1, FLIGHTS), dataset(2, FLIGHTS), dataset(3, Table(None, "flights")), dataset(4, FLIGHTS, virtual=True)]
    rules = {1: (Clause(AA, "one"),), 2: (Clause(UA, "one"),), 3: (Clause(LATE),), 4: (Clause("x = 1"),)}
    assert rows_of(grant(ALL, known, reach(datasets=(1,), rules=rules))) == ((AA,), (UA,), (LATE,), ("x = 1",))


def test_a_rule_of_another_catalogs_table_is_not_of_this_one() -> None:
    known = [dataset(1, FLIGHTS), dataset(2, FLIGHTS, elsewhere=True)]
    assert grant(ALL, known, reach(datasets=(1,), rules={2: (Clause(AA),)})).tables == whole(FLIGHTS)
    assert not grant(ALL, known, reach(datasets=(2,))).database


@pytest.mark.parametrize("ruled", [Table(None, "flights"), Table("PUBLIC", "Flights"), Table("public", "FLIGHTS")])
def test_a_rule_that_might_mean_the_table_is_taken_to_mean_it(ruled: Table) -> None:
    assert rows_of(grant([FLIGHTS], [dataset(1, ruled)], reach(everything=True, rules={1: (Clause(AA),)}))) == ((AA,),)


def test_a_rule_of_a_table_in_other_letters_is_of_that_one() -> None:
    other = Table("public", "Flights")
    found = grant([FLIGHTS, other], [dataset(1, other)], reach(everything=True, rules={1: (Clause(AA),)}))
    assert found.tables == (Readable(FLIGHTS), Readable(other, ((AA,),)))


def test_a_table_without_a_schema_is_under_the_rules_of_all_of_its_name() -> None:
    bare = Table(None, "flights")
    assert rows_of(grant([bare], [dataset(1, FLIGHTS)], reach(everything=True, rules={1: (Clause(AA),)})), bare) == ((AA,),)
    assert grant([bare], [dataset(1, FLIGHTS)], reach(datasets=(1,))).tables == ()


def test_a_table_that_the_person_could_not_read_anyway_is_not_counted_as_withheld() -> None:
    found = grant(ALL, [dataset(1, FLIGHTS), dataset(2, AIRLINES)], reach(datasets=(2,), rules={1: (Clause(None),)}))
    assert (found.tables, found.withheld) == (whole(AIRLINES), 0)


def test_under_row_rules_only_who_may_use_sql_lab_sees_what_is_no_dataset() -> None:
    """It may be a view, which reads past the rules of the tables under it."""
    rules = {1: (Clause(AA),)}
    known = [dataset(1, FLIGHTS), dataset(2, AIRLINES), dataset(3, SALARIES, virtual=True)]
    assert [one.table for one in grant(ALL, known, reach(everything=True, rules=rules)).tables] == list(ALL)
    without = grant(ALL, known, reach(everything=True, rules=rules, sql_lab=False))
    assert ([one.table for one in without.tables], without.withheld) == ([FLIGHTS, AIRLINES], 0)
    assert grant(ALL, known, reach(everything=True, sql_lab=False)).tables == whole(*ALL)


def test_the_answer_says_who_it_is_about_and_has_a_hash_of_what_may_be_seen() -> None:
    found = grant(ALL, [dataset(1, FLIGHTS)], reach(datasets=(1,), rules={1: (Clause(AA),)}))
    body = found.body(Person(7, "ada", ("Gamma",)))
    assert (body["known"], body["user"], body["username"], body["roles"]) == (True, 7, "ada", ["Gamma"])
    assert body["tables"] == [{"schema": "public", "name": "flights", "rows": [[AA]]}]
    assert body["policy"] == digest(False, body["tables"]) != Grant().body(None)["policy"]
    assert Grant().body(None)["known"] is False
    assert "username" not in Grant().body(None)


def test_ten_thousand_tables_take_no_time() -> None:
    tables = [Table("public", f"t{number}") for number in range(10_000)]
    known = [dataset(number, table) for number, table in enumerate(tables)]
    began = time.perf_counter()
    assert len(grant(tables, known, reach(datasets=tuple(range(10_000)), rules={5: (Clause(AA),)})).tables) == 10_000
    assert time.perf_counter() - began < 2
