"""The gate between the model's prose and the reader: references become figures, and a figure that was typed is sent back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analytics_agent.domain.answer import Answer, Claim
from analytics_agent.domain.cell import nearest
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.finding import Finding
from analytics_agent.domain.month_names import ENGLISH, language_of
from analytics_agent.domain.sayings import said_once
from analytics_agent.errors import Ungrounded
from analytics_agent.synthesize.bare_figures import Allowed, bare_figures
from analytics_agent.synthesize.check import Words
from analytics_agent.synthesize.claim import Filled, filled
from analytics_agent.synthesize.evaluate import Results
from analytics_agent.synthesize.heading import titled
from analytics_agent.synthesize.language import language_of_prose
from analytics_agent.synthesize.large import asks_exactly
from analytics_agent.synthesize.markup import plain, without_emphasis
from analytics_agent.synthesize.references import BadReference
from analytics_agent.synthesize.rounding import CAVEAT, disagrees
from analytics_agent.synthesize.stated import stated

if TYPE_CHECKING:
    import pyarrow as pa

_REFERENCE = re.compile(r"\{\{[^{}]*\}\}")
STRUCK_ONE = "One sentence was left out because its figures could not be confirmed."
STRUCK = "{} sentences were left out because their figures could not be confirmed."
LONGEST_CLAIM = 2_000
LONGEST_HEADING = 400
"""As written, with references; more than the tool's schema asks for, so that long references do not fail an answer."""


def ground(
    write_answer_input: Mapping[str, Any],
    tables: Mapping[str, "pa.Table"],
    queries: Mapping[str, Query],
    findings: Sequence[Finding],
    *,
    question: str,
    readings: Sequence[str] = (),
    noted: Sequence[str] = (),
    by_code: bool = False,
    strike: str | None = None,
) -> Answer:
    """The answer with every figure filled in. Raises Ungrounded with all problems at once, each with what to write instead.
    `noted` is what code, not the model, said about the evidence: a caveat may repeat its figures. `by_code`: rules wrote the prose from
    the rows themselves, and its words need no check. `strike` names the primary result once the model had its second chance: what does
    not stand is left out then, and the rest is the answer."""
    if shape := _shape_problems(write_answer_input):
        raise Ungrounded(shape)
    results = Results(tables, queries)
    known = _governed_labels(queries.values())
    names = _text_cells(results)
    allowed = Allowed.of([question, *readings, *known], names)
    of_findings = [text for finding in findings for text in finding.caveats]
    in_caveats = Allowed.of([question, *readings, *known, *of_findings, *noted], names)
    language = _language(write_answer_input, question)
    words = None if by_code else Words.of(results, language, " ".join([question, *readings]))
    problems: list[str] = []
    exactly, given = asks_exactly(question), write_answer_input["claims"]
    made = [_claim(n, one, results, findings, allowed, problems, words, exactly) for n, one in enumerate(given, start=1)]
    claims = [claim for claim in made if claim is not None]
    headline, wrong = titled(write_answer_input["headline"], results, allowed, words)
    problems.extend(f"`headline`: {problem}" for problem in wrong)
    caveats = _words("caveats", write_answer_input.get("caveats", ()), in_caveats, problems)
    not_answered = _words("not_answered", write_answer_input.get("not_answered", ()), in_caveats, problems)
    if not any(claim.figures for claim in claims) and not any("{{" in written["text"] for written in write_answer_input["claims"]):
        problems.append("No claim refers to a result: write at least one reference such as {{r1[0].column}}.")
    if problems and strike is None:
        raise Ungrounded(problems)
    left_out = _left_out(len(made) - len(claims))
    if strike is not None and not any(claim.figures for claim in claims):
        claims = [*claims, _plain_claim(results, strike, allowed)]
    if not headline and strike is not None:
        headline = plain(results.query(strike).title) or "Answer"
    rounded = (CAVEAT,) if any(disagrees(claim.figures, ENGLISH if by_code else language) for claim in claims) else ()
    said = (*said_once((*caveats, *rounded, *left_out)), *_unchecked(claims))
    return Answer(headline, " ".join(claim.text for claim in claims), tuple(claims), said, not_answered)


def _unchecked(claims: Sequence[Claim]) -> tuple[str, ...]:
    """One line for the reader, where she is told what else to keep in mind."""
    words = dict.fromkeys(word for claim in claims for word in claim.unchecked)
    return (f"Not checked by code: {', '.join(words)}.",) if words else ()


def _left_out(struck: int) -> tuple[str, ...]:
    """What the reader is told of claims that did not stand."""
    if not struck:
        return ()
    return (STRUCK_ONE,) if struck == 1 else (STRUCK.format(struck),)


def _plain_claim(results: Results, primary: str, allowed: Allowed) -> Claim:
    """What the primary result holds, when nothing that was written of it stood."""
    made = filled(stated(results, primary), results, allowed)
    return Claim(made.text, made.figures)


def _language(written: Mapping[str, Any], question: str) -> str:
    """Of the prose itself, which may be in another language than the question."""
    prose = " ".join(_REFERENCE.sub(" ", claim["text"]) for claim in written["claims"])
    return language_of_prose(prose, language_of(question) or ENGLISH)


def _shape_problems(written: Mapping[str, Any]) -> list[str]:
    """Against the tool's schema: a model's JSON may hold anything."""
    problems = [] if _is_heading(written.get("headline")) else ["`headline` must be a text of a few words."]
    claims = written.get("claims")
    if not isinstance(claims, list) or not claims:
        problems.append('`claims` must be a list such as [{"text": "…"}].')
    elif not all(isinstance(claim, Mapping) and isinstance(claim.get("text"), str) and claim["text"].strip() for claim in claims):
        problems.append("Every claim needs a `text`.")
    elif any(len(claim["text"]) > LONGEST_CLAIM for claim in claims):
        problems.append("A claim is too long: one or two sentences each.")
    elif not all(_is_heading(claim.get("heading", "")) for claim in claims):
        problems.append("Every `heading` must be a text of a few words.")
    for name in ("caveats", "not_answered"):
        value = written.get(name, [])
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            problems.append(f"`{name}` must be a list of texts.")
    return problems


def _is_heading(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_HEADING


def _governed_labels(queries: Iterable[Query]) -> list[str]:
    """Labels of governed metrics ("15 minutes late or more") were written by the model's owner and may be repeated."""
    return [column.label for query in queries for column in query.columns if column.metric]


def _text_cells(results: Results) -> list[str]:
    return [
        str(cell)
        for name, query in results.queries.items()
        if name in results.tables
        for column in query.columns
        if column.type == "text"
        for cell in results.values(name, column.name)
    ]


def _claim(
    number: int,
    written: Mapping[str, Any],
    results: Results,
    findings: Sequence[Finding],
    allowed: Allowed,
    problems: list[str],
    words: Words | None,
    exactly: bool,
) -> Claim | None:
    """One claim; its problems are added to `problems` under its number."""
    finding = written.get("finding")
    known = [found.id for found in findings]
    found: list[str] = []
    if finding and finding not in known:
        found.append(
            f"there is no finding {finding!r}; {'findings: ' + ', '.join(nearest(str(finding), known)) if known else 'leave it out'}."
        )
    try:
        made = filled(written["text"], results, allowed, words, exactly=exactly)
    except BadReference as bad:
        made = Filled(problems=(str(bad),))
    heading, in_heading = titled(written.get("heading", ""), results, allowed, words)
    problems.extend(f"Claim {number}: {problem}" for problem in [*found, *made.problems])
    problems.extend(f"Heading of claim {number}: {problem}" for problem in in_heading)
    return None if found or made.problems else Claim(made.text, made.figures, finding or None, heading, made.unchecked)


def _words(name: str, texts: Iterable[str], allowed: Allowed, problems: list[str]) -> tuple[str, ...]:
    """Texts that hold no figures at all: those belong into claims, where each can be traced. One that holds some is left out."""
    kept = []
    for text in texts:
        if "{{" in text or "}}" in text:
            problems.append(f"`{name}` takes no references: say it in words, or move the figure to a claim.")
        elif typed := bare_figures(text, allowed):
            problems.append(f"`{name}` holds typed figures ({', '.join(typed)}): say it in words, or move them to a claim as references.")
        else:
            kept.append(plain(without_emphasis(text)).strip())
    return tuple(kept)
