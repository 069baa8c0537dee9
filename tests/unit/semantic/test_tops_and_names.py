"""The top few beside their names, of groups and with all others: two members of one name are two, and all others have one name."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from unit.semantic import shop

from analytics_agent.errors import ToolRefused
from analytics_agent.semantic import compile
from analytics_agent.semantic.request import Counted, MetricRequest, Period, Top

CITY, KIND = "stores.city", "stores.kind"


@pytest.fixture(autouse=True)
def kinds_are_names_of_cities(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of the cities have the same."""
    named = shop.TEXT.replace("""'{"values": {"mall":""", f"""'{{"label_of": "{CITY}", "values": {{"mall":""")
    assert named != shop.TEXT
    monkeypatch.setattr(shop, "TEXT", named)


def asked(top: Top | None = None, dimensions: tuple[str, ...] = (CITY, KIND), **more: Any) -> MetricRequest:
    return MetricRequest("p", ("visitors",), dimensions, top=top, **more)


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
@pytest.mark.parametrize("dimension", [None, CITY, KIND])
def test_all_others_are_one_row_beside_names_too(engine: str, dimension: str | None) -> None:
    rows = shop.run(asked(Top(1, dimension=dimension)), engine)
    assert rows == [("Oslo", "mall", 180), ("All others", "All others", 80)]


@pytest.mark.parametrize("dimension", [None, CITY, KIND])
def test_a_name_is_ranked_by_its_key(dimension: str | None) -> None:
    assert shop.run(asked(Top(2, dimension=dimension, others=False))) == [("Oslo", "mall", 180), ("Bergen", "street", 50)]


def test_the_top_of_each_group_needs_no_choice_between_a_key_and_its_name() -> None:
    month = "visits.visited_on:month"
    rows = shop.run(asked(Top(1, others=False, within=(month,)), (month, CITY, KIND)))
    assert rows == [
        ("2025-01-01", "Oslo", "mall", 100),
        ("2025-02-01", "Oslo", "mall", 80),
        ("2025-03-01", "O'Hara's \"End\"", "mall", 30),
    ]


def test_the_groups_of_a_top_are_told() -> None:
    month = "visits.visited_on:month"
    request = asked(Top(1, others=False, within=(month,)), (month, CITY))
    assert "The top 1 by visitors of each month." in compile(shop.model(), request, dialect="duckdb").readings


def test_what_a_count_is_split_by_is_one_column_however_often_it_is_named() -> None:
    counted = Counted((CITY, "city", CITY))
    month = "visits.visited_on:month"
    compiled = compile(shop.model(), asked(counted=counted, dimensions=(CITY, month)), dialect="duckdb")
    assert [column.name for column in compiled.columns] == ["city", "visited_on_month_count"]
    assert shop.run(asked(counted=counted, dimensions=(CITY, month)))[0] == ("Oslo", 2)


def test_periods_without_rows_beside_a_top_within_periods_are_refused_in_words() -> None:
    """They have no top, and a reading that says they are shown would not be true."""
    month, time = "visits.visited_on:month", Period(date(2025, 1, 1), date(2025, 6, 1))
    request = asked(Top(1, others=False, within=(month,)), (month, CITY), time=time)
    assert len(shop.run(request)) == 3
    with pytest.raises(ToolRefused, match=r"has no first ones: ask for those of the periods that have rows \(without `fill`\)"):
        shop.run(replace(request, fill=True))


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (asked(Top(1, others=False, within=(CITY,)), (KIND,)), "stores.city stands in `within` of `top` and not in `dimensions`: add it"),
        (asked(counted=Counted((CITY,)), dimensions=()), "Put what is counted into `dimensions`"),
        (asked(counted=Counted((CITY,)), dimensions=(CITY,)), "Say what is to be counted, beside that by which it is"),
    ],
)
def test_what_stands_in_the_wrong_place_is_told_its_right_one(bad: MetricRequest, words: str) -> None:
    with pytest.raises(ToolRefused) as refused:
        compile(shop.model(), bad, dialect="duckdb", catalog=shop.catalog())
    assert words in str(refused.value)


def test_days_of_each_month_are_called_days_and_add_up() -> None:
    month, day = "visits.visited_on:month", "visits.visited_on:day"
    request = asked(counted=Counted((month,)), dimensions=(month, day))
    column = compile(shop.model(), request, dialect="duckdb", catalog=shop.catalog()).columns[-1]
    assert (column.label, column.additive) == ("Number of days", True)
    assert shop.run(request) == [("2025-01-01", 2), ("2025-02-01", 1), ("2025-03-01", 1)]


def test_cities_of_each_month_do_not_add_up() -> None:
    month = "visits.visited_on:month"
    request = asked(counted=Counted((month,)), dimensions=(month, CITY))
    assert not compile(shop.model(), request, dialect="duckdb", catalog=shop.catalog()).columns[-1].additive
