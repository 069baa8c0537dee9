"""The offline model in synthesize: plain sentences with references in place of every figure."""

import re
from dataclasses import replace
from typing import Any

from analytics_agent.adapters.offline.changes import two_sides
from analytics_agent.adapters.offline.evidence import Evidence, Shown
from analytics_agent.adapters.offline.growth import compared, growth_told
from analytics_agent.adapters.offline.limits import meeting
from analytics_agent.adapters.offline.lists import rows_told
from analytics_agent.adapters.offline.members import members_told
from analytics_agent.adapters.offline.parts import others_told, share_of, shares_told
from analytics_agent.adapters.offline.rows import has_others
from analytics_agent.adapters.offline.series import series
from analytics_agent.adapters.offline.talk import Talk
from analytics_agent.adapters.offline.vouched import vouched_told
from analytics_agent.adapters.offline.words import LONGEST_HEADING, Claim, Prose, big, cell, claim, listed, small, stated
from analytics_agent.semantic.reader.notes import SCOPE

Calls = list[tuple[str, dict[str, Any]]]
MOST_CLAIMS = 5
_YEAR = re.compile(r"in (\d{4})")
_SEASON = re.compile(r"(In \{\{[^}]*\}\})(, .*)", re.DOTALL)


def synthesize(talk: Talk) -> Calls:
    """The full answer; when it is sent back, the barest form of it once; then nothing more."""
    evidence = Evidence(talk.evidence)
    primary, tried = evidence.primary, len(talk.made("write_answer"))
    if primary is None or tried > 1:
        return []
    if tried == 1:
        return [("write_answer", {"headline": primary.title[:LONGEST_HEADING] or "Answer", "claims": [_bare(primary)]})]
    prose = _told(evidence, primary, talk.question)
    headline = prose.headline if len(prose.headline) <= LONGEST_HEADING else primary.title[:LONGEST_HEADING]
    claims = _scoped(evidence, prose.claims[:MOST_CLAIMS])
    caveats = [*evidence.caveats, *prose.caveats, *_left_out(primary)]
    data = {"headline": headline or "Answer", "claims": claims, "caveats": caveats}
    data["not_answered"] = list(prose.not_answered)
    return [("write_answer", {key: value for key, value in data.items() if value})]


def _told(evidence: Evidence, primary: Shown, question: str) -> Prose:
    found = {f["operation"]: f for f in evidence.findings}
    if primary.rows == 0:
        return Prose("None fits", (claim(f"None fits: the result has {{{{count({primary.id})}}}} rows."),))
    if primary.source == "verified":
        return vouched_told(primary)
    if (members := members_told(evidence, primary)) is not None:
        return members
    if (grown := compared(primary)) is not None:
        return growth_told(grown)
    if (share := share_of(primary)) is not None:
        return shares_told(primary, share)
    if has_others(primary) and (prose := others_told(primary)) is not None:
        return prose
    if primary.rows == 1 and not primary.dimensions:
        return _figures(evidence, primary)
    if "comparison" in found:
        return two_sides(evidence, primary, found["comparison"])
    if "trend" in found and primary.time and not primary.things:
        return series(evidence, primary, found["trend"])
    prose = rows_told(evidence, primary)
    if not primary.request.get("having") or primary.request.get("limit"):
        return prose
    headline, counted, named = meeting(primary, question)
    return replace(prose, headline=headline or prose.headline, claims=(*counted, *(() if named else prose.claims)))


def _left_out(primary: Shown) -> list[str]:
    """All others are those that have a name, where the request asks for these alone."""
    known = {f["field"] for f in primary.request.get("filters", ()) if f["op"] == "not_null"} if has_others(primary) else set()
    nouns = [small(name.label) for name in primary.names if name.dimension in known]
    return [f"{primary.metrics[0].label} without a known {listed(nouns)} are left out."] if nouns and primary.metrics else []


def _figures(evidence: Evidence, primary: Shown) -> Prose:
    """One row of figures without names: the figures, and of what."""
    sentences = [big(stated(column, cell(primary, 0, column))) for column in primary.metrics]
    text = ". ".join(sentences) + "." if sentences else _bare(primary)["text"]
    label = primary.metrics[0].label if primary.metrics else primary.title
    return Prose(" ".join(part for part in (label, _scope(evidence)) if part), (claim(text),))


def _scoped(evidence: Evidence, claims: tuple[Claim, ...]) -> list[Claim]:
    """ "For JetBlue in July 2013, the cancellation rate was …", "There were … flights to Chicago"."""
    first, *others = claims
    scope, text = _scope(evidence), first["text"]
    if not scope:
        return list(claims)
    if text.startswith("There were ") and "," not in text and text.count(". ") == 0:
        told = f"{text.removesuffix('.')} {scope}."
    elif (year := _YEAR.fullmatch(scope)) and (season := _SEASON.match(text)):
        told = f"{season[1]} {year[1]}{season[2]}"
    elif text.startswith(("In {{", "On {{")):
        told = f"{big(scope)} {small(text)}"
    else:
        told = f"{big(scope)}, {text if text.startswith('{{') else small(text)}"
    return [first | {"text": told}, *others]


def _scope(evidence: Evidence) -> str:
    """The rows in question in the asker's words, with the conditions that were read: "where tail number is empty"."""
    scope = next((text.removeprefix(SCOPE) for text in evidence.readings if text.startswith(SCOPE)), "")
    *names, last = scope.removeprefix("for ").split(" for ")
    scope = f"for {', '.join(names)} and {last}" if scope.startswith("for ") and names else scope
    conditions = [small(text.rstrip(".")) for text in evidence.readings if ": " not in text]
    said = [f"where {text}" if text.endswith(" is empty") else f"with {text}" for text in conditions]
    return " ".join(part for part in (scope, " and ".join(said)) if part)


def _bare(result: Shown) -> Claim:
    """One figure and whose it is: a row of a list must not read as the whole."""
    column = result.metrics[0] if result.metrics else result.columns[-1]
    named = result.names or result.dimensions
    rows = [at for at, row in enumerate(result.preview) if all(row.get(each.name) not in (None, "") for each in (*named, column))]
    row = rows[0] if rows else 0
    of = "".join(f", {cell(result, row, name)}" for name in named) if rows else ""
    return {"text": f"{column.label}{of}: {cell(result, row, column)}."}
