"""What the offline model reads over a model that nobody wrote: drafted from a made-up library, its words from names and descriptions."""

from datetime import date
from typing import Any

import pytest
from unit.semantic import library

from analytics_agent.semantic.reader import Ask, KnownValue, Reading, Refuse, read, tool_input
from analytics_agent.semantic.reader.cover import cover
from analytics_agent.semantic.reader.lexicon import Lexicon
from analytics_agent.semantic.reader.words import tokens


def asked(question: str) -> dict[str, Any]:
    outcome = read(question, library.overview(), date(2025, 12, 1))
    assert isinstance(outcome, Reading), outcome
    return tool_input(outcome.request)


def refused(question: str) -> str:
    outcome = read(question, library.overview(), date(2025, 12, 1))
    assert isinstance(outcome, Refuse), outcome
    return outcome.reason


BRANCH = ["branches.branch_id", "branches.branch_name"]
ULM = [{"field": "branches.town", "op": "=", "values": ["Ulm"]}]


def test_verbs_of_a_description_are_explained_by_it() -> None:
    """ "The ID of the branch where the book is kept" explains kept beside a branch, and nothing explains sold."""
    assert asked("How many books are kept in each branch?")["dimensions"] == BRANCH
    assert "sold" in refused("How many books are sold in each branch?")


def test_a_verb_is_not_explained_by_a_field_that_the_question_does_not_use() -> None:
    assert "kept" in refused("How many books are kept by genre?")


def test_words_that_only_link_two_things_say_nothing() -> None:
    linked, plain = "How many books are associated with each writer?", "How many books are there for each writer?"
    assert asked(linked.replace("are associated", "associated")) == asked(plain)


def test_the_time_of_the_records_explains_its_own_verb() -> None:
    request = asked("How many loans were borrowed in March 2025?")
    assert request["time"] == {"from": "2025-03-01", "to": "2025-04-01"}


@pytest.mark.parametrize(
    "question", ["What are the names of the branches located in Ulm?", "Which branches are located in Ulm?", "List the branches in Ulm."]
)
def test_things_are_listed_by_key_and_name(question: str) -> None:
    request = asked(question)
    assert (request["metrics"], request["dimensions"], request["filters"]) == (["branches_count"], BRANCH, ULM)


def test_further_fields_of_things_stand_beside_their_names() -> None:
    assert asked("What are the names and towns of all branches?")["dimensions"] == ["branches.town", *BRANCH]


def test_what_was_done_is_not_the_thing_that_is_called_so() -> None:
    """ "courses offered" are no course offerings, though both words have one stem."""
    overview = library.overview() | {"datasets": [{"name": "book_lendings", "synonyms": ["book lendings"]}]}
    for said, found in (("book lendings", True), ("books lended", False)):
        segments = cover(tokens(said), Lexicon(overview), ()).segments
        assert any(m.name == "book_lendings" for s in segments for m in s.meanings) == found


def test_things_that_something_splits_are_counted() -> None:
    assert asked("List the branches by town.")["dimensions"] == ["branches.town"]


@pytest.mark.parametrize(
    "question", ["What are the names and shelf lengths of the branches in Ulm?", "Get the branches in Ulm and their shelf space."]
)
def test_what_is_asked_of_each_thing_is_beside_it(question: str) -> None:
    request = asked(question)
    assert (request["metrics"], request["dimensions"], request["filters"]) == (["total_shelf_length"], BRANCH, ULM)


def test_a_superlative_of_a_thing_names_its_measure() -> None:
    request = asked("Which are the longest branches in meters?")
    assert request["metrics"] == ["highest_shelf_length"]
    assert request["order_by"] == [{"field": "highest_shelf_length", "direction": "desc"}]


def test_a_superlative_that_no_measure_of_the_thing_decides_is_refused() -> None:
    assert refused("What are the oldest books?")


@pytest.mark.parametrize(
    ("ending", "order"),
    [
        (", ordered by the number of books in descending order", ("books_count", "desc")),
        (" sorted from fewest to most", ("books_count", "asc")),
        (". Order the results by town", ("branches.town", "asc")),
        (", sorted by town in descending order", ("branches.town", "desc")),
        (" in descending order", ("books_count", "desc")),
        (", ordered alphabetically", ("branches.town", "asc")),
        (". Sort the towns in descending order.", ("branches.town", "desc")),
    ],
)
def test_rows_come_in_the_order_that_is_asked_for(ending: str, order: tuple[str, str]) -> None:
    field, direction = order
    assert asked(f"How many books are there in each town{ending}?")["order_by"] == [{"field": field, "direction": direction}]


def test_an_order_by_what_is_not_there_is_refused() -> None:
    assert "publisher" in refused("How many books are there in each town, sorted by publisher?")


def test_first_rows_that_are_to_be_shown_the_other_way_round_are_refused() -> None:
    assert refused("What are the top 3 towns by books, in ascending order?")


def test_columns_that_are_to_be_shown_are_there_or_it_is_refused() -> None:
    assert asked("How many books are there in each town? Give the town and the number of books.")["dimensions"] == ["branches.town"]
    assert "price" in refused("How many books are there in each town? Give the town and the price.")


@pytest.mark.parametrize(
    "said", [" Match strings case-insensitively.", "\n\nWhat is known: Always filter names using ILIKE", " Match all strings exactly"]
)
def test_how_names_are_to_be_compared_asks_for_nothing(said: str) -> None:
    question = "How many books are there in Ulm?"
    assert asked(question + said) == asked(question)


def test_what_is_known_besides_is_not_ignored() -> None:
    assert refused("How many books are there in Ulm?\n\nWhat is known: Ulm means every town on the Danube.")


def test_a_ratio_of_two_figures_is_refused_and_no_share_is_made_of_it() -> None:
    assert "ratio" in refused("What is the ratio of rare books to available books in each town?")


def test_words_for_codes_and_flags_are_read() -> None:
    assert asked("How many books are lent out?")["filters"] == [{"field": "books.status", "op": "=", "values": ["L"]}]
    assert asked("How many rare books are there?")["filters"] == [{"field": "books.is_rare", "op": "=", "values": ["Yes"]}]


def test_pairs_let_each_thing_have_many_of_the_other() -> None:
    assert asked("How many books are there for each writer?")["dimensions"] == ["writers.wid", "writers.name"]
    assert asked("How many writers are there for each book?")["dimensions"] == ["books.book_id", "books.title"]


def test_a_field_that_two_things_have_is_asked_for_with_its_thing() -> None:
    """Loans have neither status nor grade themselves, and reach two of each."""
    fields = [{"name": "books.grade", "label": "Grade"}, {"name": "branches.grade", "label": "Grade", "synonyms": ["branch grade"]}]
    overview = library.overview() | {"dimensions": [*library.overview()["dimensions"], *fields]}
    outcome = read("How many loans were there by grade?", overview)
    assert isinstance(outcome, Refuse) and "that of books or that of branches" in outcome.reason
    said = read("How many loans were there by branch grade?", overview)
    assert isinstance(said, Reading) and said.request.dimensions == ("branches.grade",)


@pytest.mark.parametrize(
    ("answer", "field", "value"), [("Branch Ulm", "branches.branch_name", "Ulm Central"), ("Town Ulm", "branches.town", "Ulm")]
)
def test_a_value_of_two_fields_is_of_the_one_that_was_answered(answer: str, field: str, value: str) -> None:
    """Also where the field is called as something that is counted is."""
    known = [KnownValue("Ulm", "branches.branch_name", "Ulm Central"), KnownValue("Ulm", "branches.town", "Ulm")]
    question = read("How many books in Ulm by genre?", library.overview(), None, known, frozenset({"ulm"}))
    assert isinstance(question, Ask) and answer in question.readings

    outcome = read("How many books in Ulm by genre?", library.overview(), None, known, frozenset({"ulm"}), answer)

    assert isinstance(outcome, Reading), outcome
    assert [(one.field, one.values) for one in outcome.request.filters] == [(field, (value,))]
