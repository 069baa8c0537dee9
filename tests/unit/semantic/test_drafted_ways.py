"""Several keys of one table to another in a draft: each is a way with words of its own, and which is meant is asked."""

from datetime import date
from functools import lru_cache

import pytest
from unit.semantic.test_draft import key, model_of, table

from analytics_agent import semantic
from analytics_agent.catalog.build import build
from analytics_agent.catalog.restrict import name_of
from analytics_agent.domain.catalog import Catalog, Table
from analytics_agent.domain.profile import ColumnProfile, TableProfile
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.drafting.keys import FoundKey
from analytics_agent.semantic.reader import Ask, KnownValue, Outcome, Reading, read
from analytics_agent.semantic.request import MetricRequest

STATES = table("states", "code", "name", "country", primary="code")
AIRPORTS = table("airports", "id:integer", "name", "town", "state_code", keys=(key("state_code", "states", "code"),), primary="id")
FLIGHTS = table(
    "flights", "id:integer", "origin:integer", "dest:integer", "flown:date", keys=(key("origin", "airports"), key("dest", "airports")),
    primary="id",
)  # fmt: skip
TICKETS = table("tickets", "id:integer", "flight_id:integer", "price:number", keys=(key("flight_id", "flights"),), primary="id")
ADDRESSES = table("addresses", "address_id:integer", "town", "country", primary="address_id")
ORDERS = table(
    "orders", "order_id:integer", "billing_address_id:integer", "shipping_address_id:integer", "placed:date", primary="order_id",
    keys=(key("billing_address_id", "addresses", "address_id"), key("shipping_address_id", "addresses", "address_id")),
)  # fmt: skip


def catalog(*tables: Table) -> Catalog:
    return build("x", "postgres", [*tables], ("public",))


@lru_cache
def travel() -> semantic.SemanticModel:
    towns = ColumnProfile("town", 9, 2, common=(("Ulm", 3), ("Graz", 3)))
    profiles = {name_of(AIRPORTS): TableProfile("public", "airports", 9, True, (towns,))}
    return model_of(catalog(STATES, AIRPORTS, FLIGHTS, TICKETS), profiles=profiles)


@lru_cache
def trade() -> semantic.SemanticModel:
    countries = ColumnProfile("country", 9, 2, common=(("Chile", 3), ("Peru", 3)))
    return model_of(catalog(ADDRESSES, ORDERS), profiles={name_of(ADDRESSES): TableProfile("public", "addresses", 9, True, (countries,))})


def outcome(model: semantic.SemanticModel, question: str, *answers: str, known: tuple[KnownValue, ...] = ()) -> Outcome:
    return read(question, semantic.overview(model), date(2025, 12, 1), known, clarified=answers)


def request(model: semantic.SemanticModel, question: str, *answers: str) -> MetricRequest:
    found = outcome(model, question, *answers)
    assert isinstance(found, Reading), found
    semantic.compile(model, found.request, dialect="postgres")
    return found.request


def asked(model: semantic.SemanticModel, question: str) -> tuple[str, ...]:
    found = outcome(model, question)
    assert isinstance(found, Ask), found
    return found.readings


def test_each_key_to_one_table_leads_to_a_dataset_of_its_own_and_so_does_what_lies_behind() -> None:
    assert {(r.many, r.many_columns, r.one) for r in travel().relationships} == {
        ("airports", ("state_code",), "states"),
        ("flights", ("origin",), "origin_airports"),
        ("flights", ("dest",), "dest_airports"),
        ("tickets", ("flight_id",), "flights"),
        ("origin_airports", ("state_code",), "origin_states"),
        ("dest_airports", ("state_code",), "dest_states"),
    }
    assert {d.source for d in travel().datasets if d.name.endswith("_airports")} == {"public.airports"}


@pytest.mark.parametrize(
    ("question", "ways"),
    [
        ("How many flights are there by airport?", ("origin airport", "destination airport")),
        ("flights by state", ("origin state", "destination state")),
        ("flights by airport state", ("origin state", "destination state")),
        ("flights by airport town", ("origin town", "destination town")),
        ("tickets by airport", ("origin airport", "destination airport")),
        ("Which airport has the most flights?", ("origin airport", "destination airport")),
        ("top 3 airports by flights", ("origin airports", "destination airports")),
        ("How many airports have more than 10 flights?", ("origin airports", "destination airports")),
        ("Which airports have no flights?", ("origin airports", "destination airports")),
        ("How many flights have no airport town?", ("origin town", "destination town")),
    ],
)
def test_which_way_is_meant_is_asked(question: str, ways: tuple[str, ...]) -> None:
    assert asked(travel(), question) == ways
    for way in ways:
        datasets = {path.partition(".")[0] for path in request(travel(), question, way).dimensions} or {
            each.field.partition(".")[0] for each in request(travel(), question, way).filters
        }
        assert {name.partition("_")[0] for name in datasets} == {"origin" if way.startswith("origin") else "dest"}


@pytest.mark.parametrize("answer", ["shipping country", "by shipping country", "the second one", "2"])
def test_an_answer_names_the_way(answer: str) -> None:
    """As it is handed on by what asks: in the words of the reading that it means."""
    from analytics_agent.semantic.reader import chosen

    said = chosen(answer, asked(trade(), "orders by country"))
    assert request(trade(), "orders by country", said).dimensions == ("shipping_addresses.country",)


@pytest.mark.parametrize(
    ("question", "dimension"),
    [
        ("orders by billing country", "billing_addresses.country"),
        ("orders by shipping address country", "shipping_addresses.country"),
        ("orders by shipping town", "shipping_addresses.town"),
    ],
)
def test_words_of_the_question_name_the_way(question: str, dimension: str) -> None:
    assert request(trade(), question).dimensions == (dimension,)
    assert request(travel(), "flights by origin state").dimensions == ("origin_states.code", "origin_states.name")


def test_a_value_is_asked_about_too_unless_from_or_to_says_it() -> None:
    assert asked(trade(), "How many orders are there for Chile?") == ("Billing address country Chile", "Shipping address country Chile")
    (chosen,) = request(trade(), "How many orders are there for Chile?", "Shipping address country Chile").filters
    assert chosen.field == "shipping_addresses.country"
    assert [each.field for each in request(travel(), "How many flights from Ulm are there?").filters] == ["origin_airports.town"]
    assert [each.field for each in request(travel(), "How many flights to Ulm are there?").filters] == ["dest_airports.town"]


def test_a_value_that_was_looked_up_is_of_each_way() -> None:
    ways = tuple(KnownValue("Bern", f"{way}_airports.name", "Bern Airport") for way in ("origin", "dest"))
    found = outcome(travel(), "How many flights are there for Bern?", known=ways)
    assert isinstance(found, Ask) and len(found.readings) == 2


def test_what_is_counted_itself_has_one_way_only() -> None:
    assert request(travel(), "How many airports are there by state?").dimensions == ("states.code", "states.name")
    assert request(travel(), "List the airports.").metrics == ("airports_count",)


def test_keys_that_were_found_are_ways_too() -> None:
    bare = table("rides", "id:integer", "from_station_id:integer", "to_station_id:integer", primary="id")
    stations = table("stations", "id:integer", "name", primary="id")
    found = [FoundKey(name_of(bare), f"{way}_station_id", name_of(stations), "id") for way in ("from", "to")]
    model = model_of(catalog(stations, bare), *found)
    assert {r.one for r in model.relationships} == {"from_stations", "to_stations"}
    assert asked(model, "rides by station") == ("from station", "to station")
    assert request(model, "rides by station", "to station").dimensions == ("to_stations.id", "to_stations.name")


def test_columns_that_are_called_as_their_table_are_said_in_full() -> None:
    visits = table(
        "visits", "id:integer", "doctor_id:integer", "second_doctor_id:integer", primary="id",
        keys=(key("doctor_id", "doctors"), key("second_doctor_id", "doctors")),
    )  # fmt: skip
    model = model_of(catalog(table("doctors", "id:integer", "name", primary="id"), visits))
    assert {r.one for r in model.relationships} == {"doctor_id_doctors", "second_doctors"}
    assert len(asked(model, "visits by doctor")) == 2


def test_two_ways_over_different_tables_are_told_apart_or_asked_about() -> None:
    """Orders have a region by their store and by their staff."""
    regions = table("regions", "id:integer", "name", primary="id")
    stores = table("stores", "id:integer", "region_id:integer", keys=(key("region_id", "regions"),), primary="id")
    staff = table("staff", "id:integer", "region_id:integer", keys=(key("region_id", "regions"),), primary="id")
    sales = table("sales", "id:integer", "store_id:integer", "staff_id:integer", keys=(key("store_id", "stores"), key("staff_id", "staff")))
    model = model_of(catalog(regions, stores, staff, sales))
    assert not isinstance(outcome(model, "sales by region"), Reading)
    assert len({path.partition(".")[0] for path in request(model, "sales by store region").dimensions}) == 1


def test_a_request_for_the_table_itself_is_refused_with_its_ways() -> None:
    plain = MetricRequest("flights", ("flights_count",), ("states.name",))
    with pytest.raises(ToolRefused, match=r"origin_states\.name or dest_states\.name .* ask which is meant"):
        semantic.compile(travel(), plain, dialect="postgres")


def test_pairs_of_one_table_are_counted_by_each_way_and_are_no_bridge() -> None:
    papers = table("papers", "id:integer", "title", primary="id")
    cited = table("cites", "citing_id:integer", "cited_id:integer", keys=(key("citing_id", "papers"), key("cited_id", "papers")))
    model = model_of(catalog(papers, cited))
    assert not any(d.bridge for d in model.datasets)
    assert asked(model, "cites by paper") == ("citing paper", "cited paper")
    assert request(model, "cites by cited paper").dimensions == ("cited_papers.id", "cited_papers.title")
