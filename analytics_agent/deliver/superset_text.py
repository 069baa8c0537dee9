"""The dashboard's words as Markdown. Everything that comes from a model or from data is escaped: it can be read, not run.

Superset renders Markdown with raw HTML and turns bare addresses into links, so both are taken apart here.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from analytics_agent.domain.evidence import Query
from analytics_agent.domain.period import day_called
from analytics_agent.domain.policy import rights_first
from analytics_agent.domain.publish_plan import TextBlock
from analytics_agent.domain.run import Run
from analytics_agent.domain.sayings import said_once

TEMPLATE = re.compile(r"\{\{|\{%|\{#")
"""What Superset would run as a template if its operator has switched templates on."""

_MARKUP = re.compile(r"(\\[!-/:-@\[-`{-~])|([\\`\[\]!|])")
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>])")
_LINK_START = re.compile(r"(?i)\b(https?|ftp|mailto|javascript|data)(\\?:)|\b(www)(\\?\.)")
_WORD_JOINER = "\u2060"
_SOURCES = {"metric": "governed metrics", "free": "free SQL", "verified": "a verified query", "computed": "computed"}
_PIXELS_OF_UNIT = 8
_PADDING = 36
_HEADING = 30
_CODE_LINE = 18
_CODE_PADDING = 16
_CODE_SIGNS = 15  # signs of code in one of the twelve columns, on a screen 1440 pixels wide
_LONGEST_SQL_LINES = 24


def visible(text: str) -> str:
    """Without control and direction characters, on which a name could hide or turn other text around."""
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cf", "Co", "Cs"})


def plain(text: str) -> str:
    """One line of text that Markdown shows as it is."""
    return _PUNCTUATION.sub(r"\\\1", _no_links(_no_html(" ".join(visible(text).split()))))


def prose(markdown: str) -> str:
    """Markdown of ours with foreign words in it: emphasis, lists and paragraphs stay, HTML, links, images and code do not."""
    safe = _no_links(_no_html(visible(markdown)))
    return _MARKUP.sub(lambda match: match.group(1) or f"\\{match.group(2)}", safe).strip()


def code(sql: str) -> str:
    """A fenced block that its content cannot close."""
    longest = max((len(run) for run in re.findall(r"`+", sql)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}sql\n{visible(sql).strip()}\n{fence}"


def _no_html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _no_links(text: str) -> str:
    """Superset turns bare addresses into links, escaped or not; a joiner nobody sees keeps them text."""
    return _LINK_START.sub(lambda match: f"{match[1] or match[3]}{_WORD_JOINER}{match[2] or match[4]}", text)


def answer_block(run: Run, width: int) -> TextBlock:
    """The answer with its figures as they were shown."""
    if run.answer is None:
        raise ValueError("a run without an answer has no answer block")
    return block(f"### {plain(run.answer.headline)}\n\n{prose(run.answer.summary)}", width)


def notes_block(run: Run, width: int) -> TextBlock | None:
    """How the question was read, what limits the answer and what stays open; None when there is nothing to say."""
    answer, evidence = run.answer, run.evidence
    if answer is None or evidence is None:
        return None
    sections = (
        ("How it was read", evidence.readings),
        ("Keep in mind", said_once(rights_first((*evidence.caveats, *answer.caveats)))),
        ("Not answered", answer.not_answered),
    )
    text = "\n\n".join(_section(title, items) for title, items in sections if items)
    return block(text, width) if text else None


def provenance_block(run: Run, queries: Sequence[Query], report_url: str | None) -> TextBlock:
    """Which SQL made which result, and that the charts are live while the text is not."""
    when = f" of {_day(run.finished_at or run.question.asked_at)}"
    lines = [
        "#### Where the figures come from",
        f"The text holds the figures{when}. The charts ask the database {plain(run.question.database)} again whenever they are opened.",
        *(_source_of(query) for query in queries),
        f"Run {plain(run.question.run_id)}" + (f" · [Full report]({report_url})" if report_url else ""),
    ]
    return block("\n\n".join(lines), 12)


def block(markdown: str, width: int) -> TextBlock:
    """Text with the height it needs at its width, so that nothing scrolls and nothing gapes."""
    pixels, in_code, large = _PADDING, False, markdown.startswith("### ")
    for line in markdown.splitlines():
        fence = line.startswith("```")
        in_code ^= fence
        pixels += _CODE_PADDING if fence else _height(line, width, in_code, large)
    return TextBlock(markdown, width, max(8, -(-pixels // _PIXELS_OF_UNIT)))


def _height(line: str, width: int, in_code: bool, large: bool) -> int:
    """Pixels of one line of source, which may fill several on the screen."""
    if in_code:
        return _CODE_LINE * max(1, -(-len(line) // (width * _CODE_SIGNS)))
    if not line.strip():
        return 0
    if line.startswith("#"):
        return _HEADING
    pitch, signs, gap = (26, width * 12, 8) if large else (22, width * 13, 4 if line.startswith("- ") else 10)
    return pitch * -(-len(line) // signs) + gap


def _section(title: str, items: Iterable[str]) -> str:
    return "\n".join([f"#### {title}", "", *(f"- {plain(item)}" for item in items)])


def _source_of(query: Query) -> str:
    tables = f", from {', '.join(query.tables)}" if query.tables else ""
    rows = f"{query.rows:,} {'row' if query.rows == 1 else 'rows'}"
    vouched = f" (verified {query.verified.said})" if query.verified and query.verified.said else ""
    title = plain(f"{query.title} ({query.id}): {rows}, {_SOURCES[query.source]}{vouched}{tables}.")
    return f"{title}\n\n{code(_shortened(query.sql_as_run or query.sql))}"


def _shortened(sql: str) -> str:
    lines = sql.strip().splitlines()
    if len(lines) <= _LONGEST_SQL_LINES:
        return sql
    return "\n".join([*lines[:_LONGEST_SQL_LINES], "-- the rest is in the dataset"])


def _day(at: datetime) -> str:
    return f"{day_called(at)}, {at:%H:%M %Z}".strip()
