"""What comes from outside cannot steer the terminal it is shown on."""

import json
import re

import pytest
from unit.cli.documents import claim, column, delay, document, query, screen

from analytics_agent.cli import plain
from analytics_agent.cli.answer import page
from analytics_agent.cli.progress import Progress
from analytics_agent.cli.statement import statements
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import Page

STEERING = {
    "escape": "\x1b[2J\x1b]0;pwned\x07",
    "bell": "\x07",
    "backspace": "safe\b\b\b\bevil",
    "carriage return": "safe\revil",
    "csi of one byte": "\x9b31m",
    "delete": "\x7f",
    "override": "\u202eevil\u202c",
    "isolate": "\u2067evil\u2069",
    "half of a pair": "\ud83d",
    "invisible tag": "\U000e0041",
    "null": "\x00",
}
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]")
HOSTILE = "".join(STEERING.values()) + "\u2028\u2029\x85"


@pytest.mark.parametrize("text", STEERING.values(), ids=STEERING)
def test_what_a_terminal_obeys_is_replaced_and_seen_to_be(text: str) -> None:
    assert not OBEYED.search(plain.clean(text))
    assert plain.REPLACED in plain.clean(text)


def test_scripts_of_any_direction_marks_and_emoji_stay_as_they_are() -> None:
    text = "שלום 日本語 é e\u0301 👩\u200d👧 می\u200cخواهم \u200fRTL"
    assert plain.clean(text) == text


def test_a_line_is_one_line_whatever_was_in_it() -> None:
    assert plain.line("a\nb\t c\r\nd\u2028e\x85f") == "a b c d e f"


def test_lines_of_a_statement_are_kept() -> None:
    assert plain.clean("SELECT 1\r\n\tFROM x") == "SELECT 1\n    FROM x"


def test_names_of_fields_are_cleaned_with_their_values() -> None:
    assert plain.cleaned({"a\x1b": ["\x07", 1, None, {"b": "c"}]}) == {"a\ufffd": ["\ufffd", 1, None, {"b": "c"}]}


def test_json_says_the_same_to_a_program_and_nothing_to_a_terminal() -> None:
    value = {"q": HOSTILE + "é"}
    written = plain.as_json(value)
    assert json.loads(written) == value
    assert not OBEYED.search(written)
    assert "é" in written


def test_json_for_a_stream_without_unicode_is_ascii() -> None:
    assert plain.as_json({"q": "é\x9b"}, ascii_only=True).isascii()


def hostile_document() -> dict[str, object]:
    columns = (column("carrier", "text", label=HOSTILE), delay(label=HOSTILE, unit=HOSTILE))
    return document(
        claim(f"{HOSTILE} left **18.3 min** late.", f"18.3{HOSTILE}"),
        question=HOSTILE,
        primary="r1",
        queries=[query("r1", *columns, title=HOSTILE, tables=[HOSTILE], sql_as_run=f"SELECT '{HOSTILE}'")],
        caveats=[HOSTILE],
        readings=[HOSTILE],
        not_answered=[HOSTILE],
        report={"html": f"/reports/{HOSTILE}", "pdf": None},
        superset={"dashboard_url": None, "failure": HOSTILE, "charts": [], "datasets": []},
    )


def test_no_text_of_a_document_steers_the_terminal_that_shows_it() -> None:
    hostile = hostile_document()
    rows = {"r1": [{"carrier": HOSTILE, "mean_delay": 2.0}, {"carrier": "b", "mean_delay": 1.0}]}
    assert not OBEYED.search(screen(page(hostile, rows)))
    assert not OBEYED.search(screen(Page(statements(hostile["queries"]))))  # type: ignore[arg-type]


@pytest.mark.parametrize("status", ["refused", "needs_input", "failed", "cancelled", "over_budget", "running"])
def test_no_ending_steers_the_terminal(status: str) -> None:
    refusal = {"reason": HOSTILE, "missing": HOSTILE, "looked_in": [HOSTILE], "instead": [HOSTILE]}
    asked = {"question": HOSTILE, "readings": [HOSTILE], "answer": None}
    shown = screen(page(document(status=status, reason=HOSTILE, refusal=refusal, clarification=asked, question=HOSTILE), {}))
    assert not OBEYED.search(shown)


def test_no_event_steers_the_terminal() -> None:
    progress = Progress(document(question=HOSTILE, database=HOSTILE), value=lambda _: (HOSTILE, HOSTILE), quiet=True)
    progress.add({"seq": 1, "kind": "step", "step": "explore", "at": "2026-11-23T05:03:01Z", "data": {"state": "started"}})
    row = {"id": HOSTILE, "title": HOSTILE, "rows": 1, "milliseconds": 1.0, "source": "free"}
    for seq, (kind, data) in enumerate(
        [
            ("query", row),
            ("tool", {"name": HOSTILE, "title": HOSTILE, "is_error": True}),
            ("finding", {"id": "f1", "operation": "trend", "title": HOSTILE, "result": HOSTILE}),
            ("warning", {"message": HOSTILE}),
            ("ask", {"question": HOSTILE, "readings": []}),
        ],
        2,
    ):
        progress.add({"seq": seq, "kind": kind, "step": "explore", "data": data})
    assert not OBEYED.search(screen(progress.view()))


def test_no_cell_of_a_table_steers_the_terminal() -> None:
    assert not OBEYED.search(screen(Page([Table([Column("name")], [[HOSTILE]])])))


def test_brackets_in_a_text_are_no_markup() -> None:
    shown = screen(page(document(claim("[bold red]x[/] costs **[link=http://evil]1[/link]**.", "1")), {}), colors=True)
    assert "[bold red]x[/]" in shown
    assert "[link=http://evil]" in shown
