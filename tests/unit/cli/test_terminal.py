"""Pages, wrapping and tables: nothing is lost, nothing stands out of line, nothing is broken where it must not be."""

import io
import subprocess
import sys

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text
from unit.cli.documents import screen

from analytics_agent.cli import terminal
from analytics_agent.cli.table import Column, Table, shortened, shortened_inside
from analytics_agent.cli.terminal import AsciiFile, Ends, Page, Prose, whole

PATH = "/srv/reports/" + "a-long-folder/" * 12 + "late.pdf"


def lines(page: Page, **options: object) -> list[str]:
    return screen(page, **options).splitlines()  # type: ignore[arg-type]


def test_a_line_that_must_stay_whole_is_whole_on_any_terminal() -> None:
    assert lines(Page([whole(Text(PATH))]), width=40) == [f"  {PATH}"]


def test_prose_is_broken_on_a_terminal_and_one_line_in_a_file() -> None:
    text = "word " * 60
    assert max(map(len, lines(Page([Prose(Text(text))]), width=50))) <= 50
    assert lines(Page([Prose(Text(text))]), terminal=False) == [f"  {text.rstrip()}"]


def test_a_figure_is_not_torn_from_its_unit() -> None:
    for width in range(24, 60):
        shown = lines(Page([Prose(Text("The mean delay in all of summer was 18.3\u00a0minutes\u00a0[1], which is late."))]), width=width)
        assert any("18.3 minutes [1]" in line for line in shown), width


def test_a_script_without_blanks_is_folded_by_the_cells_it_takes() -> None:
    shown = lines(Page([Prose(Text("日本語" * 40))]), width=50)
    assert len(shown) > 4
    assert all(cell_len(line) <= 48 for line in shown)
    assert "".join(line.strip() for line in shown) == "日本語" * 40


def test_what_follows_a_head_hangs_from_it() -> None:
    shown = lines(Page([Prose(Text("one two three four five six seven eight nine ten"), Text("!   "))]), width=30)
    assert shown[0].startswith("  !   one")
    assert all(line.startswith("      ") for line in shown[1:])


def test_no_line_ends_in_a_blank() -> None:
    page = Page([Text("a  ", "bold"), Table([Column("x"), Column("y")], [["1", "2"], ["333", ""]]), Prose(Text("words " * 30))])
    assert all(line == line.rstrip() for line in lines(page))


def test_the_right_end_stands_at_the_right_end() -> None:
    (first,) = lines(Page([Ends(Text("left"), Text("right"))]), width=60)
    assert len(first) == 58
    assert first.endswith("right")


def test_a_long_left_end_leaves_the_right_one_where_it_is() -> None:
    shown = lines(Page([Ends(Text("long " * 30), Text("48 s · $0.14"))]), width=60)
    assert shown[0].endswith("48 s · $0.14")
    assert len(shown[0]) == 58
    assert all(len(line) <= 46 for line in shown[1:])


def test_a_page_is_no_wider_than_people_read() -> None:
    assert max(map(len, lines(Page([Prose(Text("word " * 99))]), width=200))) <= terminal.WIDTH + terminal.INDENT


def test_a_table_on_a_terminal_fits_and_only_what_may_give_way_does() -> None:
    table = Table([Column("run"), Column("question", flexible=True)], [["c3e4bc98354f", "Why were departures so late? " * 5]])
    shown = lines(Page([table]), width=50)
    assert all(cell_len(line) <= 48 for line in shown)
    assert "c3e4bc98354f" in shown[1]
    assert shown[1].endswith("…")


def test_a_table_in_a_file_is_complete() -> None:
    question = "Why were departures so late? " * 5
    shown = lines(Page([Table([Column("run"), Column("question", flexible=True)], [["r", question]])]), width=40, terminal=False)
    assert shown[1] == f"  r    {question.rstrip()}"


def test_columns_stand_below_one_another_whatever_the_script() -> None:
    rows = [["日本語", "1"], ["abc", "22"], ["e\u0301", "333"]]
    shown = lines(Page([Table([Column("name"), Column("n", right=True)], rows)]))
    assert {cell_len(line) for line in shown} == {2 + 6 + 2 + 3}


@pytest.mark.parametrize("text", ["A carrier with a name of forty letters..", "日本語日本語日本語日本語", "a"])
@pytest.mark.parametrize("width", [1, 5, 12, 20])
def test_a_shortened_text_fits(text: str, width: int) -> None:
    for shorten in (shortened, shortened_inside):
        assert cell_len(shorten(text, width)) <= width
        assert shorten(text, 80) == text


def test_titles_that_begin_alike_still_differ_when_they_are_short() -> None:
    titles = [f"Mean departure delay and departures by season and {by}" for by in ("carrier", "origin", "part of the day")]
    assert len({shortened_inside(title, 30) for title in titles}) == 3


class Stream(io.TextIOWrapper):
    """A stdout of some encoding."""

    def __init__(self, encoding: str, *, tty: bool = False) -> None:
        super().__init__(io.BytesIO(), encoding=encoding)
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty

    def written(self) -> str:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode(self.encoding)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_stream_without_unicode_gets_marks_in_ascii_and_no_error(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Stream(encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    terminal.show(Page([Text("✓ 18.3 · −2 … “x” █▁ 日本 é")]), terminal.console())
    said = stream.written()
    assert said.startswith('  + 18.3 . -2 ~ "x" #. ??')
    assert said.endswith("é\n" if encoding == "latin-1" else "?\n")


def test_somebody_who_chose_the_locale_c_gets_ascii_marks_and_their_data_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Stream("utf-8")
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(terminal, "plain_locale", lambda: True)
    terminal.show(Page([Text("✓ 日本")]), terminal.console())
    assert stream.written() == "  + 日本\n"


def test_every_ascii_mark_takes_the_cells_of_what_it_stands_for() -> None:
    assert all(cell_len(chr(code)) == len(mark) == 1 for code, mark in terminal.ASCII.items())


def test_a_pipe_gets_neither_colors_nor_lines_of_a_width(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Stream("utf-8")
    monkeypatch.setattr(sys, "stdout", stream)
    terminal.show(Page([Prose(Text("word " * 60, "bold red"))]), terminal.console())
    assert stream.written() == f"  {('word ' * 60).rstrip()}\n"


def test_a_terminal_is_as_wide_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Stream("utf-8", tty=True)
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("COLUMNS", "61")
    assert terminal.console().width == 61


def test_json_for_a_stream_without_unicode_is_ascii_and_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Stream("latin-1")
    monkeypatch.setattr(sys, "stdout", stream)
    terminal.write_json({"q": "日本\x9b"})
    assert stream.written() == '{"q": "\\u65e5\\u672c\\u009b"}\n'


def test_an_ascii_stream_is_otherwise_the_stream() -> None:
    stream = Stream("ascii", tty=True)
    assert AsciiFile(stream).isatty()
    assert Console(file=AsciiFile(stream)).encoding == "ascii"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("locale", "plain"),
    [
        ({}, False),
        ({"LANG": "C"}, True),
        ({"LANG": "C.UTF-8"}, False),
        ({"LC_ALL": "POSIX", "LANG": "C.UTF-8"}, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),
    ],
)
def test_only_a_locale_without_unicode_that_somebody_chose_is_plain(locale: dict[str, str], plain: bool) -> None:
    program = "from analytics_agent.settings import plain_locale; print(plain_locale())"
    done = subprocess.run([sys.executable, "-c", program], env=locale, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(plain)
