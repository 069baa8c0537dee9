"""Many to many over a bridge of pairs, with figures added up by hand."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from unit.semantic import chain
from unit.semantic.by_hand.naive import Naive
from unit.semantic.test_compile_staged import ENGINES, ROWS, SPRING, answered, asked

from analytics_agent import semantic
from analytics_agent.catalog.under_policy import under_policy
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.policy import Mask, Policy, TablePolicy
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.access.restrict import restrict
from analytics_agent.semantic.compiler.compile import compile
from analytics_agent.semantic.compiler.joins import paths
from analytics_agent.semantic.model import Bridge, Dataset, Relationship, SemanticModel
from analytics_agent.semantic.request import Filter, MetricRequest, ShareOf, Top
from analytics_agent.sql.check import check

# Sales by number: 1 of 8.0, 2 of 10.0, 3 of 20.0, 4 of 30.0, 5 of 4.0, 6 of an unknown amount.
TAGS = {
    "tags": [
        {"id": 0, "label": "red", "kind": "color"},
        {"id": 1, "label": "gift", "kind": "use"},
        {"id": 2, "label": "red", "kind": "wine"},
    ],
    "tagged": [
        *({"sale": 2, "tag": tag, "part": "a"} for tag in (0, 0, 2, 1)),
        {"sale": 3, "tag": 1, "part": "b"},
        {"sale": 4, "tag": 0, "part": "b"},
        {"sale": None, "tag": 0, "part": "b"},
        {"sale": 5, "tag": None, "part": None},
    ],
    "agents": [{"id": 0, "name": "Kari"}, {"id": 1, "name": "Ola"}],
    "splits": [
        {"sale": 2, "agent": 0, "share": 0.5},
        {"sale": 2, "agent": 1, "share": 0.5},
        {"sale": 3, "agent": 0, "share": 0.25},
        {"sale": 3, "agent": 1, "share": 0.75},
        {"sale": 4, "agent": 1, "share": 1.0},
    ],
    "brands": [{"id": 0, "name": "Ask"}, {"id": 1, "name": "Embla"}],
    "carried": [{"store": 0, "brand": 0}, {"store": 0, "brand": 1}, {"store": 1, "brand": 1}],
}


def told(request: MetricRequest, engine: str = "duckdb") -> list[tuple[Any, ...]]:
    rows = ROWS | TAGS
    return chain.run(compile(chain.model(), request, dialect=engine, catalog=chain.catalog(engine)).sql, rows, engine)  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_sale_counts_once_in_each_group_that_it_belongs_to(engine: str) -> None:
    """However many pairs lead there; what has none, or one that leads nowhere, is not lost."""
    assert told(asked("revenue", "sales_made", by=("tags.label",)), engine) == [("red", 40.0, 2), ("gift", 30.0, 2), (None, 12.0, 3)]
    assert told(asked("revenue", "sales_made"), engine) == [(72.0, 6)]


@pytest.mark.parametrize("engine", ENGINES)
def test_of_a_store_and_its_brands_every_fact_tells(engine: str) -> None:
    rows = told(asked("sales_made", "visitors", "stocked", by=("brands.brand",)), engine)
    assert sorted(rows, key=str) == [("Ask", 4, 6, 8), ("Embla", 5, 6, 8), (None, 1, None, None)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_sale_that_is_split_adds_up_to_itself(engine: str) -> None:
    rows = told(asked("revenue", "sales_made", "mean_amount", by=("agents.agent",)), engine)
    assert rows == [("Ola", 50.0, 2.25, 50 / 2.25), (None, 12.0, 3, 4.0), ("Kari", 10.0, 0.75, 10 / 0.75)]
    assert sum(row[1] for row in rows) == told(asked("revenue"), engine)[0][0]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_filter_never_multiplies_rows(engine: str) -> None:
    red = Filter("tags.label", "=", ("red",))
    assert told(asked("revenue", "sales_made", "buyers", filters=(red,)), engine) == [(40.0, 2, 1)]
    assert told(asked("revenue", filters=(red, Filter("tagged.part", "=", ("b",)))), engine) == [(30.0,)]
    assert told(asked("revenue", filters=(replace(red, op="!="),)), engine) == [(32.0,)]
    assert told(asked("sales_made", filters=(Filter("tags.label", "is_null"),)), engine) == [(3,)]
    assert told(asked("sales_made", filters=(Filter("tags.label", "not_null"),)), engine) == [(3,)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_filter_on_what_is_grouped_by_chooses_the_groups(engine: str) -> None:
    red = Filter("tags.label", "=", ("red",))
    assert told(asked("revenue", by=("tags.label",), filters=(red,)), engine) == [("red", 40.0)]
    assert told(asked("revenue", by=("tags.kind",), filters=(red,)), engine) == [("color", 40.0), ("wine", 10.0)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_filter_on_what_is_split_counts_the_part(engine: str) -> None:
    """As much as the row of that agent says."""
    ola = Filter("agents.agent", "=", ("Ola",))
    assert told(asked("revenue", filters=(ola,)), engine) == [(50.0,)]
    assert told(asked("revenue", by=("agents.agent",), filters=(ola,)), engine) == [("Ola", 50.0)]
    assert told(asked("revenue", filters=(replace(ola, op="!="),)), engine) == [(12.0,)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_share_is_one_of_all_rows_and_not_of_the_groups_added_up(engine: str) -> None:
    rows = told(asked("revenue", by=("tags.label",), share_of=ShareOf()), engine)
    assert rows == [("red", 40.0, 40 / 72), ("gift", 30.0, 30 / 72), (None, 12.0, 12 / 72)]
    monthly = asked("revenue", by=("sales.day:month", "tags.label"), time=SPRING, share_of=ShareOf(("sales.day:month",)))
    assert told(monthly, engine)[:2] == [("2025-02-01", "gift", 20.0, 0.4), ("2025-02-01", "red", 30.0, 0.6)]
    split = told(asked("revenue", by=("agents.agent",), share_of=ShareOf()), engine)
    assert [row[2] for row in split] == [50 / 72, 12 / 72, 10 / 72]


@pytest.mark.parametrize("engine", ENGINES)
def test_all_others_are_those_of_every_other_member_each_once(engine: str) -> None:
    """What is red and a gift is in both: the groups overlap with others as without."""
    rows = told(asked("revenue", by=("tags.label",), top=Top(1)), engine)
    assert rows == [("red", 40.0), ("All others", 42.0)]
    assert told(asked("revenue", by=("tags.label",), top=Top(1, others=False)), engine) == [("red", 40.0)]
    assert told(asked("revenue", by=("agents.agent",), top=Top(1)), engine) == [("Ola", 50.0), ("All others", 22.0)]


def test_a_definition_chooses_sales_and_not_groups() -> None:
    rows = chain.world(3)
    made = compile(chain.model(), asked("gifts", by=("tags.kind",)), dialect="duckdb", catalog=chain.catalog())
    assert chain.run(made.sql, rows, "duckdb") == chain.plain(Naive(rows, asked("gifts", by=("tags.kind",))).answer())


def test_it_is_said_what_does_not_add_up() -> None:
    made = compile(chain.model(), asked("revenue", by=("tags.label",), share_of=ShareOf()), dialect="duckdb", catalog=chain.catalog())
    assert [column.additive for column in made.columns] == [None, False, False]
    assert "A row of sales counts in every label that it belongs to, so these rows do not add up to the total." in made.caveats
    split = compile(chain.model(), asked("sales_made", by=("agents.agent",)), dialect="duckdb", catalog=chain.catalog())
    assert (split.columns[1].type, split.columns[1].additive) == ("number", True)
    assert "A row of sales that has several splits is split among them by their weights." in split.caveats


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (
            asked("buyers", by=("agents.agent",)),
            "Buyers cannot be told by Agent (agents.agent): splits splits each row of sales among several by weight",
        ),
        (asked("revenue_per_buyer", filters=(Filter("agents.agent", "=", ("Ola",)),)), "only sums and counts can be split"),
        (asked("revenue", by=("tags.label",), filters=(Filter("tags.label", "!=", ("red",)),)), "could leave out groups"),
        (
            asked("revenue", filters=(Filter("tags.label", "=", ("red",)), Filter("tags.label", "=", ("gift",)))),
            "could be of one and the same or of two",
        ),
        (
            asked("revenue", by=("tags.label",), top=Top(1, others=False), share_of=ShareOf()),
            "Shares of the top alone, whose groups overlap",
        ),
        (asked("visitors", by=("tags.label",)), "Visitors cannot be split or filtered by Label (tags.label): a row of visits"),
    ],
)
def test_what_has_two_meanings_is_refused_in_words(bad: MetricRequest, words: str) -> None:
    with pytest.raises(ToolRefused) as refused:
        compile(chain.model(), bad, dialect="duckdb", catalog=chain.catalog())
    assert words in str(refused.value)


@pytest.mark.parametrize("dialect", ["postgres", "duckdb", "sqlite", "mysql"])
def test_the_guard_lets_it_run(dialect: str) -> None:
    catalog = chain.catalog(dialect)
    for request in (
        asked(
            "revenue",
            by=("tags.label", "brands.brand"),
            filters=(Filter("tags.kind", "=", ("use",)),),
            share_of=ShareOf(),
            top=Top(1, dimension="tags.label"),
        ),
        asked("revenue", by=("agents.agent",), filters=(Filter("tags.kind", "!=", ("use",)), Filter("brands.brand", "=", ("Ask",)))),
    ):
        verdict = check(compile(chain.model(), request, dialect=dialect, catalog=catalog).sql, dialect=dialect, catalog=catalog)  # type: ignore[arg-type]
        assert verdict.ok, verdict.findings


# of what somebody may see


def test_pairs_that_may_not_be_seen_are_as_if_they_had_never_been() -> None:
    catalog = chain.catalog()
    names = tuple(TableName("main", t.name) for t in catalog.tables)
    policy = Policy(names, (TablePolicy("main", "tagged", (("part = 'b'",),)), TablePolicy("main", "sales", (("id <> 3",),))))
    seen = ROWS | TAGS | {"tagged": [row for row in TAGS["tagged"] if row["part"] == "b"]}
    seen |= {"sales": [row for row in ROWS["sales"] if row["id"] != 3]}
    for request in (
        asked("revenue", by=("tags.label",), share_of=ShareOf(), top=Top(1)),
        asked("revenue", filters=(Filter("tags.label", "=", ("red",)),)),
        asked("revenue", filters=(Filter("tags.label", "!=", ("red",)),)),
        asked("revenue", by=("agents.agent",)),
    ):
        sql = compile(chain.model(), request, dialect="duckdb", catalog=catalog).sql
        verdict = check(sql, dialect="duckdb", catalog=catalog, policy=policy)
        assert verdict.ok and chain.run(verdict.sql, ROWS | TAGS, "duckdb") == chain.run(sql, seen, "duckdb")


def _without(model: SemanticModel, table: str, *columns: str, masks: tuple[Mask, ...] = ()) -> SemanticModel:
    whole = chain.catalog()
    policy = Policy(tuple(TableName("main", t.name) for t in whole.tables), (TablePolicy("main", table, (), masks, columns),))
    return restrict(model, whole, under_policy(whole, policy), policy)


@pytest.mark.parametrize(
    ("table", "column"), [("splits", "share"), ("splits", "sale"), ("splits", "agent"), ("agents", "id"), ("sales", "id")]
)
def test_over_a_bridge_that_is_not_seen_whole_nothing_is_reached(table: str, column: str) -> None:
    """Without its weight a sale would count in full for each agent, which is another figure."""
    model = _without(chain.model(), table, column)
    with pytest.raises(ToolRefused, match=r"cannot be split or filtered by Agent \(agents.agent\)"):
        compile(model, asked("revenue", by=("agents.agent",)), dialect="duckdb", catalog=chain.catalog())


def test_a_masked_weight_is_none() -> None:
    assert "agents" not in paths(_without(chain.model(), "splits", masks=(Mask("share", "bucket", size=1),)), "sales").over


def test_another_bridge_does_not_take_the_place_of_a_hidden_one() -> None:
    """Two ways to tags mean two things: where one of them is hidden, the other is not what the name meant."""
    model = chain.model()
    ways = (Relationship("y", "also", "sales", ("store",), ("id",)), Relationship("z", "also", "tags", ("brand",), ("id",)))
    two = replace(
        model,
        datasets=(*model.datasets, Dataset("also", "carried", bridge=Bridge("sales", "tags"))),
        relationships=(*model.relationships, *ways),
    )
    assert "tags" in paths(two, "sales").ambiguous and "tags" not in paths(two, "sales").over
    part = _without(two, "carried", "store")
    assert "tags" in paths(part, "sales").ambiguous and "tags" not in paths(part, "sales").over


def test_what_can_be_split_is_told_to_who_asks() -> None:
    facts = semantic.overview(chain.model())["facts"]
    assert {"tags", "brands", "agents"} <= {*facts["sales"]["datasets"]} and facts["sales"]["many"][:2] == ["tagged", "tags"]
    assert facts["visits"]["many"] == ["carried", "brands"]
    assert "tags" in semantic.brief(chain.model())


def test_amounts_of_a_day_stand_once_though_days_are_added_up() -> None:
    rows = answered(asked("revenue_so_far", by=("sales.day:month",), time=SPRING))
    assert told(asked("revenue_so_far", by=("sales.day:month",), time=SPRING)) == rows
    red = asked("revenue_so_far", by=("sales.day:month", "tags.label"), time=replace(SPRING, start=date(2025, 1, 1)))
    assert [row for row in told(red) if row[1] == "red"] == [
        ("2025-01-01", "red", 10.0),
        ("2025-02-01", "red", 40.0),
        ("2025-03-01", "red", 40.0),
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_weights_that_do_not_add_up_are_looked_for_and_said(engine: str) -> None:
    catalog = chain.catalog(engine)
    made = compile(chain.model(), asked("revenue", by=("agents.agent",)), dialect=engine, catalog=catalog)  # type: ignore[arg-type]
    ((counting, said),) = made.weights
    assert check(counting, dialect=engine, catalog=catalog).ok  # type: ignore[arg-type]
    assert chain.run(counting, ROWS | TAGS, engine) == [(0,)] and said.startswith("The weights of splits do not add up to 1")
    off = [{"sale": 2, "agent": 0, "share": 0.5}, {"sale": 2, "agent": 1, "share": 0.4}, {"sale": 3, "agent": 1, "share": None}]
    assert chain.run(counting, ROWS | TAGS | {"splits": off}, engine) == [(2,)]
    assert not compile(chain.model(), asked("revenue", by=("tags.label",)), dialect="duckdb").weights


@pytest.mark.parametrize("engine", ["postgres", "mysql", "sqlite"])
def test_of_years_of_pairs_those_of_the_rows_that_are_meant_are_read(engine: str) -> None:
    """The groups of a row are made different first: of every row that there is, where nothing says which are meant."""

    def text(request: MetricRequest) -> str:
        return " ".join(compile(chain.model(), request, dialect=engine, catalog=chain.catalog(engine)).sql.split())  # type: ignore[arg-type]

    meant = "WHERE tagged.sale IN ( SELECT sales.id FROM sales WHERE sales.day >="
    assert meant in text(asked("revenue", by=("tags.label",), time=SPRING))
    assert "FROM sales WHERE sales.quantity >= 3 )" in text(asked("large_sales", by=("tags.label",)))
    north = Filter("regions.region", "=", ("north",))
    for other in (asked("revenue", by=("tags.label",), filters=(north,)), asked("revenue", by=("brands.brand",), time=SPRING)):
        assert " IN (" not in text(other)
    assert " IN (" not in compile(chain.model(), asked("revenue", by=("tags.label",), time=SPRING), dialect="duckdb").sql


@pytest.mark.parametrize("engine", ENGINES)
def test_a_sale_of_the_period_is_in_all_of_its_groups(engine: str) -> None:
    """2 of January is red and a gift, 3 and 4 of February are one each; what has no tag is not lost."""
    assert told(asked("revenue", by=("tags.label",), time=SPRING), engine) == [("red", 30.0), ("gift", 20.0), (None, 4.0)]
    compared = told(asked("sales_made", by=("tags.label",), time=SPRING, compare="previous_period"), engine)
    assert sorted((row[:3] for row in compared), key=str) == [("gift", 1, 1), ("red", 1, 1), (None, 2, 0)]
    large = told(asked("large_sales", "sales_made", by=("tags.label",), time=SPRING), engine)
    assert sorted(large, key=str) == [("gift", 0, 1), ("red", 0, 1), (None, 0, 2)]


def test_versions_behind_a_bridge_are_refused_with_the_reason() -> None:
    """Which one held the pairs do not say: any would be another figure."""
    changing = chain.TEXT.replace(
        "      - name: tags\n        source: tags\n        primary_key: [id]\n",
        "      - name: tags\n        source: tags\n        primary_key: [id, since]\n"
        "        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: {valid: {from: since, until: until}}}]\n",
    )
    changing = changing.replace('{field: tags.kind, op: "=", values: [gift]}', '{field: sales.quantity, op: "=", values: [1]}')
    for request in (asked("revenue", by=("tags.label",)), asked("revenue", filters=(Filter("tags.label", "=", ("red",)),))):
        with pytest.raises(ToolRefused) as refused:
            compile(semantic.load(changing), request, dialect="duckdb")
        assert str(refused.value) == (
            "Revenue cannot be split or filtered by Label (tags.label): it changes over time, and tagged, over which it is reached, does "
            "not say when a pair held. Ask by something that stays as it is, or without it."
        )
    assert compile(semantic.load(changing), asked("revenue", by=("tagged.part",)), dialect="duckdb").sql
