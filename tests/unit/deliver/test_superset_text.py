"""Words from models and data on a dashboard: read, never run."""

import pytest

from analytics_agent.deliver.superset_text import block, code, plain, prose


@pytest.mark.parametrize(
    ("hostile", "must_not_hold"),
    [
        ("<img src=x onerror=alert(1)>", "<"),
        ("&lt;script&gt;", "&lt;script"),
        ("![x](https://evil.example/t.png)", "!["),
        ("[click](javascript:alert(1))", "javascript:"),
        ("see https://evil.example", "https:"),
        ("see https\\://evil.example", "https\\:"),
        ("see WWW.evil.example", "WWW."),
        ("\u202eesrever", "\u202e"),
        ("a\x00b\x1b[31m", "\x1b"),
        ("`code`", " `"),
    ],
)
def test_prose_loses_its_power_and_keeps_its_letters(hostile: str, must_not_hold: str) -> None:
    assert must_not_hold not in prose(hostile)
    assert must_not_hold not in plain(hostile)


def test_an_unescaped_bracket_is_escaped_and_an_escaped_one_stays_as_it_is() -> None:
    assert prose("[a] \\[b\\]") == "\\[a\\] \\[b\\]"


def test_a_backslash_before_an_escape_cannot_undo_it() -> None:
    assert prose("\\\\[a](b)").count("\\") == 4


def test_prose_keeps_emphasis_lists_and_paragraphs() -> None:
    text = "**35.0 %** left late.\n\n- one\n- two"
    assert prose(text) == text


def test_plain_text_is_one_line_that_markdown_shows_as_it_is() -> None:
    assert plain("# a\n*b*") == "\\# a \\*b\\*"


def test_code_cannot_close_its_own_fence() -> None:
    fenced = code("SELECT '\n```\n# heading'")
    fence = fenced.splitlines()[0].removesuffix("sql")
    assert len(fence) > 3
    assert fenced.splitlines().count(fence) == 1


def test_long_text_gets_more_room_and_a_narrow_block_more_height() -> None:
    assert block("word " * 300, 12).height > block("word " * 30, 12).height
    assert block("word " * 300, 4).height > block("word " * 300, 12).height
