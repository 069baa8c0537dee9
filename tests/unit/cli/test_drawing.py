"""Bars and columns are as long as what they stand for."""

import pytest
from rich.cells import cell_len
from rich.text import Text

from analytics_agent.cli.drawing import Bar, Scale, below, ceiling, lying, standing


def drawn(lines: list[Text]) -> list[str]:
    return [line.plain for line in lines]


def test_a_bar_of_half_the_value_is_half_as_long() -> None:
    long, short = drawn(lying([Bar("a", "20", 0, 20), Bar("b", "10", 0, 10)], 60))
    assert long.count("█") == 2 * short.count("█") == 44


def test_bars_begin_below_one_another_whatever_their_names() -> None:
    lines = drawn(lying([Bar("日本", "1", 0, 1), Bar("a" * 50, "100", 0, 100), Bar("é", "50", 0, 50)], 76))
    assert len({cell_len(line.partition("█")[0].partition("▏")[0].rstrip("▍▎▌")) for line in lines}) == 1
    assert all(cell_len(line) <= 76 for line in lines)


def test_a_small_value_is_seen_and_none_at_all_is_not() -> None:
    _, small, none = drawn(lying([Bar("a", "1000", 0, 1000), Bar("b", "1", 0, 1), Bar("c", "0", 0, 0)], 60))
    assert "▏" in small
    assert none.rstrip().endswith("0")


def test_steps_begin_where_the_one_before_ends() -> None:
    first, up, down, last = drawn(lying([Bar("a", "22", 0, 22), Bar("b", "22", 22, 44), Bar("c", "11", 44, 33), Bar("d", "33", 0, 33)], 60))
    assert len(first) == up.index("█")
    assert len(up) == len(down)
    assert down.index("█") == len(last)


def test_values_below_zero_go_to_the_left_of_it() -> None:
    up, down = drawn(lying([Bar("a", "+2", 0, 2), Bar("b", "-2", 0, -2)], 60))
    assert down.rindex("█") + 1 == up.index("█")


@pytest.mark.parametrize(("value", "above"), [(39.3, 40), (51356, 60000), (0.35, 0.4), (1, 1), (25.1, 30), (0, 0), (-3, 0), (1e-9, 1e-9)])
def test_a_scale_ends_at_a_round_number(value: float, above: float) -> None:
    assert ceiling(value) == pytest.approx(above)


@pytest.mark.parametrize("values", [[39.3, 1], [-1.3, 83.5], [-50, 2], [-3, -4], [0, 0], [1e12, 1], [1e-6, 2e-6]])
def test_a_scale_holds_all_values_in_so_many_lines(values: list[float]) -> None:
    scale = Scale.of(values, 5)
    top, bottom = scale.ends
    assert bottom <= min(values)
    assert max(values) <= top
    assert 1 <= scale.above + scale.below <= 5


def test_columns_stand_on_zero_and_hang_from_it() -> None:
    values = [10.0, 5.0, -5.0, None, 0.0]
    shown = drawn(standing(values, Scale.of(values_of(values), 3), ("10", "0", "-5"), wide=1, peak=0))
    assert shown == ["10 █    ", " 0 ██  ▁", "-5   █  "]


def values_of(values: list[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def test_a_missing_period_is_blank_and_a_zero_is_not() -> None:
    (line,) = drawn(standing([0.0, None, 8.0], Scale.of([0.0, 8.0], 1), ("8", "0", ""), wide=1, peak=2))
    assert line == "8 ▁ █"


def test_labels_below_an_axis_do_not_touch() -> None:
    assert below(["Jan", "Feb", "", "Apr", "May"], 2) == "Jan   Apr"
    assert below(["a", "b", "c"], 2) == "a b c"


def test_names_that_differ_at_their_ends_are_cut_inside() -> None:
    long = "Department of Interregional Infrastructure and Maintenance, "
    bars = tuple(Bar(f"{long}{end}", "1", 0.0, 1.0) for end in ("North", "South"))
    told = [line.plain.split("  ")[0] for line in lying(bars, 80)]
    assert told[0].endswith("Maintenance, North") and told[1].endswith("Maintenance, South") and all("…" in one for one in told)
    apart = [Bar(name, "1", 0.0, 1.0) for name in ("Research and Development of Propulsion", "Interregional Infrastructure, North")]
    assert lying(apart, 80)[0].plain.startswith("Research and Development of Propu…")
