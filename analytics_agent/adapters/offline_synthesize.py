"""The offline model in synthesize: plain sentences with references in place of every figure."""

from collections.abc import Mapping
from typing import Any

from analytics_agent.adapters.offline_evidence import Column, Evidence, Shown
from analytics_agent.adapters.offline_talk import Talk
from analytics_agent.semantic.reader.notes import SCOPE

Calls = list[tuple[str, dict[str, Any]]]
Claim = dict[str, str]
MOST_CAUSES = 4
ASSOCIATION = "These are associations, not proven causes."
_FINDINGS = {"comparison", "contribution", "trend", "ranking"}


def synthesize(talk: Talk) -> Calls:
    """The full answer; when it is sent back, the barest form of it once; then nothing more."""
    evidence = Evidence(talk.evidence)
    tried = len(talk.made("write_answer"))
    if evidence.primary is None or tried > 1:
        return []
    claims = _claims(evidence) if tried == 0 else [_bare(evidence.primary)]
    why = any(f["operation"] == "contribution" for f in evidence.findings)
    caveats = [*evidence.caveats, *([ASSOCIATION] if why else [])] if tried == 0 else []
    data: dict[str, Any] = {"headline": evidence.primary.title[:120] or "Answer", "claims": claims}
    return [("write_answer", data | ({"caveats": caveats} if caveats else {}))]


def _claims(evidence: Evidence) -> list[Claim]:
    primary, scope = evidence.primary, _scope(evidence)
    assert primary is not None  # noqa: S101 synthesize() has looked
    first, *others = _sentences(evidence, primary)
    return [first | {"text": _scoped(scope, first["text"])}, *others]


def _scope(evidence: Evidence) -> str:
    return next((text.removeprefix(SCOPE) for text in evidence.readings if text.startswith(SCOPE)), "")


def _scoped(scope: str, text: str) -> str:
    """ "JetBlue, July 2013: there were …"."""
    if not scope:
        return text
    follows = text if text.startswith("{{") else text[:1].lower() + text[1:]
    return f"{scope}: {follows}"


def _sentences(evidence: Evidence, primary: Shown) -> list[Claim]:
    found = {f["operation"]: f for f in evidence.findings if f["operation"] in _FINDINGS}
    if primary.rows == 0:
        return [{"text": "None fits: there are {{count(%s)}} such rows." % primary.id}]  # noqa: UP031 braces are the syntax
    if primary.rows == 1 and not primary.dimensions:
        return [_value(primary)]
    if "comparison" in found:
        causes = [f for f in evidence.findings if f["operation"] == "contribution"]
        return [_change(evidence, found["comparison"]), *_causes(evidence, causes)]
    if "trend" in found and primary.time and not primary.things:
        return _trend(evidence, found["trend"])
    return _list(primary)


# one figure


def _value(result: Shown) -> Claim:
    sentences = [_stated(c, f"{result.id}[0].{_ref(c.name)}") for c in result.metrics]
    return {"text": " ".join(sentences)}


def _stated(column: Column, reference: str) -> str:
    label = _small(column.label)
    if column.type == "integer" and column.unit and not _measured(column):
        return f"There were {{{{{reference}}}}} {label}."
    return f"The {label} was {{{{{reference}}}}}."


def _measured(column: Column) -> bool:
    """A unit of measure, such as minutes, rather than a thing that is counted."""
    return column.unit in ("min", "mi", "mph", "km", "h", "s", "in", "°F", "°C", "%", "USD", "EUR")


def _bare(result: Shown) -> Claim:
    column = result.metrics[0] if result.metrics else result.columns[-1]
    return {"text": f"{column.label}: {{{{{result.id}[0].{_ref(column.name)}}}}}."}


# two sides


def _change(evidence: Evidence, finding: Mapping[str, Any]) -> Claim:
    result, primary = evidence.results[finding["result"]], evidence.primary
    sides, row = evidence.sides(), result.preview[0]
    assert primary is not None  # noqa: S101 synthesize() has looked
    measure = primary.metrics[0]
    r, f = result.id, finding["id"]
    if (sides and ":" in (sides[0].dimension or "")) or evidence.drivers():
        verb = {"rose": "rose by", "fell": "fell by"}.get(str(row.get("direction")))
        moved = f"{verb} {{{{{r}[0].difference}}}}, from" if verb else "did not change: it was"
        text = f"{measure.label} {moved} {{{{{r}[0].before}}}} in {{{{{r}[0].before_group}}}} to {{{{{r}[0].now}}}} in {{{{{r}[0].now_group}}}}."
        return {"text": text if verb else text.replace(" to ", " and "), "finding": f}
    return {"text": _side_by_side(primary, measure), "finding": f}


def _side_by_side(primary: Shown, measure: Column) -> str:
    """The larger one first, and by how much."""
    name = primary.named_by() or primary.dimensions[0]
    high, low = _by_size(primary, measure)
    p, n, m = primary.id, _ref(name.name), _ref(measure.name)
    figures = f"{{{{{p}[{high}].{m}}}}} for {{{{{p}[{high}].{n}}}}} and {{{{{p}[{low}].{m}}}}} for {{{{{p}[{low}].{n}}}}}"
    return f"{measure.label} was {figures}, a difference of {{{{difference({p}[{high}].{m}, {p}[{low}].{m})}}}}."


def _by_size(primary: Shown, measure: Column) -> tuple[int, int]:
    first, second = (_number(row.get(measure.name)) for row in primary.preview[:2])
    return (0, 1) if first >= second else (1, 0)


def _number(cell: Any) -> float:
    try:
        return float(cell)
    except (TypeError, ValueError):
        return float("-inf")


def _causes(evidence: Evidence, findings: list[Mapping[str, Any]]) -> list[Claim]:
    """For each split the value that the change comes from most."""
    claims = []
    for finding in findings[:MOST_CAUSES]:
        result = evidence.results[finding["result"]]
        by = result.columns[0]
        r = result.id
        if not result.preview or result.preview[0].get(by.name) is None or result.preview[0].get("share_of_change") is None:
            continue
        text = (
            f"By {_small(by.label)}, {{{{{r}[0].{_ref(by.name)}}}}} stands out: "
            f"{{{{{r}[0].contribution}}}} of the change, a share of {{{{{r}[0].share_of_change}}}}."
        )
        claims.append({"text": text, "finding": finding["id"]})
    return claims


# series and lists


def _trend(evidence: Evidence, finding: Mapping[str, Any]) -> list[Claim]:
    result, primary = evidence.results[finding["result"]], evidence.primary
    assert primary is not None  # noqa: S101 synthesize() has looked
    r, label = result.id, primary.metrics[0].label
    peak = (
        f"{label} was highest in {{{{{r}[0].highest_period}}}} with {{{{{r}[0].highest}}}} "
        f"and lowest in {{{{{r}[0].lowest_period}}}} with {{{{{r}[0].lowest}}}}."
    )
    grain = (primary.time.dimension or "").rpartition(":")[2] if primary.time else ""
    if grain == "day":
        peak = peak.replace(" in {{", " on {{")
    ends = f"It went from {{{{{r}[0].first}}}} at the beginning to {{{{{r}[0].last}}}} at the end."
    return [{"text": peak, "finding": finding["id"]}, {"text": ends, "finding": finding["id"]}]


def _list(result: Shown) -> list[Claim]:
    """The first row answers; the next ones give it its measure."""
    if not result.metrics or not result.dimensions:
        return [_bare(result)]
    name = result.named_by() or result.dimensions[0]
    measure, asked = result.metrics[0], result.request.get("order_by")
    word = "lowest" if asked and asked[0]["direction"] == "asc" else "highest"
    first = f"{_cell(result, 0, name)} had the {word} {_small(measure.label)}: {_cell(result, 0, measure)}."
    if result.time is name:
        first = f"The {word} {_small(measure.label)} was in {_cell(result, 0, name)}: {_cell(result, 0, measure)}."
    claims = [{"text": first}]
    if result.rows > 1:
        following = [f"{_cell(result, i, name)} with {_cell(result, i, measure)}" for i in range(1, min(result.rows, 3))]
        claims.append({"text": f"Next came {' and '.join(following)}."})
    if result.rows > 3:
        claims.append({"text": f"In all, {{{{count({result.id})}}}} were compared."})
    return claims


def _cell(result: Shown, row: int, column: Column) -> str:
    return f"{{{{{result.id}[{row}].{_ref(column.name)}}}}}"


def _ref(name: str) -> str:
    """A column as references name it; odd names in quotes."""
    plain = name.replace("_", "a").isalnum() and not name[0].isdigit()
    return name if plain else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _small(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
