"""Questions that lead a reader by rule to a figure that looks right and answers something else."""

from dataclasses import replace
from datetime import date

import pytest

from analytics_agent import semantic
from analytics_agent.resources import resource
from analytics_agent.semantic.reader import Ask, Outcome, Reading, Refuse, read
from analytics_agent.semantic.reader.follow_up import Earlier, follow
from analytics_agent.semantic.request import ShareOf

FLIGHTS, SHOP = (
    semantic.overview(semantic.load((resource("sql_fixtures") / name / "semantic_model.yaml").read_text())) for name in ("flights", "shop")
)
DRAFTED = """
version: 0.2.0.dev0
semantic_model:
- name: stays
  datasets:
  - name: stays
    source: main.stays
    primary_key: [stay_id]
    fields:
    - name: stay_id
      expression: {dialects: [{dialect: ANSI_SQL, expression: stay_id}]}
    - name: guest_id
      expression: {dialects: [{dialect: ANSI_SQL, expression: guest_id}]}
    - name: nights
      label: Nights
      expression: {dialects: [{dialect: ANSI_SQL, expression: nights}]}
      custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"role": "attribute", "format": "number"}'}]
  - name: guests
    source: main.guests
    primary_key: [guest_id]
    ai_context: {synonyms: [guest]}
    fields:
    - name: guest_id
      expression: {dialects: [{dialect: ANSI_SQL, expression: guest_id}]}
    - name: name
      label: Guest name
      expression: {dialects: [{dialect: ANSI_SQL, expression: name}]}
      ai_context: {synonyms: [guest, guests]}
      custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"role": "dimension"}'}]
    - name: city
      label: City
      expression: {dialects: [{dialect: ANSI_SQL, expression: city}]}
      custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"role": "dimension"}'}]
    - name: insurance
      label: Insurance
      expression: {dialects: [{dialect: ANSI_SQL, expression: insurance}]}
      custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"role": "dimension", "values": {"none": [], "public": []}}'}]
    - name: state
      label: State
      expression: {dialects: [{dialect: ANSI_SQL, expression: state}]}
      custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"role": "dimension", "values": {"OR": [], "CA": [], "NY": []}}'}]
  relationships:
  - {name: stays_to_guests, from: stays, to: guests, from_columns: [guest_id], to_columns: [guest_id]}
  metrics:
  - name: total_cost
    label: Total cost
    expression: {dialects: [{dialect: ANSI_SQL, expression: SUM(stays.stay_id)}]}
    ai_context: {synonyms: [cost]}
  - name: total_nights
    label: Total nights
    expression: {dialects: [{dialect: ANSI_SQL, expression: SUM(stays.nights)}]}
    ai_context: {synonyms: [nights]}
"""
STAYS = semantic.overview(semantic.load(DRAFTED))


def of_flights(question: str) -> Outcome:
    return read(question, FLIGHTS, date(2013, 12, 31))


def of_stays(question: str) -> Outcome:
    return read(question, STAYS, date(2026, 3, 31))


def filters(outcome: Outcome) -> dict[str, tuple[object, ...]]:
    assert isinstance(outcome, Reading), outcome
    return {f.field: f.values for f in outcome.request.filters}


def test_a_code_that_is_a_small_word_of_english_is_a_code_where_it_is_typed_as_one() -> None:
    assert filters(of_flights("How many flights did US have in May?")) == {"flights.carrier": ("US",)}
    assert filters(of_flights("US flights")) == {"flights.carrier": ("US",)}
    assert filters(of_flights("give us flights in May")) == {}
    assert filters(of_stays("cost in OR")) == {"guests.state": ("OR",)}


def test_a_small_word_in_capitals_stays_one_between_names_and_where_all_is_in_capitals() -> None:
    assert filters(of_stays("cost in CA OR NY")) == {"guests.state": ("CA", "NY")}
    assert filters(of_flights("GIVE US FLIGHTS")) == {}


@pytest.mark.parametrize(
    "question", ["Which month had the biggest drop in flights?", "Which carrier had the largest increase in cancellations?"]
)
def test_the_biggest_drop_is_not_the_highest_figure(question: str) -> None:
    outcome = of_flights(question)
    assert isinstance(outcome, Refuse) and outcome.missing == "a period"


def test_the_biggest_increase_between_two_months_is_ranked_by_the_change() -> None:
    question = "Which carrier had the biggest increase in cancellations from January to February?"
    assert isinstance(of_flights(question), Ask)
    outcome = read(question, FLIGHTS, date(2013, 12, 31), clarified="Absolute growth")
    assert isinstance(outcome, Reading)
    assert outcome.request.compare == "previous_period"
    assert [(o.field, o.direction) for o in outcome.request.order_by] == [("cancellations_change", "desc")]


@pytest.mark.parametrize("question", ["When was the longest delay?", "Who had the longest delay?"])
def test_a_figure_alone_does_not_say_when_or_who(question: str) -> None:
    assert isinstance(of_flights(question), Refuse)


def test_a_clause_with_when_asks_for_no_time() -> None:
    assert isinstance(of_flights("When it rained, what was the cancellation rate?"), Reading)


def test_what_has_none_is_not_taken_for_what_is_not_known() -> None:
    for question in ("cost of guests with no insurance", "cost without insurance"):
        assert not isinstance(of_stays(question), Reading)
    outcome = of_stays("cost without insurance")
    assert isinstance(outcome, Refuse) and "“insurance none”" in outcome.reason
    assert filters(of_stays("cost with insurance none")) == {"guests.insurance": ("none",)}


def test_what_is_divided_by_something_that_adds_up_is_not_split_by_it() -> None:
    assert isinstance(of_stays("cost per night"), Refuse)
    outcome = of_stays("cost by nights")
    assert isinstance(outcome, Reading) and outcome.request.dimensions == ("stays.nights",)


def test_the_city_of_guests_is_no_list_of_guests() -> None:
    outcome = of_stays("cost by guest city")
    assert isinstance(outcome, Reading) and outcome.request.dimensions == ("guests.city",)
    both = of_stays("cost by guest and city")
    assert isinstance(both, Reading) and both.request.dimensions == ("guests.name", "guests.city")


def test_a_preposition_and_a_word_are_no_question_of_their_own() -> None:
    """ "In units" after returns by reason would be the units of all sales."""
    before = read("returns by reason in 2025", SHOP, date(2026, 6, 30))
    assert isinstance(before, Reading)
    earlier = Earlier("returns by reason in 2025 as a share", replace(before.request, share_of=ShareOf()))
    assert isinstance(follow("in units", earlier, SHOP, date(2026, 6, 30)), Refuse)


@pytest.mark.parametrize("question", ["How many orders were not completed in 2025?", "net sales except completed in 2025"])
def test_rows_that_a_definition_leaves_out_are_not_asked_for_in_vain(question: str) -> None:
    """Only completed ones count as orders: the answer would be 0, and there were some."""
    outcome = read(question, SHOP, date(2026, 6, 30))
    assert isinstance(outcome, Refuse) and "counted by status already" in outcome.reason


def test_the_measure_of_all_of_them_may_leave_them_out() -> None:
    outcome = read("orders placed except completed in 2025", SHOP, date(2026, 6, 30))
    assert isinstance(outcome, Reading) and outcome.request.metrics == ("orders_placed",)


def test_conditions_of_a_definition_are_found_wherever_they_stand() -> None:
    model = semantic.load((resource("sql_fixtures") / "shop" / "semantic_model.yaml").read_text())
    found = {metric["name"]: metric.get("conditions", []) for metric in semantic.overview(model)["metrics"]}
    assert found["orders"] == found["orders_per_buyer"] == ["orders.status"]
    assert found["orders_placed"] == []


def test_what_is_left_out_is_told_with_the_rows_that_are_not_known() -> None:
    outcome = read("returns in 2025 except defective", SHOP, date(2026, 6, 30))
    assert isinstance(outcome, Reading)
    assert "“defective”: reason of the return is known and is not defective." in outcome.notes


@pytest.mark.parametrize(
    ("question", "model"),
    [
        ("How many planes flew for two airlines?", FLIGHTS),
        ("5 airlines by flights", FLIGHTS),
        ("two regions by net sales in 2025", SHOP),
        ("How many customers bought in two regions?", SHOP),
        ("How many products were sold in three regions?", SHOP),
    ],
)
def test_a_number_before_groups_is_never_passed_over(question: str, model: dict[str, object]) -> None:
    """A figure for each of all of them is no answer to what is asked of so many."""
    outcome = read(question, model, date(2026, 6, 30))
    assert isinstance(outcome, Refuse) and "limit" in outcome.reason, outcome


def test_so_many_as_there_are_may_be_named_with_their_number() -> None:
    for question in ("flights by the three airports", "flights of all three airports"):
        outcome = read(question, FLIGHTS, date(2013, 12, 31))
        assert isinstance(outcome, Reading) and outcome.request.limit is None


@pytest.mark.parametrize("question", ["How many customers ordered in every month of 2025?", "How many customers ordered every month?"])
def test_who_did_it_in_every_month_is_not_how_many_did_it_each_month(question: str) -> None:
    outcome = read(question, SHOP, date(2026, 6, 30))
    assert isinstance(outcome, Refuse) and "of all of them" in outcome.reason


def test_what_adds_up_over_months_may_be_asked_for_every_month() -> None:
    for question in ("How many orders were there in every month of 2025?", "How many customers ordered in each month of 2025?"):
        outcome = read(question, SHOP, date(2026, 6, 30))
        assert isinstance(outcome, Reading) and outcome.request.dimensions == ("orders.order_date:month",)


@pytest.mark.parametrize(
    "question", ["How many destinations had more than one airline?", "How many destinations have flights from all three airports?"]
)
def test_destinations_of_several_are_not_how_many_each_of_these_has(question: str) -> None:
    assert isinstance(read(question, FLIGHTS, date(2013, 12, 31)), Refuse)


@pytest.mark.parametrize(
    "question", ["How many days had fewer than 3 cancellations?", "Which airlines had fewer than 100 flights to Boston?"]
)
def test_few_are_told_from_records_of_any_kind(question: str) -> None:
    """A day of flights without any cancellation has fewer than 3; an airline that never went there has no row that says so."""
    outcome = read(question, FLIGHTS, date(2013, 12, 31))
    assert isinstance(outcome, Reading)
    assert any(note.startswith("Not among them") and "without any record of flights" in note for note in outcome.notes)
