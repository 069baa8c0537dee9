"""A run as HTML that stands by itself in any notebook: no script, nothing from outside, light and dark, every text escaped.

A figure is a <details> whose evidence opens below its line: see answer.css for how the sentence stays whole.
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from importlib.resources import files as resources
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from analytics_agent.client.definitions_html import definitions_html
from analytics_agent.client.evidence_html import figure_html, result_html, text
from analytics_agent.client.prose import Piece, pieces
from analytics_agent.client.result_view import Theme, name_of_chart
from analytics_agent.client.run_files import RunFiles
from analytics_agent.client.shelf import Shelf
from analytics_agent.client.words import counted, duration, line, money, names

MOST_CLAIMS = 12
"""Statements that are shown at once; the rest of a long answer is folded."""
MOST_CHARTS = 6
THEMES: tuple[Theme, ...] = ("light", "dark")
SQL_BESIDE = 40
"""Figures that have their SQL beside them; those after it point to it."""
Document = dict[str, Any]


def page(document: Document, files: RunFiles, *, called: str = "run") -> str:
    """The whole run. `called` is its name in what people may type next."""
    shelf = Shelf(files)
    parts = [_stopped(document, called)] if document.get("partial") else []
    parts += [_answered(document, shelf)] if document["answer"] else [_instead(document, called)]
    parts += [_results(document, shelf), _ending(document, called)]
    return framed("".join(parts))


def _stopped(document: Document, name: str) -> str:
    """Above a partial answer: at which budget the run stopped, and how it goes on."""
    reason = f'<p dir="auto">{text(document["reason"] or "")}</p>'
    return f'<div class="aa-box aa-ask"><p class="aa-head">Partial answer</p>{reason}{_how_to_go_on(document, name)}</div>'


def _how_to_go_on(document: Document, name: str) -> str:
    stopped = document.get("stopped")
    if not stopped:
        return ""
    given = "" if stopped["pool"] != "run" else f"{stopped['unit']}={stopped['raise_to']}" if stopped["raise_to"] else None
    return "" if given is None else f'<p class="aa-src"><code>{name}.raise_budget({given})</code> goes on from here.</p>'


def framed(body: str) -> str:
    """With the style that it needs."""
    return f'<div class="aa"><style>{style()}</style>{body}</div>'


@cache
def style() -> str:
    """Without its comments."""
    css = resources("analytics_agent.client").joinpath("answer.css").read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL).strip()


def _answered(document: Document, shelf: Shelf) -> str:
    queries = {query["id"]: query for query in document["queries"]}
    claims, charts = document["answer"]["claims"], list(enumerate(document["report"].get("charts", ()), start=1))[:MOST_CHARTS]
    headline = f'<p class="aa-head" dir="auto">{text(document["headline"])}</p>' if document["headline"] else ""
    numbers, blocks = count(1), []
    for claim, told in zip(claims, _told_out(claims), strict=True):
        pictures = "".join(chart_html(number, chart, shelf) for number, chart in charts if chart["result"] in told)
        charts = [(number, chart) for number, chart in charts if chart["result"] not in told]
        blocks.append(_claim(claim, document["id"], queries, shelf, numbers) + pictures)
    blocks += [chart_html(number, chart, shelf) for number, chart in charts]
    asked = f'<p class="aa-asked" dir="auto">{text(document["question"])}</p>'
    return f"{asked}{headline}{_folded(blocks)}{_limits(document)}{definitions_html(document)}"


def _told_out(claims: Sequence[dict[str, Any]]) -> list[set[str]]:
    """For each claim the results that it cites and none after it does: their picture follows it."""
    later: set[str] = set()
    told = []
    for claim in reversed(claims):
        cited = {figure["result"] for figure in claim["figures"]}
        told.append(cited - later)
        later |= cited
    return told[::-1]


def _folded(blocks: Sequence[str]) -> str:
    first, rest = blocks[:MOST_CLAIMS], blocks[MOST_CLAIMS:]
    more = f'<details class="aa-more"><summary>{counted(len(rest), "more statement")}</summary>{"".join(rest)}</details>' if rest else ""
    return "".join(first) + more


def _claim(claim: dict[str, Any], run_id: str, queries: dict[str, Any], shelf: Shelf, numbers: Iterator[int]) -> str:
    html = "".join(_piece(piece, run_id, queries, shelf, numbers) for piece in pieces(claim))
    return f'<div class="aa-claim" dir="auto">{html}</div>'


def _piece(piece: Piece, run_id: str, queries: dict[str, Any], shelf: Shelf, numbers: Iterator[int]) -> str:
    if piece.figure is not None:
        evidence = figure_html(piece.figure, queries, shelf, with_sql=next(numbers) <= SQL_BESIDE)
        return _door(piece.text, run_id, evidence)
    tag = {"strong": "b", "em": "em", "code": "code"}.get(piece.kind)
    return f"<{tag}>{text(piece.text)}</{tag}>" if tag else text(piece.text)


def _door(shown: str, run_id: str, evidence: str) -> str:
    """Doors of one answer share a name: opening one closes the others."""
    return (
        f'<details class="aa-door" name="aa-{escape(run_id)}"><summary aria-label="{text(shown)}, show evidence">{text(shown)}</summary>'
        f'<div class="aa-ev">{evidence}</div></details>'
    )


def chart_html(number: int, chart: dict[str, Any], shelf: Shelf) -> str:
    drawn = [(theme, shelf.file(name_of_chart(number, theme))) for theme in THEMES]
    images = "".join(_image(theme, svg, chart["alt"]) for theme, svg in drawn if svg)
    if not images:
        return ""
    notes = f'<p class="aa-src">{text(" ".join(chart["notes"]))}</p>' if chart["notes"] else ""
    return (
        f'<figure class="aa-fig"><figcaption dir="auto"><b>{text(chart["title"])}</b><span>{text(chart["subtitle"])}</span></figcaption>'
        f"{images}{notes}</figure>"
    )


def _image(theme: str, svg: bytes, alt: str) -> str:
    """A picture as data: whatever is in an SVG that is shown as an image, no script of it runs. The dark one waits for a dark page."""
    hidden = " hidden" if theme == "dark" else ""
    return f'<img class="aa-{theme}"{hidden} alt="{text(alt)}" src="data:image/svg+xml;base64,{b64encode(svg).decode("ascii")}">'


def _limits(document: Document) -> str:
    told = (
        ("What to keep in mind", [*document.get("notices", ()), *document["caveats"]]),
        ("What was not answered", document["not_answered"]),
    )
    return "".join(
        f'<div class="aa-note"><p class="aa-label">{label}</p><ul>{"".join(f"<li dir=auto>{text(one)}</li>" for one in lines)}</ul></div>'
        for label, lines in told
        if lines
    )


def _results(document: Document, shelf: Shelf) -> str:
    queries = {query["id"]: query for query in document["queries"]}
    if not queries:
        return ""
    rows = "".join(
        f'<details class="aa-result"><summary><code>{text(query["id"])}</code> <span dir="auto">{text(line(query["title"]))}</span> '
        f"<i>{counted(query['rows'], 'row')} · {_taken(query)}</i></summary><div>{result_html(query, queries, shelf)}</div></details>"
        for query in document["queries"]
    )
    return f'<div class="aa-results"><p class="aa-label">Evidence</p>{rows}</div>'


def _taken(query: dict[str, Any]) -> str:
    return "computed" if query["source"] == "computed" else f"{query['milliseconds']:,.0f} ms"


def _ending(document: Document, name: str) -> str:
    usage, reports = document["usage"], [kind for kind in ("pdf", "html") if document["report"][kind]]
    links = [_link(document["superset"]["dashboard_url"])]
    links += [f'<code>{name}.report.{kind}.save("report.{kind}")</code>' for kind in reports[:1]]
    about = f"{text(document['database'])} · {text(document['model'])} · {duration(usage['seconds'])} · {money(usage['cost_usd'])}"
    failures = [document["superset"]["failure"], document.get("report_failure")]
    said = "".join(f'<p class="aa-src">{text(one)}</p>' for one in failures if one)
    shown = "".join(link for link in links if link)
    return f'{said}<p class="aa-foot"><span>{about} · run <code>{text(document["id"])}</code></span>{shown}</p>'


def _link(url: str | None) -> str:
    if not url or urlsplit(url).scheme not in {"http", "https"}:
        return ""
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">Open the dashboard in Superset</a>'


def _instead(document: Document, name: str) -> str:
    """What happened where there is no answer."""
    status = document["status"]
    others = {"refused": _refused, "needs_input": _asked, "needs_approval": _to_approve}
    title, body = others[status](document, name) if status in others and document.get(_NEEDED[status]) else _plainly(document, name)
    kind = {"refused": "plain", "needs_input": "ask", "needs_approval": "ask", "failed": "bad"}.get(status, "plain")
    question = f'<p class="aa-asked" dir="auto">{text(document["question"])}</p>'
    return f'{question}<div class="aa-box aa-{kind}"><p class="aa-head" dir="auto">{title}</p>{body}</div>'


_NEEDED = {"refused": "refusal", "needs_input": "clarification", "needs_approval": "approval"}


def _refused(document: Document, name: str) -> tuple[str, str]:
    refusal = document["refusal"]
    is_said = not refusal["missing"] or names(refusal["reason"], refusal["missing"])
    parts = [] if is_said else [f'<p dir="auto">Missing: {text(refusal["missing"])}.</p>']
    parts += [f'<p class="aa-src">Looked in {text(line(", ".join(refusal["looked_in"]), 300))}.</p>'] if refusal["looked_in"] else []
    parts += [_listed("What can be asked instead", refusal["instead"])] if refusal["instead"] else []
    others = [f"{other['database']}: {', '.join(other['found'])}" for other in refusal.get("elsewhere", ())]
    parts += [_listed("Another database may hold it", others)] if others else []
    return text(refusal["reason"]) or "The data does not answer this.", "".join(parts)


def _asked(document: Document, name: str) -> tuple[str, str]:
    asked = document["clarification"]
    readings = "".join(f'<li dir="auto">{text(one)}</li>' for one in asked["readings"])
    typed = f"<code>{name}.answer_question(1)</code> takes the first, and " if readings else ""
    words = f'<code>{name}.answer_question("…")</code> answers in your own words.'
    return text(asked["question"]), f'<ol>{readings}</ol><p class="aa-src">{typed}{words}</p>'


def _to_approve(document: Document, name: str) -> tuple[str, str]:
    how = f"<code>{name}.approve()</code> lets it run, <code>{name}.reject()</code> goes on without it."
    return "A statement waits for approval", f'{approval_html(document["approval"])}<p class="aa-src">{how}</p>'


def approval_html(waiting: dict[str, Any]) -> str:
    """What is to be decided, without how: its purpose, what it is expected to take, what would take less, its SQL folded."""
    admin = "<p>An administrator has to approve it.</p>" if waiting["needs"] == "admin" else ""
    sql = f'<pre class="aa-sql" tabindex="0" dir="ltr"><code>{text(waiting["sql"])}</code></pre>'
    return (
        f'<p dir="auto"><b>{text(waiting["title"])}</b></p><p dir="auto">{text(waiting["why"])}</p>'
        f'<p class="aa-src" dir="auto">{text(waiting["instead"])}</p>{admin}'
        f'<details class="aa-more"><summary>SQL</summary>{sql}</details>'
    )


def _plainly(document: Document, name: str) -> tuple[str, str]:
    titles = {
        "failed": "The question was not answered",
        "refused": "The data does not answer this",
        "cancelled": "Cancelled",
        "over_budget": "Stopped at the budget",
    }
    status = document["status"]
    reason = document["reason"] or ("" if status in titles else f"Its status is {status}.")
    next_step = _how_to_go_on(document, name) if status in titles else f"<p><code>{name}.refresh()</code> reads it again.</p>"
    return titles.get(status, "No answer yet"), f'<p dir="auto">{text(reason)}</p>{next_step}'


def _listed(label: str, lines: Sequence[str]) -> str:
    return f'<p class="aa-label">{label}</p><ul>{"".join(f"<li dir=auto>{text(one)}</li>" for one in lines)}</ul>'
