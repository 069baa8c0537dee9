"""Tables are found by what is said of them beside their names: synonyms, and values that their columns hold."""

import gc
import weakref
from itertools import count

from analytics_agent.catalog.build import build
from analytics_agent.catalog.kept import Kept
from analytics_agent.catalog.said import Said, SaidOfTable, Values
from analytics_agent.catalog.search import Match, search
from analytics_agent.domain.catalog import Catalog, Table, TableColumn, TableName


def table(name: str, columns: str) -> Table:
    return Table("public", name, tuple(TableColumn(column, "text", "text") for column in columns.split()))


CATALOG = build("x", "postgres", [table("ord", "id reg_id total"), table("reg", "id label"), table("newcomers", "id")], ("public",))
SAID = Said(
    {
        TableName("public", "ord"): SaidOfTable(called=("purchases",), columns={"total": ("turnover",)}),
        TableName("public", "reg"): SaidOfTable(values={"label": {"Bavaria": ("Bayern",), "New York": (), "Saxony": ()}}),
    }
)


def found(words: str, said: Said | None = SAID, catalog: Catalog = CATALOG) -> list[Match]:
    return list(search(catalog, words, said=said))


def test_a_value_finds_the_column_that_holds_it() -> None:
    purchases, region = found("purchases from Bavaria")
    assert (purchases.table.name, purchases.values) == ("ord", ())
    assert (region.table.name, region.values, region.columns[0].name) == ("reg", (("label", "Bavaria"),), "label")


def test_a_value_is_found_by_other_words_for_it_and_misspelled() -> None:
    assert found("customers in bayern")[0].values == (("label", "Bavaria"),)
    assert found("customers in Bavarria")[0].values == (("label", "Bavaria"),)
    assert found("customers in Bolivia") == []


def test_a_value_of_several_words_is_found_whole_only() -> None:
    assert found("orders from new york")[0].values == (("label", "New York"),)
    assert all(not match.values for match in found("new customers"))


def test_synonyms_find_tables_and_columns() -> None:
    assert found("purchases")[0].table.name == "ord"
    assert [column.name for column in found("turnover")[0].columns] == ["total"]


def test_what_is_not_said_is_not_found() -> None:
    """The same catalog searched by somebody to whom less is said: nothing of the other's index is theirs."""
    assert found("Bavaria") and found("Bavaria", None) == [] and found("Bavaria", Said()) == []


def test_words_of_every_question_and_single_letters_are_no_values() -> None:
    values = Values([("t", {"c": {"what": (), "in": (), "a": (), "X": (), "": (), "!": (), "JFK": ()}})])
    assert [words for words, _ in values.found("what is in a X JFK")] == [("jfk",)]


def test_an_index_lives_as_long_as_the_records_it_was_made_of() -> None:
    class Record:
        pass

    number = count()
    kept = Kept(lambda one, other: next(number))
    one, other = Record(), Record()
    made_first = kept.of(one, None)
    assert kept.of(one, None) == made_first and kept.of(one, other) == kept.of(one, other) != made_first
    gone = weakref.ref(other)
    del other
    gc.collect()
    assert gone() is None and len(kept._made) == 1
