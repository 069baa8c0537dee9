"""What a request means, for people: labels and units of its columns, and sentences on how it was read."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from analytics_agent.domain.catalog import ColumnType
from analytics_agent.domain.evidence import ResultColumn, ValueFormat
from analytics_agent.semantic.compiler.bridged import crossing_of, overlapping, split
from analytics_agent.semantic.compiler.ending import Ended
from analytics_agent.semantic.compiler.resolve import Dimension, Part, Resolved, listed
from analytics_agent.semantic.compiler.ties import MOST_EQUAL
from analytics_agent.semantic.model import Cumulative, Metric, SemanticModel
from analytics_agent.semantic.request import Compared, Counted

_FORMATS: dict[ColumnType, ValueFormat] = {"text": "text", "boolean": "text", "date": "date", "timestamp": "timestamp", "time": "text"}


def dimension_column(dimension: Dimension, kind: ColumnType) -> ResultColumn:
    if dimension.grain:
        kind = "timestamp" if dimension.grain == "hour" else "date"
    field = dimension.field
    label = f"{field.label} ({dimension.grain})" if dimension.grain else field.label
    return ResultColumn(
        name=dimension.name,
        type=kind,
        label=label,
        unit=field.unit,
        format=_FORMATS.get(kind, field.format or ("text" if kind == "other" else "number")),
        decimals=field.decimals,
        dimension=dimension.key,
        higher_is=field.higher_is,
    )


def metric_column(model: SemanticModel, resolved: Resolved, metric: Metric, kind: ColumnType) -> ResultColumn:
    """Where rows belong to several groups, the groups do not add up; where they are split among groups, a count is no whole number."""
    parts = [part for part in resolved.parts if {metric.name, *(metric.ratio or ())} & {each.name for each in part.metrics}]
    overlaps = any(overlapping(model, part, resolved.dimensions) for part in parts)
    in_parts = any(split(model, part, resolved.dimensions, resolved.request.filters) for part in parts)
    return ResultColumn(
        name=metric.name,
        type="number" if kind == "other" or in_parts else kind,
        label=metric.label,
        unit=metric.unit,
        format=metric.format,
        decimals=(metric.decimals or None) if in_parts else metric.decimals,
        metric=metric.name,
        higher_is=metric.higher_is,
        additive=metric.additivity == "additive" and not overlaps,
    )


def compared_column(of: ResultColumn, kind: str, name: str, compared: Compared) -> ResultColumn:
    """The column of an earlier period, of the change since then, or of the change as a share of what was."""
    earlier = "previous period" if compared == "previous_period" else "a year before"
    if kind == "previous":
        return replace(of, name=name, label=f"{of.label} ({earlier})", metric=None)
    if kind == "change":
        return replace(of, name=name, label=f"{of.label}: change", metric=None)
    label = f"{of.label}: change in percent"
    return replace(of, name=name, type="number", label=label, unit=None, format="percent", decimals=None, metric=None, additive=False)


def called(dimension: Dimension) -> str:
    """Inside a label: "quarter" of a time, "region" of what is called Region."""
    if dimension.grain:
        return dimension.grain.replace("_", " ")
    label = dimension.field.label
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def share_column(of: ResultColumn, name: str, within: Sequence[str]) -> ResultColumn:
    label = f"{of.label}: share of " + (f"its {', '.join(within)}" if within else "all")
    return ResultColumn(name=name, type="number", label=label, format="percent", additive=not within and of.additive is True)


def caveats(model: SemanticModel, resolved: Resolved) -> tuple[str, ...]:
    """What the metrics leave out, each sentence once."""
    denied = [f for f in resolved.request.filters if f.op in ("!=", "not_in")]
    left_out = [
        f"Rows without a value of {f.field} are left out by the filter."
        for f in denied
        if any(crossing_of(model, part, f) is None for part in resolved.parts)
    ]
    metrics = (*resolved.metrics, *resolved.leaves)
    over = [text for part in resolved.parts for text in _over_bridges(model, resolved, part)]
    return tuple(dict.fromkeys([*(text for metric in metrics for text in metric.caveats), *left_out, *over]))


def _over_bridges(model: SemanticModel, resolved: Resolved, part: Part) -> Iterator[str]:
    """What groups mean to which a row belongs several times over."""
    if several := overlapping(model, part, resolved.dimensions):
        labels = " and ".join(_small(d.field.label) for d in several)
        yield f"A row of {part.fact} counts in every {labels} that it belongs to, so these rows do not add up to the total."
    for crossing in split(model, part, resolved.dimensions, resolved.request.filters):
        yield f"A row of {part.fact} that has several {crossing.bridge} is split among them by their weights."


def readings(model: SemanticModel, resolved: Resolved, end: Ended) -> Iterator[str]:
    """How compared, cut, filled and counted rows were read, and what is told of balances and running totals."""
    request = resolved.request
    for leaf in resolved.leaves:
        if leaf.balance:
            yield f"{leaf.label}: of each {', '.join(leaf.balance.keys)} the {leaf.balance.pick} state in the period."
        if leaf.cumulative:
            yield f"{leaf.label}: {_window(leaf.cumulative)}."
    if request.compare:
        yield "Compared with the same a year before." if request.compare == "previous_year" else "Compared with the period before."
    if request.top:
        groups = listed(called(d) for d in resolved.dimensions if {d.key, d.name, d.field.path} & {*request.top.within})
        rest = ", all others in one row" if request.top.others else f" of each {groups}" if groups else " only"
        yield f"The top {request.top.count} by {_metric_label(model, request.top.by or request.metrics[0])}{rest}."
        yield f"What equals the last of the top is among it, up to {MOST_EQUAL} more."
    if end.is_extended:
        yield f"Rows that equal the last one by which the limit counts are shown too, up to {MOST_EQUAL} more."
    if request.fill:
        yield "Periods without rows are shown: as 0 for counts and sums, as unknown for everything else."
    if request.members:
        done = "counted" if request.counted else "shown"
        yield f"What no row belongs to is {done} too: as 0 for counts and sums, as unknown for everything else."
    if request.counted:
        yield from _of_counted(resolved, request.counted)


def _of_counted(resolved: Resolved, counted: Counted) -> Iterator[str]:
    """Of what is unknown nobody knows how many it is."""
    of = [d for d in resolved.dimensions if not {d.key, d.name, d.field.path} & {*counted.by}]
    what = listed(called(d) for d in of)
    passing = " that pass the conditions on them" if resolved.request.having else ""
    yield f"Counted by {what}: how many there are{passing}. Rows without a value of {what} are not counted."


def _window(cumulative: Cumulative) -> str:
    if cumulative.unit is None:
        return "added up from the beginning of the data to the end of each period"
    if not cumulative.count:
        return f"added up from the beginning of the {cumulative.unit} to the end of each period"
    return f"added up over the {cumulative.count} {cumulative.unit}{'s' if cumulative.count > 1 else ''} to the end of each period"


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


def _metric_label(model: SemanticModel, name: str) -> str:
    metric = model.metric(name)
    return _small(metric.label) if metric else name
