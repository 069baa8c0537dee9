"""The offline model in synthesize: plain sentences with references in place of every figure."""

from collections.abc import Mapping
from typing import Any

from analytics_agent.adapters.offline_evidence import Column, Evidence, Shown
from analytics_agent.adapters.offline_talk import Talk
from analytics_agent.semantic.reader.notes import SCOPE

Calls = list[tuple[str, dict[str, Any]]]
Claim = dict[str, str]
MOST_CAUSES = 4
LONGEST_HEADLINE = 120
ASSOCIATION = "These are associations, not proven causes."
_MEASURES = frozenset(("min", "mi", "mph", "km", "h", "s", "in", "°F", "°C", "%", "USD", "EUR"))
"""Units of measure; any other unit names a thing that is counted."""


def synthesize(talk: Talk) -> Calls:
    """The full answer; when it is sent back, the barest form of it once; then nothing more."""
    evidence = Evidence(talk.evidence)
    primary, tried = evidence.primary, len(talk.made("write_answer"))
    if primary is None or tried > 1:
        return []
    headline = primary.title[:LONGEST_HEADLINE] or "Answer"
    if tried == 1:
        return [("write_answer", {"headline": headline, "claims": [_bare(primary)]})]
    why = any(f["operation"] == "contribution" for f in evidence.findings)
    caveats = [*evidence.caveats, *([ASSOCIATION] if why else [])]
    data = {"headline": headline, "claims": _claims(evidence, primary), "caveats": caveats}
    return [("write_answer", {key: value for key, value in data.items() if value})]


def _claims(evidence: Evidence, primary: Shown) -> list[Claim]:
    first, *others = _sentences(evidence, primary)
    scope = next((text.removeprefix(SCOPE) for text in evidence.readings if text.startswith(SCOPE)), "")
    return [first | {"text": _scoped(scope, first["text"])}, *others]


def _scoped(scope: str, text: str) -> str:
    """ "For JetBlue in July 2013, there were …"."""
    if not scope:
        return text
    opening = scope[:1].upper() + scope[1:]
    return f"{opening}, {text if text.startswith('{{') else _small(text)}"


def _sentences(evidence: Evidence, primary: Shown) -> list[Claim]:
    found = {f["operation"]: f for f in evidence.findings}
    if primary.rows == 0:
        return [{"text": f"None fits: the result has {{{{count({primary.id})}}}} rows."}]
    if primary.rows == 1 and not primary.dimensions:
        return [{"text": " ".join(_stated(c, _cell(primary, 0, c)) for c in primary.metrics) or _bare(primary)["text"]}]
    if "comparison" in found:
        causes = [f for f in evidence.findings if f["operation"] == "contribution"]
        return [_change(evidence, primary, found["comparison"]), *_causes(evidence, causes)]
    if "trend" in found and primary.time and not primary.things:
        return _trend(evidence, primary, found["trend"])
    return _list(primary)


# one figure


def _stated(column: Column, figure: str) -> str:
    label = _small(column.label)
    return f"There were {figure} {label}." if _counts(column) else f"The {label} {_was(column)} {figure}."


def _was(column: Column) -> str:
    return "were" if column.label.endswith("s") and not column.label.endswith("ss") else "was"


def _counts(column: Column) -> bool:
    """A number of things, which a sentence can say by its label: "8,255 cancellations"."""
    return column.type == "integer" and bool(column.unit) and column.unit not in _MEASURES


def _bare(result: Shown) -> Claim:
    column = result.metrics[0] if result.metrics else result.columns[-1]
    return {"text": f"{column.label}: {_cell(result, 0, column)}."}


# two sides


def _change(evidence: Evidence, primary: Shown, finding: Mapping[str, Any]) -> Claim:
    """Over time a figure rose or fell; between two things one is larger."""
    result, measure, sides = evidence.results[finding["result"]], primary.metrics[0], evidence.sides()
    over_time = (sides is not None and sides[0] == primary.time) or bool(evidence.drivers())
    if not over_time:
        return {"text": _side_by_side(primary, measure), "finding": finding["id"]}
    before, now = _at(result, "before"), _at(result, "now")
    then, later = _at(result, "before_group"), _at(result, "now_group")
    verb = {"rose": "rose", "fell": "fell"}.get(str(result.preview[0].get("direction")))
    if verb is None:
        return {"text": f"{measure.label} {_was(measure)} the same in {then} and in {later}: {now}.", "finding": finding["id"]}
    text = f"{measure.label} {verb} by {_at(result, 'difference')}, from {before} in {then} to {now} in {later}."
    return {"text": text, "finding": finding["id"]}


def _side_by_side(primary: Shown, measure: Column) -> str:
    """The larger one first, and by how much."""
    name = primary.named_by() or primary.dimensions[0]
    high, low = _by_size(primary, measure)
    p, m = primary.id, _ref(measure.name)
    sides = " and ".join(f"{_cell(primary, row, measure)} for {_cell(primary, row, name)}" for row in (high, low))
    return f"{measure.label} {_was(measure)} {sides}, a difference of {{{{difference({p}[{high}].{m}, {p}[{low}].{m})}}}}."


def _by_size(primary: Shown, measure: Column) -> tuple[int, int]:
    first, second = (_number(row.get(measure.name)) for row in primary.preview[:2])
    return (0, 1) if first >= second else (1, 0)


def _number(cell: Any) -> float:
    try:
        return float(cell)
    except (TypeError, ValueError):
        return float("-inf")


def _causes(evidence: Evidence, findings: list[Mapping[str, Any]]) -> list[Claim]:
    """For each split the value that most of the change comes from; its share only where it is a part of the whole."""
    claims = []
    for finding in findings[:MOST_CAUSES]:
        result = evidence.results[finding["result"]]
        by, row = result.columns[0], result.preview[0] if result.preview else {}
        if row.get(by.name) is None or row.get("contribution") is None:
            continue
        share = f", {_at(result, 'share_of_change')} of it" if 0 < _number(row.get("share_of_change")) <= 1 else ""
        text = f"By {_small(by.label)}, {_cell(result, 0, by)} stands out: {_at(result, 'contribution')} of the change{share}."
        claims.append({"text": text, "finding": finding["id"]})
    return claims


# series and lists


def _trend(evidence: Evidence, primary: Shown, finding: Mapping[str, Any]) -> list[Claim]:
    result, measure = evidence.results[finding["result"]], primary.metrics[0]
    at = _preposition(primary)
    peak = (
        f"{measure.label} {_was(measure)} highest {at} {_at(result, 'highest_period')} with {_at(result, 'highest')} "
        f"and lowest {at} {_at(result, 'lowest_period')} with {_at(result, 'lowest')}."
    )
    first, last = (f"{_at(result, end)} {at} {_at(result, f'{end}_period')}" for end in ("first", "last"))
    ends = f"The series begins with {first} and ends with {last}."
    return [{"text": peak, "finding": finding["id"]}, {"text": ends, "finding": finding["id"]}]


def _preposition(result: Shown) -> str:
    day = result.time is not None and (result.time.dimension or "").endswith(":day")
    return "on" if day else "in"


def _list(result: Shown) -> list[Claim]:
    """The first row answers; the next ones give it its measure."""
    if not result.metrics or not result.dimensions:
        return [_bare(result)]
    name, measure = result.named_by() or result.dimensions[0], result.metrics[0]
    claims = [{"text": _leader(result, name, measure)}]
    if result.rows > 1:
        following = [f"{_called(result, i, name)} with {_cell(result, i, measure)}" for i in range(1, min(result.rows, 3))]
        claims.append({"text": f"Next: {' and '.join(following)}."})
    if result.rows > 3 and not result.request.get("limit"):
        claims.append({"text": f"The result has {{{{count({result.id})}}}} rows."})
    return claims


def _leader(result: Shown, name: Column, measure: Column) -> str:
    low = any(o["field"] == measure.name and o["direction"] == "asc" for o in result.request.get("order_by", ()))
    figure, label = _cell(result, 0, measure), _small(measure.label)
    if name == result.time:
        end = f" {'lowest' if low else 'highest'}" if result.request.get("order_by") else ""
        return f"{measure.label} {_was(measure)}{end} {_preposition(result)} {_cell(result, 0, name)}: {figure}."
    if _counts(measure):
        return f"{_called(result, 0, name)} had the {'fewest' if low else 'most'}: {figure} {label}."
    return f"{_called(result, 0, name)} had the {'lowest' if low else 'highest'} {label}: {figure}."


def _called(result: Shown, row: int, name: Column) -> str:
    """A number says what it is ("scheduled hour 19"), a name needs nothing."""
    figure = _cell(result, row, name)
    return f"{name.label if row == 0 else _small(name.label)} {figure}" if name.type in ("integer", "number") else figure


# references


def _cell(result: Shown, row: int, column: Column) -> str:
    return f"{{{{{result.id}[{row}].{_ref(column.name)}}}}}"


def _at(result: Shown, name: str) -> str:
    """A column of the first row of a computed result."""
    return f"{{{{{result.id}[0].{name}}}}}"


def _ref(name: str) -> str:
    """A column as references name it; odd names in quotes."""
    plain = name.replace("_", "a").isalnum() and not name[0].isdigit()
    return name if plain else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _small(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
