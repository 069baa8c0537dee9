"""An answer in a terminal: prose with marks, pictures, evidence, what is left out, where to go on; or why there is none."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from analytics_agent.cli.approving import waiting
from analytics_agent.cli.defined import lines as definition_lines
from analytics_agent.cli.deliveries import places as sent_to
from analytics_agent.cli.deliveries import reasons as not_sent_because
from analytics_agent.cli.picture import pictures
from analytics_agent.cli.places import files, listed, next_line, program
from analytics_agent.cli.plain import cleaned, line
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import Ends, Page, Prose
from analytics_agent.client.definitions import behind, cited, standing
from analytics_agent.client.evidence_html import vouched_for
from analytics_agent.client.words import counted, duration, money, names
from analytics_agent.domain.period import called, spelled

Rows = Mapping[str, Sequence[dict[str, Any]]]
GAP = Text()
ALL_TIME = "all of the data"
_TIMED = re.compile(r"^\S*(?:year|quarter|month|week|day|season)\S*\s|\d{4}-\d\d-\d\d", re.IGNORECASE)
"""A condition on a part of the time: a column `year`, a season, everything before a day."""
_MARKS = {"succeeded": ("✓", "green"), "failed": ("✗", "red"), "queued": ("○", "dim"), "running": ("●", "cyan")}
_EVIDENCE = (Column(""), Column("", flexible=True), Column("", dim=True), Column("", dim=True), Column("", dim=True, flexible=True))
_BOLD = re.compile(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_ATTENTION = ("!", "yellow")


def status(name: str) -> Text:
    """A run's status with its mark."""
    mark, style = _MARKS.get(name, _ATTENTION)
    return Text.assemble((mark, style), f" {name}")


def page(document: dict[str, Any], rows: Rows, *, ending: bool = True) -> Page:
    """All of it. `rows` are those of the results that `picture.wanted` names. Without `ending` a caller says where to go on."""
    document = cleaned(document)
    others = {"refused": _refused, "needs_input": _waiting, "needs_approval": waiting, "queued": _under_way, "running": _under_way}
    parts = _answered(document, cleaned(dict(rows))) if document["answer"] else others.get(document["status"], _ended)(document)
    return Page([GAP, title(document), GAP, *parts, *(_where(document) if ending else ()), GAP])


def title(document: dict[str, Any]) -> RenderableType:
    usage = document["usage"]
    mark, style = _MARKS.get(document["status"], _ATTENTION)
    taken = f" {duration(usage['seconds'])} · {money(usage['cost_usd'])}"
    return Ends(Text(line(document["question"]), "bold"), Text.assemble((mark, style), (taken, "dim")))


def _answered(document: dict[str, Any], rows: Rows) -> Iterator[RenderableType]:
    if document["status"] != "succeeded":  # answered, and stopped on the way to the report
        yield from (*_ended(document), GAP)
    yield Prose(prose(document["answer"]["claims"]))
    for picture in pictures(document, rows):
        yield from (GAP, picture)
    yield from _evidence(document)
    yield from _notes(document)


def prose(claims: Sequence[dict[str, Any]]) -> Text:
    """The claims as one paragraph; figures bold, the mark of its evidence before the end of each claim."""
    text = Text()
    for number, claim in enumerate(claims, 1):
        body, end = _ending(" ".join(re.split("[ \n]+", claim["text"].strip())))
        text.append(" " if number > 1 else "")
        for position, piece in enumerate(_BOLD.split(body)):
            text.append(_ESCAPED.sub(r"\1", piece), style="bold" if position % 2 else "")
        if claim["figures"]:
            text.append("\u00a0").append(f"[{number}]", style="cyan")
        text.append(end)
    return text


def _ending(text: str) -> tuple[str, str]:
    return (text[:-1], text[-1]) if text.endswith((".", "!", "?")) else (text, "")


def _evidence(document: dict[str, Any]) -> Iterator[RenderableType]:
    queries = {query["id"]: query for query in document["queries"]}
    rows: list[list[str | Text]] = [
        [Text("" if place else f"[{number}]", "cyan"), *_source(result, claim["figures"], queries)]
        for number, claim in enumerate(document["answer"]["claims"], 1)
        for place, result in enumerate(dict.fromkeys(figure["result"] for figure in claim["figures"]))
    ]
    if rows:
        yield from (GAP, Text("Evidence", "bold"), Table(_EVIDENCE, rows))


def _source(result: str, figures: Sequence[dict[str, Any]], queries: Mapping[str, Any]) -> tuple[str, ...]:
    """The figures from this result, what it was computed from, its rows and its tables: those of its inputs where it was computed."""
    query = queries.get(result, {"inputs": [], "tables": [], "rows": 0})
    inputs = [queries[name] for name in query["inputs"] if name in queries]
    tables = dict.fromkeys(table for one in (query, *inputs) for table in one["tables"])
    origin = f"{result} ← {', '.join(query['inputs'])}" if query["inputs"] else result
    shown = dict.fromkeys(figure["shown"] for figure in figures if figure["result"] == result)
    return " · ".join(shown), origin, counted(query["rows"], "row"), ", ".join(tables)


def _notes(document: dict[str, Any]) -> Iterator[RenderableType]:
    notes = [
        *_checks(document),
        *(("✓", "green", notice) for notice in document.get("notices", ())),
        *(("!", "yellow", caveat) for caveat in document["caveats"]),
    ]
    if notes:
        yield GAP
    for mark, style, note in notes:
        yield Prose(Text(line(note)), Text.assemble((mark, style), "   "))
    if definitions := list(definition_lines(behind(document))):
        yield from (GAP, *definitions)
    for name, items in (("Period", _period(document)), ("Read as", document["readings"]), ("Not answered", document["not_answered"])):
        if items:
            said = " · ".join(line(item).rstrip(".") for item in items)
            yield from (GAP, Prose(Text(said, "dim"), Text(f"{name}  ", "bold")))


def _period(document: dict[str, Any]) -> list[str]:
    """Of when the answer is, where it is one of governed metrics: the period that was asked for, or all there is."""
    primary = next((query for query in document["queries"] if query["id"] == document["primary"]), None)
    if primary is None or primary["source"] != "metric":
        return []
    periods = [called(span) for condition in primary["predicates"] if (span := spelled(condition))]
    compared = [condition for condition in primary["predicates"] if condition.startswith("compared with ")]
    if not periods and any(map(_TIMED.search, primary["predicates"])):
        return []  # what it was read as tells it
    return [", ".join([*(periods or [ALL_TIME]), *compared])]


def _metrics(query: dict[str, Any]) -> list[str]:
    """The metrics that a result shows; where it only counts what passes a limit of some, those."""
    shown = [column["label"] for column in query["columns"] if column["metric"]]
    return shown or [each["label"] for each in query.get("definitions", ())]


def _checks(document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What stands behind the figures: governed metrics or free SQL, and results that were cut off."""
    asked = cited(document)
    free = [query["id"] for query in asked if query["source"] == "free"]
    metrics = dict.fromkeys(label for query in asked for label in _metrics(query))
    if metrics and all(query["source"] == "metric" for query in asked):
        yield "✓", "green", f"every figure comes from {standing(behind(document))} metrics: {', '.join(metrics)}"
    if free:
        yield "!", "yellow", f"{', '.join(free)}: free SQL, checked by the rules, not by a governed metric"
    for query in asked:
        if verified := query.get("verified"):
            vouched = vouched_for(query) or "by whom is not known"
            yield "✓", "green", f"{query['id']}: a verified query for “{line(verified['question'])}”, verified {line(vouched)}"
        if query.get("approval"):
            yield "✓", "green", f"{query['id']}: {line(query['approval'])}"
        if query.get("why_not_metrics"):
            yield "›", "dim", f"{query['id']}, why no metric fits: {line(query['why_not_metrics'])}"
        if query["truncated"]:
            yield "!", "yellow", f"{query['id']} holds the first {query['rows']:,} rows: there are more"


def _where(document: dict[str, Any]) -> Iterator[RenderableType]:
    superset = document["superset"]
    lines = list(files(document))
    if superset["dashboard_url"]:
        lines.append(("Dashboard", Text(superset["dashboard_url"]), ""))
    elif superset["failure"]:
        lines.append(("Dashboard", Text(f"none: {line(superset['failure'])}", no_wrap=False), ""))
    lines += sent_to(document.get("deliveries", ()))
    if document["queries"]:
        lines.append(next_line(document))
    if lines:
        yield from (GAP, *listed(lines))
    if unsent := list(not_sent_because(document.get("deliveries", ()))):
        yield from (GAP, *unsent)


def _refused(document: dict[str, Any]) -> Iterator[RenderableType]:
    refusal = document["refusal"] or {"reason": "", "missing": "", "looked_in": [], "instead": [], "elsewhere": []}
    reason = line(document["reason"] or refusal["reason"] or "Refused, for a reason that was not given.")
    yield Prose(Text(reason))
    missing = "" if names(reason, refusal["missing"]) else line(refusal["missing"])
    told = [("Missing", missing), ("Looked in", ", ".join(refusal["looked_in"]))]
    if any(text for _, text in told):
        yield GAP
    for name, text in told:
        if text:
            yield Prose(Text(text, "dim"), Text(f"{name:9}  ", "bold"))
    if refusal["instead"]:
        yield from (GAP, Text("This data can answer", "bold"))
        yield from (Prose(Text(line(question)), Text("›  ", "cyan")) for question in refusal["instead"])
    if refusal.get("elsewhere"):
        yield from (GAP, Text("Another database may hold it", "bold"))
    for other in refusal.get("elsewhere", ()):
        command = f"analytics-agent ask {shlex.quote(line(other['question']))} --database {shlex.quote(other['database'])}"
        yield Prose(Text(f"{other['database']} has {', '.join(other['found'])}."), Text("›  ", "cyan"))
        yield Prose(Text(command, "dim"), Text("   "))


def question_page(document: dict[str, Any]) -> Page:
    """What the run asks, and the possible answers, numbered."""
    return Page([GAP, *_asked(cleaned(document)["clarification"])])


def _asked(asked: dict[str, Any]) -> Iterator[RenderableType]:
    yield Prose(Text(line(asked["question"]), "bold"))
    for number, text in enumerate(asked["readings"], 1):
        yield Prose(Text(line(text)), Text(f"{number:>2}  ", "cyan"))


def _waiting(document: dict[str, Any]) -> Iterator[RenderableType]:
    asked = document["clarification"] or {"question": "The run waits for an answer.", "readings": []}
    yield from _asked(asked)
    example = line(asked["readings"][0]).partition(":")[0] if asked["readings"] else "…"
    command = f"{program()} runs answer {document['id']} {shlex.quote(example)}"
    yield from (GAP, *listed([("Answer", Text(command, "cyan"), "")]))


def _under_way(document: dict[str, Any]) -> Iterator[RenderableType]:
    queries = counted(len(document["queries"]), "result")
    yield Prose(Text(f"Still {document['status']}: {queries} so far. The answer will be here when it is done."))


def _ended(document: dict[str, Any]) -> Iterator[RenderableType]:
    yield Prose(Text(line(document["reason"] or f"The run is {document['status']}, for a reason that was not given.")))
    if (kept := len(document["queries"])) and not document["answer"]:
        yield Prose(Text(f"What it found until then is kept: {counted(kept, 'result')}.", "dim"))
    if command := _go_on(document):
        yield from (GAP, *listed([("Go on", Text(command, "cyan"), "")]))


def _go_on(document: dict[str, Any]) -> str | None:
    """The command that lets a run go on that was stopped at a budget, where that is the asker's to say."""
    stopped = document.get("stopped")
    if not stopped or (stopped["pool"] == "run" and stopped["raise_to"] is None):
        return None
    raised = f" --{stopped['unit']} {stopped['raise_to']}" if stopped["pool"] == "run" else ""
    return f"{program()} runs budget {document['id']}{raised}"
