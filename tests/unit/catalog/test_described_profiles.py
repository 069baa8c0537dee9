"""What columns hold, told in short with a table."""

from datetime import UTC, datetime

import pytest
from fakes.records import catalog

from analytics_agent.activities.fitting import MOST_BYTES, size
from analytics_agent.catalog.describe import describe, held
from analytics_agent.domain.catalog import Catalog, Table, TableColumn, TableName
from analytics_agent.domain.profile import ColumnProfile, TableProfile


def profile(*columns: ColumnProfile, rows: int = 200, is_whole: bool = True) -> TableProfile:
    return TableProfile("public", "flights", rows, is_whole, columns)


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (ColumnProfile("x", 0, 0), "null in every row"),
        (ColumnProfile("x", 200, 200, "1", "200"), "each row another: 1 to 200"),
        (ColumnProfile("x", 150, 12, "2013-01-01", "2013-12-31"), "12 different: 2013-01-01 to 2013-12-31; 25 % null"),
        (ColumnProfile("x", 200, 1, None, None, (("UA", 200),)), "one value: 'UA' 100 %"),
        (ColumnProfile("x", 200, 2, None, None, (("UA", 199), ("O'Hare", 1))), "2 different: 'UA' 100 %, \"O'Hare\" under 1 %"),
        (ColumnProfile("x", 199, 90), "90 different; under 1 % null"),
    ],
)
def test_a_column_is_told_in_few_words(column: ColumnProfile, told: str) -> None:
    assert held(profile(column), "x") == told


def test_of_many_values_the_most_frequent_are_told_and_a_long_one_is_cut() -> None:
    told = held(profile(ColumnProfile("x", 200, 20, None, None, tuple((f"{n}" + "v" * 60, 10) for n in range(20)))), "x", 3)
    assert told.count("%") == 3 and told.endswith("…") and len(told) < 170


def test_where_values_are_not_told_counts_are() -> None:
    column = ColumnProfile("x", 200, 2, "1", "2", (("UA", 100), ("B6", 100)))
    assert held(profile(column), "x", 0) == "2 different"


def test_a_table_says_of_how_many_rows_its_profile_is() -> None:
    table = TableName("public", "flights")
    part = profile(ColumnProfile("carrier", 100_000, 16), rows=100_000, is_whole=False)
    (told,) = describe(catalog(), ["flights"], {table: part})
    assert told["profiled"] == "100,000 of its rows" and told["columns"][0]["holds"] == "16 different"
    (told,) = describe(catalog(), ["flights"])
    assert "profiled" not in told and "holds" not in told["columns"][0]


def test_twenty_tables_with_their_counts_fit_into_what_is_told_at_once() -> None:
    columns = tuple(TableColumn(f"column_{number}", "text", "character varying(40)") for number in range(10))
    tables = tuple(Table("public", f"table_{number}", columns, rows=1_000) for number in range(20))
    known = Catalog("db", "postgres", tables, ("public",), "f", datetime.now(UTC))
    values = tuple((f"value {number}", 10) for number in range(20))
    profiles = {
        TableName("public", table.name): TableProfile(
            "public", table.name, 200, True, tuple(ColumnProfile(c.name, 200, 20, None, None, values) for c in columns)
        )
        for table in tables
    }
    assert size(describe(known, [table.name for table in tables], profiles, values=0)) < MOST_BYTES
