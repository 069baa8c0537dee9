"""Which tables a person may read, decided for all of them at once. Any doubt refuses."""

import time

import pytest
from ask.grants import Dataset, Grant, Reach, Table, grant

FLIGHTS, AIRLINES, SALARIES = Table("public", "flights"), Table("public", "airlines"), Table("hr", "salaries")
ALL = (FLIGHTS, AIRLINES, SALARIES)
NOTHING = frozenset[int]()


def reach(*, everything: bool = False, schemas: tuple[str, ...] = (), datasets: tuple[int, ...] = (), ruled: tuple[int, ...] = ()) -> Reach:
    return Reach(everything, frozenset(schemas), frozenset(datasets), frozenset(ruled))


def dataset(number: int, table: Table, *, virtual: bool = False) -> Dataset:
    return Dataset(number, table, virtual)


def test_whoever_may_use_the_whole_database_reads_everything() -> None:
    found = grant(ALL, [], reach(everything=True))
    assert (found.database, found.everything, found.tables, found.withheld) == (True, True, ALL, 0)


def test_a_right_to_a_dataset_is_a_right_to_its_table_and_no_other() -> None:
    found = grant(ALL, [dataset(1, FLIGHTS), dataset(2, AIRLINES)], reach(datasets=(2,)))
    assert (found.tables, found.everything) == ((AIRLINES,), False)


def test_a_right_to_a_schema_is_a_right_to_its_tables() -> None:
    assert grant(ALL, [], reach(schemas=("public",))).tables == (FLIGHTS, AIRLINES)


def test_a_statement_that_is_called_like_a_table_gives_no_right_to_the_table() -> None:
    view = dataset(3, SALARIES, virtual=True)
    assert grant(ALL, [view], reach(datasets=(3,))) == Grant()


def test_nobody_reads_a_table_of_the_same_name_elsewhere() -> None:
    assert grant([Table("other", "flights")], [dataset(1, FLIGHTS)], reach(datasets=(1,))).tables == ()


def test_no_right_at_all_is_told_apart_from_no_right_to_these_tables() -> None:
    assert not grant(ALL, [dataset(1, FLIGHTS)], reach()).database
    assert grant([SALARIES], [dataset(1, FLIGHTS)], reach(datasets=(1,))).database


def test_a_table_with_row_rules_is_left_out_whole_and_counted() -> None:
    found = grant(ALL, [dataset(1, FLIGHTS), dataset(2, AIRLINES)], reach(datasets=(1, 2), ruled=(1,)))
    assert (found.tables, found.withheld) == ((AIRLINES,), 1)


def test_row_rules_hold_for_whoever_may_use_the_whole_database_too() -> None:
    found = grant(ALL, [dataset(1, FLIGHTS)], reach(everything=True, ruled=(1,)))
    assert (found.everything, found.tables, found.withheld) == (False, (AIRLINES, SALARIES), 1)


@pytest.mark.parametrize("ruled", [Table(None, "flights"), Table("PUBLIC", "Flights"), Table("public", "FLIGHTS")])
def test_a_rule_that_might_mean_the_table_is_taken_to_mean_it(ruled: Table) -> None:
    found = grant([FLIGHTS], [dataset(1, ruled)], reach(everything=True, ruled=(1,)))
    assert (found.tables, found.withheld) == ((), 1)


def test_a_table_without_a_schema_is_refused_where_any_of_its_name_has_rules() -> None:
    bare = Table(None, "flights")
    assert grant([bare], [dataset(1, FLIGHTS)], reach(everything=True, ruled=(1,))).tables == ()
    assert grant([bare], [dataset(1, FLIGHTS)], reach(datasets=(1,))).tables == ()


def test_a_table_that_the_person_could_not_read_anyway_is_not_counted_as_withheld() -> None:
    found = grant(ALL, [dataset(1, FLIGHTS), dataset(2, AIRLINES)], reach(datasets=(2,), ruled=(1,)))
    assert (found.tables, found.withheld) == ((AIRLINES,), 0)


def test_ten_thousand_tables_take_no_time() -> None:
    tables = [Table("public", f"t{number}") for number in range(10_000)]
    known = [dataset(number, table) for number, table in enumerate(tables)]
    began = time.perf_counter()
    assert len(grant(tables, known, reach(datasets=tuple(range(10_000)), ruled=(5,))).tables) == 9_999
    assert time.perf_counter() - began < 2
