"""The live view, and the lines that stand for it where there is no terminal."""

import io
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console
from unit.cli.documents import Json, document, screen

from analytics_agent.cli.progress import Progress

AT = "2026-11-23T05:03:01Z"


def feed(progress: Progress, *events: tuple[str, str, Json]) -> Progress:
    for seq, (kind, step, data) in enumerate(events, progress.seen + 1):
        progress.add({"seq": seq, "at": AT, "kind": kind, "step": step, "data": data})
    return progress


def started(step: str) -> tuple[str, str, Json]:
    return "step", step, {"state": "started"}


def finished(step: str, seconds: float = 9.1) -> tuple[str, str, Json]:
    return "step", step, {"state": "finished", "seconds": seconds}


def ran(id: str, title: str = "season totals", **more: Any) -> tuple[str, str, Json]:
    return "query", "explore", {"id": id, "title": title, "rows": 2, "milliseconds": 34.2, "source": "metric"} | more


def computed(id: str) -> tuple[str, str, Json]:
    return "query", "analyze", {"id": id, "title": "change in the mean", "rows": 1, "milliseconds": 0.0, "source": "computed"}


def found(id: str, result: str) -> tuple[str, str, Json]:
    return "finding", "analyze", {"id": id, "operation": "comparison", "title": "change in the mean", "result": result}


def turn(cost: float = 0.06, tokens: int = 500) -> tuple[str, str, Json]:
    return "turn", "explore", {"turn": 1, "input_tokens": tokens, "output_tokens": 0, "cost_usd": cost, "seconds": 1.0, "model": "m"}


def view(progress: Progress, *, width: int = 80, height: int = 24) -> list[str]:
    file = io.StringIO()
    console = Console(file=file, width=width, height=height, force_terminal=True, color_system=None, _environ={})
    console.print(progress.view())
    return file.getvalue().splitlines()


def quiet(**options: Any) -> Progress:
    return Progress(document(**options.pop("more", {})), quiet=True, **options)


def test_steps_are_done_running_or_to_come() -> None:
    lines = view(feed(quiet(), started("explore"), ran("r1"), finished("explore"), started("analyze")))
    assert any(line.startswith("  ✓ explore") and line.endswith("9.1 s") for line in lines)
    assert any(line.startswith("  ● analyze") for line in lines)
    assert "  ○ synthesize" in lines


def test_a_query_is_one_line_with_its_name_rows_and_time() -> None:
    lines = view(feed(quiet(), started("explore"), ran("r1")))
    (row,) = (line for line in lines if "r1" in line)
    assert row.split() == ["r1", "season", "totals", "2", "rows", "34", "ms"]
    assert len(row) == 78


def test_a_finding_takes_the_place_of_its_result_and_has_its_value() -> None:
    progress = feed(quiet(value=lambda finding: ("JFK", f"+5.0 min of {finding['id']}")), started("analyze"), computed("r2"))
    assert any("computed" in line for line in view(progress))
    lines = view(feed(progress, found("f1", "r2")))
    (row,) = (line for line in lines if "change in the mean" in line)
    assert row.split()[0] == "✓"
    assert row.endswith("JFK  +5.0 min of f1")
    assert not any("computed" in line for line in lines)


def test_a_long_name_gives_way_before_the_value_does() -> None:
    progress = quiet(value=lambda _: ("John F Kennedy International Airport", "+2.4 min"))
    lines = view(feed(progress, started("analyze"), found("f1", "r2")), width=60)
    assert any(line.endswith("…  +2.4 min") for line in lines)


def test_cost_stands_against_its_limit() -> None:
    foot = view(feed(quiet(budget={"usd": 0.5}), turn(0.25)), width=100)[-1]
    assert foot.startswith("  " + "━" * 15 + "─" * 15 + "  $0.25 of $0.50")
    assert foot.endswith("Ctrl-C: cancel or detach")


def test_tokens_stand_against_their_limit() -> None:
    foot = view(feed(quiet(budget={"tokens": 1000}), turn(0.0, 1500)), width=100)[-1]
    assert "━━━━━━━━" in foot
    assert "─" not in foot
    assert "1,500 of 1,000 tokens" in foot


@pytest.mark.parametrize("width", [44, 60, 80, 100])
def test_cost_and_time_are_one_line_on_any_terminal(width: int) -> None:
    feet = view(feed(quiet(budget={"usd": 0.5, "tokens": 10_000}), turn(0.25)), width=width)
    assert "$0.25 of $0.50  500 of 10,000 token" in feet[-1]
    assert cell_len(feet[-1]) <= width
    assert ("Ctrl-C" in feet[-1]) is (width > 70)


def test_without_a_limit_there_is_no_bar() -> None:
    assert "━" not in view(feed(quiet(), turn()))[-1]
    assert "$0.06" in view(feed(quiet(), turn()))[-1]
    assert "no cost" in view(quiet())[-1]


def test_a_step_that_will_not_be_is_not_shown() -> None:
    lines = view(quiet(expected=("explore", "analyze", "synthesize")))
    assert not any("report" in line or "deliver" in line for line in lines)


def test_a_step_that_was_not_expected_is_shown_when_it_begins() -> None:
    assert any("deliver" in line for line in view(feed(quiet(expected=("explore",)), started("deliver"))))


@pytest.mark.parametrize("height", [14, 18, 24, 40])
@pytest.mark.parametrize("width", [40, 80, 140])
def test_the_view_fits_the_terminal_and_keeps_what_is_newest(width: int, height: int) -> None:
    progress = feed(quiet(), started("explore"), *(ran(f"r{number}", "a long title " * 9) for number in range(1, 41)))
    lines = view(progress, width=width, height=height)
    assert len(lines) < height
    assert all(cell_len(line) <= width for line in lines)
    assert any("r40" in line for line in lines)
    assert any("lines more" in line for line in lines) is (height < 50)
    assert "no cost" in lines[-1]


def test_a_terminal_of_a_few_lines_shows_the_steps() -> None:
    lines = view(feed(quiet(), started("explore"), ran("r1")), height=5)
    assert any("explore" in line for line in lines)


def test_a_statement_that_waits_for_its_turn_is_a_line_like_another() -> None:
    """Such an event says nothing of a mistake: `is_error` is there where a tool was called."""
    waits = ("tool", "explore", {"name": "query_metrics", "title": "Waits for its turn in flights: one statement before it"})

    shown = view(feed(quiet(), started("explore"), waits), width=100)

    assert any("Waits for its turn in flights" in row and "✗" not in row and "mended" not in row for row in shown)


def test_titles_in_wide_scripts_keep_the_columns() -> None:
    lines = view(feed(quiet(), started("explore"), ran("r1", "日本語の題名" * 9), ran("r2", "x")))
    assert len({cell_len(line) for line in lines if " rows" in line}) == 1


def test_events_that_are_told_by_others_have_no_line() -> None:
    progress = feed(quiet(), started("explore"), ("run", "None", {"status": "running"}), ("new kind", "explore", {}))
    assert progress.seen == 3
    assert len([line for line in view(progress) if line.startswith("      ")]) == 0


def test_an_event_of_a_step_that_this_client_does_not_know_is_left_out() -> None:
    assert feed(quiet(), started("dream"), finished("dream")).seen == 2


def plain(*events: tuple[str, str, Json], **options: Any) -> str:
    file = io.StringIO()
    with Progress(document(), on=Console(file=file, width=40, _environ={}), **options) as progress:
        feed(progress, *events)
    return file.getvalue()


def test_without_a_terminal_each_thing_is_one_line_of_any_length() -> None:
    title = "Mean departure delay and departures by season and part of the day"
    said = plain(started("explore"), ran("r1", title), finished("explore"), value=lambda _: ("", ""))
    assert said == f"run 7f3c21a9\n● explore\n     r1  {title}  2 rows  34 ms\n✓ explore  9.1 s\n"


def test_without_a_terminal_a_finding_is_told_once() -> None:
    said = plain(started("analyze"), computed("r2"), found("f1", "r2"), value=lambda _: ("JFK", "+5.0 min"))
    assert said.count("change in the mean") == 1
    assert "✓  change in the mean  JFK  +5.0 min\n" in said


def test_quiet_says_nothing() -> None:
    assert plain(started("explore"), ran("r1"), quiet=True) == ""


def test_a_dumb_terminal_gets_lines_and_no_movements() -> None:
    file = io.StringIO()
    console = Console(file=file, width=80, force_terminal=True, _environ={"TERM": "dumb"})
    with Progress(document(), on=console) as progress:
        feed(progress, started("explore"), ran("r1"))
    assert "\x1b" not in file.getvalue()
    assert "r1  season totals" in file.getvalue()


def test_the_question_is_one_line_however_long() -> None:
    lines = view(quiet(more={"question": "Why?\n" * 100}))
    assert lines[1].endswith("…")
    assert "flights · offline · run 7f3c21a9" in lines[2]
    assert screen(quiet().view())
