"""What a finding comes to."""

import pytest
from unit.cli.documents import Json, column, contribution, delay

from analytics_agent.cli.findings import key_value, waterfall


@pytest.mark.parametrize(
    ("operation", "parameters", "columns", "row", "said"),
    [
        ("comparison", {}, [column("difference", unit="min", decimals=1)], {"difference": 4.95}, ("", "+5.0 min")),
        (
            "comparison",
            {"by": "carrier"},
            [column("carrier", "text"), column("difference", unit="min", decimals=1)],
            {"carrier": "JFK", "difference": -2.0},
            ("JFK", "−2.0 min"),
        ),
        ("trend", {"measure": "mean_delay"}, [column("slope", unit="min per month")], {"slope": 0.2157}, ("", "+0.22 min per month")),
        ("trend", {"measure": "mean_delay"}, [column("slope", unit="min per month")], {"slope": -0.0703}, ("", "−0.07 min per month")),
        (
            "trend",
            {"measure": "mean_delay"},
            [column("slope", unit="min per month")],
            {"slope": -0.0703, "direction": "no clear trend"},
            ("", "no clear trend"),
        ),
        (
            "ranking",
            {"measure": "mean_delay", "by": "carrier"},
            [delay()],
            {"carrier": None, "mean_delay": 21.66},
            ("not known", "21.7 min"),
        ),
        ("ranking", {"measure": "gone"}, [delay()], {"mean_delay": 21.66}, ("", "")),
        ("comparison", {}, [column("difference")], {"difference": None}, ("", "")),
    ],
)
def test_a_finding_is_told_by_its_first_row(
    operation: str, parameters: Json, columns: list[Json], row: Json, said: tuple[str, str]
) -> None:
    assert key_value({"operation": operation, "parameters": parameters}, columns, [row]) == said


def test_a_finding_without_rows_has_no_value() -> None:
    assert key_value({"operation": "trend", "parameters": {}}, [column("slope")], []) == ("", "")


def test_steps_lead_from_the_first_total_to_the_second() -> None:
    found = waterfall(*contribution(("B6", 4.2), ("DL", 0.9), ("UA", -0.1)))
    assert found
    assert [(bar.label, bar.shown) for bar in found.bars] == [
        ("spring", "13.4"),
        ("B6", "+4.2"),
        ("DL", "+0.9"),
        ("UA", "−0.1"),
        ("summer", "18.4"),
    ]
    steps = found.bars[1:-1]
    assert [bar.start for bar in steps] == pytest.approx([13.4, 17.6, 18.5])
    assert steps[-1].end == pytest.approx(found.bars[-1].end)
    assert "+5.0 min" in found.title
    assert "by carrier" in found.title


def test_the_largest_step_is_the_one_to_see() -> None:
    found = waterfall(*contribution(("B6", 1.0), ("DL", -4.2), ("UA", 0.5)))
    assert found
    assert [bar.label for bar in found.bars if bar.style == "red"] == ["DL"]


def test_many_steps_are_few_and_add_up() -> None:
    found = waterfall(*contribution(*((f"carrier {number}", 1.0 / number) for number in range(1, 17))))
    assert found
    assert len(found.bars) == 8
    assert found.bars[-2].label == "11 others"
    assert found.bars[-2].end == pytest.approx(found.bars[-1].end)


def test_steps_that_would_not_be_seen_beside_the_totals_stand_alone() -> None:
    found = waterfall(*contribution(("B6", 2.0), ("DL", -1.0), before=10_000.0))
    assert found
    assert [bar.label for bar in found.bars] == ["B6", "DL"]
    assert all(bar.start == 0 for bar in found.bars)


def test_the_change_of_a_share_is_told_in_points() -> None:
    finding, columns, rows = contribution(("B6", 3.0), ("DL", 2.0), before=0.0)
    columns = [column("contribution", unit="points", decimals=1) if one["name"] == "contribution" else one for one in columns]
    columns = [one | {"format": "percent", "unit": None} if one["name"].startswith("total") else one for one in columns]
    rows = [row | {"total_before": 0.30, "total_now": 0.35} for row in rows]
    found = waterfall(finding, columns, rows)
    assert found
    assert "+5.0 points" in found.title
    assert (found.bars[0].shown, found.bars[-1].shown) == ("30.0 %", "35.0 %")
    assert found.bars[1].start == pytest.approx(30.0)
    assert found.bars[2].end == pytest.approx(35.0)


@pytest.mark.parametrize("missing", ["carrier", "total_now", "now_group"])
def test_a_result_of_another_shape_has_no_waterfall(missing: str) -> None:
    finding, columns, rows = contribution(("B6", 1.0))
    assert waterfall(finding, [one for one in columns if one["name"] != missing], rows) is None
    assert waterfall(finding, columns, []) is None
