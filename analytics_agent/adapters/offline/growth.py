"""The offline model's sentences on figures that stand beside those of an earlier period: what rose, what fell, and by how much."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from analytics_agent.adapters.offline.evidence import Column, Shown
from analytics_agent.adapters.offline.rows import Rows
from analytics_agent.adapters.offline.words import (
    Claim,
    Prose,
    at,
    big,
    claim,
    counts,
    fitting,
    grain_of,
    number,
    place,
    preposition,
    stated,
    was,
)
from analytics_agent.domain.period import Span, whole_unit

NOTHING_BEFORE = "There is no figure of the earlier period to compare with."


@dataclass(frozen=True)
class Grown:
    """One measure of a compared result with its three columns: the earlier value, the change, and the change as a share of what was."""

    result: Shown
    measure: Column
    previous: Column
    change: Column
    percent: Column

    @property
    def earlier(self) -> str:
        return "a year before" if self.result.request.get("compare") == "previous_year" else f"in the {self._unit} before"

    @property
    def _unit(self) -> str:
        """What one period is: that of the rows, or the whole that was asked for where it is one month or the like."""
        if self.result.time:
            return grain_of(self.result.time)
        asked = self.result.request.get("time") or {}
        try:
            span = Span(date.fromisoformat(asked["from"]), date.fromisoformat(asked["to"]))
        except (KeyError, ValueError):
            return "period"
        return whole_unit(span) or "period"

    @cached_property
    def rows(self) -> Rows:
        names = self.result.names or ((self.result.time,) if self.result.time else ())
        return Rows(self.result, names, self.percent if self.by_percent else self.change)

    @property
    def by_percent(self) -> bool:
        """Whether what grew most is asked for by its change in percent."""
        return any(order["field"] == self.percent.name for order in self.result.request.get("order_by", ()))

    def number(self, row: int, column: Column) -> float | None:
        return number(self.result.preview[row].get(column.name))

    def moved(self, row: int) -> str:
        """ "rose by 5 (up 10 %)"; what there was nothing of has no percentage."""
        change = self.number(row, self.change) or 0.0
        if not change:
            return "did not change"
        up = change > 0
        by = f"{{{{abs({place(self.result, row, self.change.name)})}}}}"
        share = f" ({'up' if up else 'down'} {{{{abs({place(self.result, row, self.percent.name)})}}}})" if self.has_percent(row) else ""
        return f"{'rose' if up else 'fell'} by {by}{share}"

    def has_percent(self, row: int) -> bool:
        return bool(self.number(row, self.percent)) and self.measure.format != "percent"

    def where(self, row: int) -> str:
        when = preposition(self.rows.name) if self.rows.name == self.result.time else "for"
        return f"{when} {self.rows.called(row)}"


def compared(result: Shown) -> Grown | None:
    """The first measure beside its earlier values, where the result was compared."""
    if not result.request.get("compare") or not result.metrics:
        return None
    first = result.columns.index(result.metrics[0])
    beside = result.columns[first + 1 : first + 4]
    return Grown(result, result.metrics[0], *beside) if len(beside) == 3 and not any(c.metric for c in beside) else None


def growth_told(grown: Grown) -> Prose:
    result, measure = grown.result, grown.measure
    if result.rows == 1 and not result.dimensions:
        return _alone(grown)
    known = [row for row in grown.rows.order if grown.number(row, grown.previous) is not None]
    label = f"{measure.label} beside {grown.earlier.removeprefix('in ')}"
    if not known:
        first = claim(f"{measure.label} range from {_end('min', result, measure)} to {_end('max', result, measure)}.")
        return Prose(label, (first,), not_answered=(NOTHING_BEFORE,))
    if result.time and result.things:
        return Prose(label, (_ranges(grown),))
    return Prose(_headline(grown, known) or label, tuple(_ends(grown, known)))


def _alone(grown: Grown) -> Prose:
    result, measure = grown.result, grown.measure
    now = big(stated(measure, at(result, measure.name)))
    before, change = grown.number(0, grown.previous), grown.number(0, grown.change)
    verb = "rose" if (change or 0) > 0 else "fell" if (change or 0) < 0 else f"{was(measure)} unchanged"
    if before is None or change is None:
        return Prose(measure.label, (claim(f"{now}."),), not_answered=(NOTHING_BEFORE,))
    if not change:
        return Prose(f"{measure.label} {verb}", (claim(f"{now}, the same as {grown.earlier}."),))
    more = "more" if change > 0 else "fewer" if counts(measure) else "less"
    by = f"{{{{abs({place(result, 0, grown.change.name)})}}}}"
    text = f"{now}, {by} {more} than {grown.earlier} ({at(result, grown.previous.name)})"
    share = f"{{{{abs({place(result, 0, grown.percent.name)})}}}}" if grown.has_percent(0) else ""
    text += f", {'up' if change > 0 else 'down'} {share}" if share else ""
    return Prose(f"{measure.label} {verb}", (claim(f"{text}."),))


def _ends(grown: Grown, known: list[int]) -> list[Claim]:
    """The largest rise and the largest fall where all rows are shown; else the first row alone."""
    if not grown.rows.whole:
        first = known[0] if grown.result.request.get("order_by") else 0
        return [claim(_sentence(grown, first))] if first in known else [_ranges(grown)]
    most, least = known[0], known[-1]
    if grown.rows.low:
        most, least = least, most
    told = [claim(_sentence(grown, most))]
    return told if most == least else [*told, claim(_sentence(grown, least))]


def _sentence(grown: Grown, row: int) -> str:
    label, cell = grown.measure.label, at(grown.result, grown.measure.name, row)
    if grown.number(row, grown.change) is None:
        return f"{label} {was(grown.measure)} {cell} {grown.where(row)}, and there is no figure of the earlier period."
    return (
        f"{label} {grown.moved(row)} {grown.where(row)}, to {cell}, against {at(grown.result, grown.previous.name, row)} {grown.earlier}."
    )


def _headline(grown: Grown, known: list[int]) -> str:
    most = known[-1] if grown.rows.low else known[0]
    rose = (grown.number(most, grown.change) or 0) > 0
    if not grown.rows.whole or not rose or not grown.rows.in_heading(most):
        return ""
    most_of = "most in percent" if grown.by_percent else "most"
    return fitting(f"{grown.measure.label} rose {most_of} {grown.where(most)}")


def _ranges(grown: Grown) -> Claim:
    low, high = (_end(name, grown.result, grown.change) for name in ("min", "max"))
    return claim(f"The change since {grown.earlier.removeprefix('in ')} ranges from {low} to {high}.")


def _end(function: str, result: Shown, column: Column) -> str:
    return f"{{{{{function}({result.id}.{column.name})}}}}"
