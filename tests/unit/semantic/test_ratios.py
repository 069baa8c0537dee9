"""A ratio that no metric defines: how it is asked for, compiled, and read from a question, over the drafted library."""

from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import pytest
from unit.semantic import library

from analytics_agent import semantic
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.model import Certification, Expression, Metric
from analytics_agent.semantic.reader import LookUp, Outcome, Reading, Refuse, read, tool_input
from analytics_agent.semantic.reader.certain import certain
from analytics_agent.semantic.request import Filter, MetricRequest

TODAY = date(2025, 12, 1)


def rows(request: MetricRequest) -> list[tuple[Any, ...]]:
    compiled = semantic.compile(library.model(), request, dialect="duckdb")
    with duckdb.connect() as connection:
        connection.execute(library.TABLES)
        return connection.execute(compiled.sql.replace("library.", "")).fetchall()


def outcome(question: str) -> Outcome:
    return read(question, library.overview(), TODAY)


def asked(question: str) -> MetricRequest:
    found = outcome(question)
    assert isinstance(found, Reading), found
    assert MetricRequest.from_tool_input(tool_input(found.request)) == found.request
    return found.request


LENT, FREE = Filter("books.status", "=", ("L",), "numerator"), Filter("books.status", "=", ("A",), "denominator")


def test_each_figure_is_of_its_own_rows() -> None:
    assert rows(MetricRequest("", ("loans_count",), ratio_to="books_count")) == [(400 / 60,)]
    crime = Filter("books.genre_type", "=", ("crime",), "numerator")
    assert rows(MetricRequest("", ("books_count",), filters=(crime,), ratio_to="books_count")) == [(20 / 60,)]


def test_a_filter_without_a_figure_chooses_the_rows_of_both() -> None:
    both = Filter("branches.town", "=", ("Ulm",))
    parted = MetricRequest("", ("books_count",), ("branches.town",), (LENT, FREE, both), ratio_to="books_count")
    plain = [
        MetricRequest("", ("books_count",), ("branches.town",), (Filter("books.status", "=", (status,)), both)) for status in ("L", "A")
    ]
    (upper,), (lower,) = (rows(each) for each in plain)
    assert rows(parted) == [("Ulm", upper[1] / lower[1])]


def test_what_is_divided_by_nothing_has_no_value() -> None:
    nobody = Filter("books.genre_type", "=", ("opera",), "denominator")
    assert rows(MetricRequest("", ("books_count",), filters=(nobody,), ratio_to="books_count")) == [(None,)]


def test_its_column_says_which_rows_are_over_which_and_the_answer_stands_on_both_metrics() -> None:
    request = MetricRequest("", ("books_count",), filters=(LENT, FREE), ratio_to="books_count")
    compiled = semantic.compile(library.model(), request, dialect="duckdb")
    assert compiled.columns[0].label == "Ratio of books where status is L to books where status is A"
    assert compiled.metrics == ("books_count", "books_count")
    assert request.conditions() == ("books.status is L in the numerator", "books.status is A in the denominator")


def test_what_a_filter_of_one_figure_leaves_out_is_said() -> None:
    other = Filter("books.status", "!=", ("L",), "denominator")
    compiled = semantic.compile(
        library.model(), MetricRequest("", ("books_count",), filters=(LENT, other), ratio_to="books_count"), dialect="duckdb"
    )
    assert "Rows without a value of books.status are left out by the filter." in compiled.caveats


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (MetricRequest("", ("books_count", "loans_count"), ratio_to="books_count"), "one metric"),
        (MetricRequest("", ("books_count",), ratio_to="books"), "no metric 'books'"),
        (MetricRequest("", ("books_count",), filters=(LENT,)), "ratio_to"),
        (
            MetricRequest("", ("books_count",), filters=(Filter("books.mood", "=", ("x",), "numerator"),), ratio_to="loans_count"),
            "no dimension",
        ),
    ],
)
def test_what_is_no_ratio_is_refused(request_: MetricRequest, said: str) -> None:
    with pytest.raises(ToolRefused, match=said):
        semantic.compile(library.model(), request_, dialect="duckdb")


def test_a_ratio_of_a_ratio_is_refused() -> None:
    ratio = Metric("loans_each", Expression({}), "Loans of each", "loans", ratio=("loans_count", "books_count"))
    model = replace(library.model(), metrics=(*library.model().metrics, ratio))
    with pytest.raises(ToolRefused, match="made of other metrics"):
        semantic.compile(model, MetricRequest("", ("loans_each",), ratio_to="books_count"), dialect="duckdb")


# as it is asked for


def test_a_ratio_of_two_counts_is_read() -> None:
    request = asked("What is the ratio of loans to books?")
    assert (request.metrics, request.ratio_to, request.filters) == (("loans_count",), "books_count", ())
    assert rows(request) == [(400 / 60,)]


@pytest.mark.parametrize(
    "question",
    [
        "What is the ratio of lent out books to available books by town?",
        "What is the ratio of books lent out to books available for each town?",
        "How does the ratio of lent out books to available books vary across different towns?",
    ],
)
def test_what_stands_behind_the_second_figure_is_of_both(question: str) -> None:
    request = asked(question)
    assert request.dimensions == ("branches.town",)
    assert set(request.filters) == {LENT, FREE}


def test_a_value_behind_the_second_figure_is_of_both_unless_the_first_has_its_own() -> None:
    in_ulm = asked("What is the ratio of lent out books to available books in Ulm?")
    assert set(in_ulm.filters) == {LENT, FREE, Filter("branches.town", "=", ("Ulm",))}
    towns = asked("What is the ratio of books in Ulm to books in Graz?")
    assert [(f.values, f.of) for f in towns.filters] == [(("Ulm",), "numerator"), (("Graz",), "denominator")]


@pytest.mark.parametrize(
    "question", ["What is the ratio of crime books out of all books in Ulm?", "Ratio of crime books to all books in Ulm"]
)
def test_a_part_of_a_whole_is_a_part_of_the_same_rows(question: str) -> None:
    request = asked(question)
    assert set(request.filters) == {Filter("books.genre_type", "=", ("crime",), "numerator"), Filter("branches.town", "=", ("Ulm",))}


@pytest.mark.parametrize(
    "question",
    [
        "What is the ratio of crime books to available books?",  # all available ones, or those of crime?
        "What is the ratio of books to books in Ulm?",
        "What is the ratio of crime books to loans in Ulm?",
        "What is the ratio of books to books?",
        "What is the ratio of loans to glorious books?",
        "What is the average ratio of loans to books?",
        "What is the ratio of loans to books to writers?",
        "What is the ratio of the average price to the total number of renewals?",
        "What is the ratio of loans in March 2025 to loans in April 2025?",
        "What is the ratio of loans borrowed to books?",
    ],
)
def test_a_ratio_that_may_be_meant_otherwise_is_refused(question: str) -> None:
    found = outcome(question)
    assert isinstance(found, Refuse | LookUp), found


def test_a_limit_of_single_things_is_one_of_their_rows() -> None:
    request = asked("What is the ratio of branches with a shelf length above 300 to branches with a shelf length below 300 in Ulm?")
    limits = {Filter("branches.shelf_length", op, (300,), of) for op, of in ((">", "numerator"), ("<", "denominator"))}
    assert (request.metrics, set(request.filters)) == (("branches_count",), {*limits, Filter("branches.town", "=", ("Ulm",))})


def test_what_is_of_no_known_group_is_no_row_where_the_records_are_different_ones() -> None:
    request = asked("What is the ratio of loans to books by town?")
    assert request.filters == (Filter("branches.town", "not_null"),)
    assert {row[0] for row in rows(request)} == {"Ulm", "Graz", "Bern"}


def test_a_period_is_of_both() -> None:
    request = asked("What is the ratio of renewals to loans in March 2025?")
    assert request.time and (request.time.start, request.time.end) == (date(2025, 3, 1), date(2025, 4, 1))
    assert request.ratio_to == "loans_count"


def test_a_ratio_is_certain_only_where_somebody_vouches_for_both_figures() -> None:
    vouched = replace(library.model(), certification=Certification("reviewed"))
    draft = replace(next(m for m in vouched.metrics if m.name == "books_count"), certification=Certification("unreviewed"))
    in_part = replace(vouched, metrics=(*(m for m in vouched.metrics if m.name != "books_count"), draft))
    asked_for = "What is the ratio of loans to books?"
    assert certain(asked_for, vouched, semantic.overview(vouched), TODAY) is not None
    assert certain(asked_for, in_part, semantic.overview(in_part), TODAY) is None
