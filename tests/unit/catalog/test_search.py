"""Finding, naming and describing tables, small catalogs and large."""

import time

import pytest

from analytics_agent.catalog.build import build, column_type, fingerprint
from analytics_agent.catalog.describe import describe
from analytics_agent.catalog.names import find_table, nearest, shown_name
from analytics_agent.catalog.search import search
from analytics_agent.catalog.words import split
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table, TableColumn


def table(name: str, columns: str, schema: str = "public", **more: object) -> Table:
    return Table(schema, name, tuple(TableColumn(column, "text", "text") for column in columns.split()), **more)  # type: ignore[arg-type]


AIRPORTS = table("airports", "faa name lat lon", comment="Where planes start and land")
FLIGHTS = table(
    "flights",
    "year dep_delay arr_delay carrier origin dest",
    primary_key=("year",),
    foreign_keys=(ForeignKey(("origin",), "public", "airports", ("faa",)),),
    rows=336_776,
)
CATALOG = build(
    "flights",
    "postgres",
    [
        AIRPORTS,
        FLIGHTS,
        table("airlines", "carrier name"),
        table("flights", "id", schema="old"),
        table("crewMembers", "personName hiredAt"),
    ],
    ("public",),
)


def found(words: str, catalog: Catalog = CATALOG) -> list[str]:
    return [shown_name(catalog, match.table) for match in search(catalog, words)]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("Which airports are farthest north?", "airports"),
        ("late departures by carrier", "flights"),
        ("crew members hired last year", "crewMembers"),
        ("where do planes land", "airports"),
        ("airlin", "airlines"),
        ("arlines", "airlines"),
    ],
)
def test_the_words_of_a_question_find_the_table(words: str, first: str) -> None:
    assert found(words)[0] == first


def test_the_columns_that_fit_come_with_the_table() -> None:
    match = next(match for match in search(CATALOG, "departure delay") if match.table is FLIGHTS)
    assert match.columns[0].name == "dep_delay"


def test_a_table_that_joins_what_was_asked_for_is_found_though_nothing_names_it() -> None:
    """By a foreign key, or by key columns of one name."""
    tables = [table("author", "aid name"), table("paper", "pid title"), table("wrote", "aid pid"), table("lamp", "watts")]
    keyed = table("desk_lamp", "n", foreign_keys=(ForeignKey(("n",), "public", "lamp", ("watts",)),))
    matches = search(build("x", "postgres", [*tables, keyed], ("public",)), "papers of each author")
    assert [(match.table.name, match.joins.name if match.joins else "") for match in matches] == [
        ("author", ""),
        ("paper", ""),
        ("wrote", "author"),
    ]
    assert [match.joins for match in search(build("x", "postgres", [*tables, keyed], ("public",)), "lamps by watts")][-1] is None


def test_the_table_that_is_asked_for_by_its_whole_name_goes_before_those_that_share_a_word() -> None:
    tables = [table(f"review_{form}", "review_id rating review_text") for form in ("archive", "staging", "map", "log")]
    assert found("reviews of 2021", build("x", "postgres", [*tables, table("review", "id stars")], ("public",)))[0] == "review"


def test_how_an_answer_is_sorted_is_not_about_orders() -> None:
    catalog = build("x", "postgres", [table("orders", "id"), table("meals", "id")], ("public",))
    assert found("meals in descending order, ordered by name", catalog) == ["meals"]
    assert found("orders", catalog) == ["orders"]


def test_words_of_every_question_find_nothing() -> None:
    assert found("what is the most of all") == []
    assert found("") == []


def test_names_are_split_and_stemmed() -> None:
    assert split("lateDepartures_2013") == ("late", "departure", "2013")
    assert split("HTTPRequests") == ("http", "request")
    assert split("companies addresses status gas") == ("company", "address", "status", "gas")


def test_a_thousand_tables_are_searched_quickly_and_rightly() -> None:
    nouns = ("order", "invoice", "payment", "shipment", "customer", "supplier", "product", "store", "employee", "visit")
    tables = [
        table(f"{noun}_{kind}_{n}", "id created_at updated_at value note") for noun in nouns for kind in ("fact", "dim") for n in range(50)
    ]
    wanted = table("fct_subscription_churn", "account_id churned_on monthly_revenue reason")
    catalog = build("big", "postgres", [*tables, wanted], ("public",))
    search(catalog, "warm up")
    started = time.perf_counter()
    assert found("monthly revenue lost by churned accounts", catalog)[0] == "fct_subscription_churn"
    assert time.perf_counter() - started < 0.5
    assert found("supplier dim 7", catalog)[0] == "supplier_dim_7"


def test_a_table_is_found_by_bare_and_by_full_name_in_any_case() -> None:
    assert find_table(CATALOG, "flights") is FLIGHTS
    assert find_table(CATALOG, "public.flights") is FLIGHTS
    assert find_table(CATALOG, "FLIGHTS") is FLIGHTS
    assert find_table(CATALOG, '"crewMembers"') is not None
    other = find_table(CATALOG, "old.flights")
    assert other is not None
    assert other.schema == "old"
    assert find_table(CATALOG, "old.airports") is None
    assert find_table(CATALOG, "") is None


def test_a_table_is_shown_by_the_shortest_name_that_means_it() -> None:
    assert [shown_name(CATALOG, t) for t in CATALOG.tables if t.name == "flights"] == ["old.flights", "flights"]


def test_the_nearest_names_come_first_and_strangers_not_at_all() -> None:
    assert nearest("flihgts", ["airports", "flights", "weather"]) == ("flights",)
    assert nearest("delay", ["dep_delay", "arr_delay", "origin"]) == ("arr_delay", "dep_delay")
    assert nearest("zzz", ["airports", "flights"]) == ()


def test_a_description_has_keys_in_both_directions() -> None:
    flights, airports = describe(CATALOG, ["flights", "airports"])
    assert flights["foreign_keys"] == ["(origin) -> airports (faa)"]
    assert flights["rows_estimated"] == 336_776
    assert airports["referenced_by"] == ["flights (origin)"]
    assert airports["comment"] == "Where planes start and land"
    assert [column["name"] for column in airports["columns"]] == ["faa", "name", "lat", "lon"]


def test_an_unknown_name_does_not_spoil_the_rest() -> None:
    unknown, known = describe(CATALOG, ["flihgts", "airlines"])
    assert unknown["nearest"] == ["old.flights", "flights"]
    assert known["table"] == "airlines"


def test_the_fingerprint_follows_the_schema_and_nothing_else() -> None:
    first = fingerprint([AIRPORTS, FLIGHTS])
    assert fingerprint([FLIGHTS, AIRPORTS]) == first
    assert fingerprint([AIRPORTS, table("flights", "year")]) != first
    assert fingerprint([table("airports", "faa name lat lon"), FLIGHTS]) == first


@pytest.mark.parametrize(
    ("native", "ours"),
    [
        ("bigint", "integer"), ("INTEGER", "integer"), ("UBIGINT", "integer"), ("numeric(10,2)", "number"), ("DECIMAL(38,0)", "number"),
        ("double precision", "number"), ("REAL", "number"), ("character varying(20)", "text"), ("VARCHAR", "text"), ("uuid", "text"),
        ("ENUM('a', 'b')", "text"), ("boolean", "boolean"), ("date", "date"), ("DATETIME", "timestamp"),
        ("timestamp with time zone", "timestamp"), ("TIMESTAMP_NS", "timestamp"), ("time without time zone", "time"), ("interval", "other"),
        ("int4range", "other"), ("INTEGER[]", "other"),
        ("STRUCT(a INTEGER)", "other"), ("jsonb", "other"), ("bytea", "other"), ("point", "other"),
    ],
)  # fmt: skip
def test_native_types_of_all_engines_are_understood(native: str, ours: str) -> None:
    assert column_type(native) == ours
