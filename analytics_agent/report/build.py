"""Run and results → ReportDocument: what is said, in which order, with which evidence. Pure; nothing is drawn here."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from analytics_agent.domain.answer import Answer
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.notices import asked_as
from analytics_agent.domain.policy import rights_first, says_rights
from analytics_agent.domain.run import Run
from analytics_agent.domain.sayings import said_once
from analytics_agent.report.charts import choose
from analytics_agent.report.definitions import defined, of_draft
from analytics_agent.report.document import Chart, Evidence, Listing, Method, Prose, ReportDocument
from analytics_agent.report.facts import facts_of, status_of
from analytics_agent.report.figures import Ledger
from analytics_agent.report.finding_charts import for_finding
from analytics_agent.report.framing import FULL, NARROW, Frame
from analytics_agent.report.grid import grid_of
from analytics_agent.report.groups import compared
from analytics_agent.report.key_figures import key_figures
from analytics_agent.report.lineage import SHORT_HASH, evidence_of, rows_of
from analytics_agent.report.prose import claim_prose, join, plain
from analytics_agent.report.sections import Material, in_order_told, sections
from analytics_agent.report.standing import said_of, told_of

if TYPE_CHECKING:
    import pyarrow as pa

LEAD = 420
"""Characters of the answer that are set large; the rest follows in body size."""
LONGEST_TITLE = 300
_WORD = re.compile(r"\w+")
_SMALL = "a an and are at by did do does for from had has have in is it of on or than that the to was were with"
_SMALL_WORDS = frozenset(_SMALL.split())
OF_PART = "From a part of the data only. What is left out is said under “What to keep in mind”."
RAN_NARROWED = "What ran held the asker's rights too, which are not shown."
_SOURCES = {"metric": "governed metrics", "free": "free SQL", "verified": "a verified query", "computed": "computed"}


def build(run: Run, tables: Mapping[str, "pa.Table"], *, dashboard_url: str | None, generated_at: datetime) -> ReportDocument:
    """`tables` holds the rows of the run's results by id; a result whose rows are missing is listed without them."""
    queries = {query.id: query for query in run.queries}
    ledger = Ledger(queries)
    primary = primary_of(run, queries)
    frame = Frame(FULL, run.question.as_of or run.question.asked_at.date(), said=said_of(run), told=told_of(run))
    lead, rest = _answer(run.answer, ledger)
    chart, chart_evidence = main_chart(run, primary, queries, tables, frame)
    body = sections(Material(run, queries, tables, ledger, frame, chart), primary)
    return ReportDocument(
        run_id=run.question.run_id,
        title=_title(run.question.text),
        headline=_headline(run),
        database=run.question.database,
        generated_at=generated_at,
        lead=lead,
        rest=rest,
        key_figures=key_figures(run.answer, primary, run.findings, queries, tables, run.changes.result if run.changes else None),
        chart=chart,
        chart_narrow=main_chart(run, primary, queries, tables, replace(frame, width=NARROW))[0],
        chart_evidence=chart_evidence,
        sections=body,
        derivations=ledger.derivations(),
        listings=tuple(_listing(query) for query in run.queries),
        methods=_methods(run.queries),
        data=grid_of(primary, tables[primary.id]) if primary and primary.id in tables else None,
        caveats=_caveats(run),
        not_answered=_not_answered(run),
        facts=facts_of(run, generated_at, compared(in_order_told(run), queries, tables)),
        dashboard_url=web_address(dashboard_url),
        status=status_of(run),
        partial=run.answer is not None and run.answer.partial,
        of_part=OF_PART if run.answer and any(map(says_rights, _caveats(run))) else "",
        definitions=defined(run),
        of_draft=of_draft(defined(run)) if run.answer else "",
    )


def web_address(url: str | None) -> str | None:
    """The address, if it is one that a browser opens as a page."""
    return url if url and urlsplit(url).scheme in {"http", "https"} else None


def _title(question: str) -> str:
    """The question; a very long one is cut here and stands in full among the facts."""
    flat = _begun(" ".join(question.split()))
    return flat if len(flat) <= LONGEST_TITLE else f"{flat[:LONGEST_TITLE].rstrip()}…"


def _begun(question: str) -> str:
    """A title begins with a capital letter, except where its first word has another one: iPhone."""
    first = question.partition(" ")[0]
    return f"{question[:1].upper()}{question[1:]}" if first.islower() else question


def _headline(run: Run) -> str:
    """The answer's headline where it says more than the question, and more than what a result is about."""
    said = run.answer.headline.strip() if run.answer else ""
    topics = {title.casefold() for title in (*(query.title for query in run.queries), *(finding.title for finding in run.findings))}
    return "" if said.casefold() in topics or not _words(said) - _words(run.question.text) else said


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold())) - _SMALL_WORDS


def primary_of(run: Run, queries: Mapping[str, Query]) -> Query | None:
    if run.evidence and run.evidence.primary in queries:
        return queries[run.evidence.primary]
    return run.queries[0] if run.queries else None


def _answer(answer: Answer | None, ledger: Ledger) -> tuple[Prose, Prose]:
    """The claims run together, the first ones as the lead."""
    proses = [claim_prose(claim, ledger.mark) for claim in answer.claims] if answer else []
    lead: list[Prose] = []
    for prose in proses:
        if lead and sum(len(plain(p)) for p in (*lead, prose)) > LEAD:
            break
        lead.append(prose)
    return join(lead), join(proses[len(lead) :])


def main_chart(
    run: Run, primary: Query | None, queries: Mapping[str, Query], tables: Mapping[str, "pa.Table"], frame: Frame
) -> tuple[Chart | None, Evidence | None]:
    """The picture that says most: the primary result's, but rather a finding's than two bars; otherwise the first there is."""
    drawn: list[tuple[Chart | None, Evidence]] = []
    if primary and primary.id in tables:
        drawn.append((choose(primary, tables[primary.id], frame), evidence_of(primary, queries)))
    told = in_order_told(run)
    drawn += [(for_finding(one, queries, tables, frame), evidence_of(queries[one.result], queries, one)) for one in told]
    candidates = [(chart, evidence) for chart, evidence in drawn if chart]
    rich = [pair for pair in candidates if pair[0].kind not in {"pair", "periods"} and (pair[0].kind != "ranking" or len(pair[0].bars) > 2)]
    return next(iter(rich or candidates), (None, None))


def _listing(query: Query) -> Listing:
    return Listing(
        result=query.id,
        title=query.title,
        sql=query.sql_as_run or query.sql,
        source=_source(query),
        inputs=query.inputs,
        rows=rows_of(query),
        remarks=_remarks(query),
        milliseconds=query.milliseconds,
        hash=query.artifact.sha256[:SHORT_HASH],
        ran_narrowed=bool(_of_rights(query)),
    )


def _source(query: Query) -> str:
    vouched = f", verified {query.verified.said}" if query.verified and query.verified.said else ""
    return _SOURCES[query.source] + vouched + (f"; no metric fits: {query.why_not_metrics}" if query.why_not_metrics else "")


def _of_rights(query: Query) -> list[str]:
    return [caveat for caveat in query.caveats if query.source != "computed" and says_rights(caveat)]


def _remarks(query: Query) -> tuple[str, ...]:
    """What the rules warn of, who let it run although it was expected to go over the limit, and that it was not run as it stands."""
    warnings = [f"{finding.message} {finding.hint}".strip() for finding in query.findings if finding.severity != "info"]
    narrowed = [" ".join([RAN_NARROWED, *said])] if (said := _of_rights(query)) else []
    return (*warnings, *([query.approval] if query.approval else []), *narrowed)


def _methods(queries: Iterable[Query]) -> tuple[Method, ...]:
    results: dict[str, list[str]] = {}
    for query in queries:
        if query.method:
            results.setdefault(query.method, []).append(query.id)
    return tuple(Method(tuple(ids), text) for text, ids in results.items())


def _caveats(run: Run) -> tuple[str, ...]:
    said = [
        *filter(None, [asked_as(run.question)]),
        *rights_first([*(run.answer.caveats if run.answer else ()), *(run.evidence.caveats if run.evidence else ())]),
        *run.notices,
    ]
    said += [f"{query.id} holds the first {query.rows:,} rows; more exist." for query in run.queries if query.truncated]
    return said_once(said)


def _not_answered(run: Run) -> tuple[str, ...]:
    refusal = run.refusal
    missing = (f"Missing: {refusal.missing}.",) if refusal and refusal.missing else ()
    return (*(run.answer.not_answered if run.answer else ()), *missing, *(refusal.instead if refusal else ()))
