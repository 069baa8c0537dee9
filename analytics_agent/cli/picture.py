"""Which pictures an answer gets in a terminal: from its document and the rows of one or two results."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from analytics_agent.cli import findings, series
from analytics_agent.cli.drawing import ACCENT, POINT, Bar, Bars
from analytics_agent.cli.numerals import decimals_for, is_time_part, label, number, shown, unit_of
from analytics_agent.cli.plain import line
from analytics_agent.domain.display_names import Dimension, display_names
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.domain.period import Span, spelled

Row = dict[str, Any]
MOST_BARS = 12
_SERIES_FROM = 9
_COUNTERS = frozenset({"rank", "rows_before", "rows_now", "periods", "missing_periods"})


Picture = Bars | series.Series


def wanted(document: dict[str, Any]) -> tuple[str, ...]:
    """The results whose rows `pictures` needs."""
    found = [document["primary"], *(finding["result"] for finding in _contributions(document)[:1])]
    return tuple(dict.fromkeys(result for result in found if result))


def pictures(document: dict[str, Any], rows: Mapping[str, Sequence[Row]]) -> Iterator[Picture]:
    """The primary result, and what a change is made of, where the answer rests on that."""
    finding = next(iter(_contributions(document)), None)
    fall = _fall(document, finding, rows) if finding else None
    main = _primary(document, rows.get(document["primary"], ()))
    # The two totals are in the waterfall already.
    if main and not (fall and isinstance(main, Bars) and len(main.bars) <= 2):
        yield main
    if fall:
        yield fall


def _contributions(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Contributions that the answer speaks of, in its order."""
    known = {finding["id"]: finding for finding in document["findings"] if finding["operation"] == "contribution"}
    claimed = [claim["finding"] for claim in (document["answer"] or {"claims": ()})["claims"]]
    return [known[name] for name in dict.fromkeys(claimed) if name in known]


def _fall(document: dict[str, Any], finding: dict[str, Any], rows: Mapping[str, Sequence[Row]]) -> Bars | None:
    query = next((query for query in document["queries"] if query["id"] == finding["result"]), None)
    return findings.waterfall(finding, query["columns"], rows.get(finding["result"], ())) if query else None


def _primary(document: dict[str, Any], rows: Sequence[Row]) -> Picture | None:
    query = next((query for query in document["queries"] if query["id"] == document["primary"]), None)
    if query is None or len(rows) < 2:
        return None
    measures = _measures(query["columns"])
    names = [
        column
        for column in query["columns"]
        if column not in measures and not column["metric"] and column["name"] not in _COUNTERS and not _is_added(column, measures)
    ]
    if not measures or not names:
        return None
    measure = _share(query, measures) or _told(measures, document)
    if len(names) == 1 and len(rows) >= _SERIES_FROM and (found := series.of(names[0], measure, rows, _asked(query))):
        return found
    return _bars(names, measure, rows)


def _asked(query: dict[str, Any]) -> Span | None:
    return next((span for condition in query["predicates"] if (span := spelled(condition))), None)


def _measures(columns: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    numbers = [column for column in columns if column["type"] in ("integer", "number") and column["name"] not in _COUNTERS]
    governed = [column for column in numbers if column["metric"]]
    return governed or [column for column in numbers if column is not columns[0] and not is_time_part(column)]


def _is_added(column: dict[str, Any], measures: Sequence[dict[str, Any]]) -> bool:
    """A share, an earlier figure or a change beside its metric: it names no row."""
    is_number = column["type"] in ("integer", "number") and not column.get("dimension")
    return is_number and any(one["metric"] and column["name"].startswith(f"{one['name']}_") for one in measures)


def _share(query: dict[str, Any], measures: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Where shares were asked for, the share and not what it is a share of."""
    found = pairwise(query["columns"])
    return next((share for metric, share in found if metric in measures and share["name"] == f"{metric['name']}_share"), None)


def _told(measures: Sequence[dict[str, Any]], document: dict[str, Any]) -> dict[str, Any]:
    """The first measure, unless the answer speaks of another one and not of it: of population, area and their ratio, the ratio."""
    figures = [figure for claim in (document["answer"] or {"claims": ()})["claims"] for figure in claim["figures"]]
    told = {figure["column"] for figure in figures if figure["result"] == document["primary"]}
    return next((measure for measure in measures if measure["name"] in told), measures[0])


def _bars(names: Sequence[dict[str, Any]], measure: dict[str, Any], rows: Sequence[Row]) -> Bars | None:
    naming, codes = _naming(names, rows)
    # What has no name comes last; what is called by its code has one.
    rows = sorted(
        rows, key=lambda row: all(row.get(one["name"]) is None and row.get(codes.get(one["name"], one["name"])) is None for one in naming)
    )
    present = [(_name(row, naming, codes), value) for row in rows if (value := number(row.get(measure["name"]))) is not None]
    if len(present) < 2 or not any(value for _, value in present):
        return None  # those that have none are named in the answer, and nothing is there to draw
    drawn = present if len(present) <= MOST_BARS + 1 else present[:MOST_BARS]
    decimals = decimals_for(measure, [value for _, value in drawn])
    bars = tuple(Bar(name, shown(value, measure, decimals), 0.0, value, ACCENT if value >= 0 else POINT) for name, value in drawn)
    left = len(rows) - len(drawn)
    return Bars(line(measure["label"]), unit_of(measure), bars, f"and {left:,} more" if left else "")


def _name(row: Row, names: Sequence[dict[str, Any]], codes: Mapping[str, str]) -> str:
    ordered = sorted(names, key=lambda column: column["type"] in ("integer", "number"))  # a name rather than a number
    called = [name if row.get(name) is not None else codes.get(name, name) for name in (column["name"] for column in ordered)]
    return " · ".join(label(row.get(name), name) for name in called)


def _naming(names: Sequence[dict[str, Any]], rows: Sequence[Row]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The columns that name a row, and the code that does where a name is missing: of a code and its name only the name is said. A state
    beside its country is no code."""
    named = [row for row in rows if all(row.get(one["name"]) is not None for one in names)]
    codes = display_names(
        [Dimension(_column(one), [row.get(one["name"]) for row in named], one["type"] in ("date", "timestamp")) for one in names]
    )
    return [one for one in names if one["name"] not in codes], {name: code for code, name in codes.items()}


def _column(one: dict[str, Any]) -> ResultColumn:
    return ResultColumn(name=one["name"], type=one["type"], label=one["label"])
