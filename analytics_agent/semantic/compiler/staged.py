"""Metrics set beside an earlier period, shares, the top few with all others, filled periods, ratios and running totals, in SQL.

Each part of the model is aggregated by facts.py as it would be alone; here the results are laid side by side by their dimensions, and
everything that compares rows is computed from what was put together. Periods are counted out in Python and stand in the SQL as days:
no engine's own arithmetic with months is trusted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlglot import exp

from analytics_agent.domain.catalog import ColumnType, Dialect
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.domain.period import Span
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.compiler import days, explain, shared
from analytics_agent.semantic.compiler.bridged import overlapping, split
from analytics_agent.semantic.compiler.counting import count_of, counted_rows
from analytics_agent.semantic.compiler.cut import PLACE, Cut, Tops, ranked, same
from analytics_agent.semantic.compiler.ending import end_of, ended
from analytics_agent.semantic.compiler.expressions import identifier
from analytics_agent.semantic.compiler.facts import ROWS, Facts
from analytics_agent.semantic.compiler.frame import Frame, Output, Sheet
from analytics_agent.semantic.compiler.members import every_member, members_of
from analytics_agent.semantic.compiler.periods import PeriodRow, earlier_rows, earlier_span, rows_of, window
from analytics_agent.semantic.compiler.resolve import Dimension, Part, Resolved, leaves_of, named, parts_of
from analytics_agent.semantic.compiler.shared import DAY, Ask, Passes
from analytics_agent.semantic.compiler.side_by_side import column, divided, fold, padded
from analytics_agent.semantic.compiler.staged_checks import NO_PERIOD, names_of, refuse_what_has_no_meaning, spine_of, top_of
from analytics_agent.semantic.compiler.ties import MOST_EQUAL
from analytics_agent.semantic.compiler.windows import PERIOD, by_windows
from analytics_agent.semantic.model import Cumulative, Metric, SemanticModel
from analytics_agent.semantic.request import Filter, Period, Top

_EVERY = "every_"


def is_staged(resolved: Resolved) -> bool:
    """Whether a request needs more than metrics by dimensions."""
    request = resolved.request
    asked = request.compare or request.share_of is not None or request.top or request.fill or request.members or request.counted
    return bool(asked) or any(metric.stands_on for metric in resolved.metrics)


class Staged:
    def __init__(
        self,
        model: SemanticModel,
        resolved: Resolved,
        facts: Facts,
        dialect: Dialect,
        picked: Sequence[tuple[Filter, Dimension]] = (),
    ) -> None:
        refuse_what_has_no_meaning(model, resolved)
        self._model = model
        self._resolved = resolved
        self._request = resolved.request
        self._facts = facts
        self._picked = picked
        self._dialect: Dialect = dialect
        self._steps: list[tuple[str, exp.Query]] = []
        self._taken = {d.name for d in model.datasets} | {d.source.split(".")[-1].strip('"`') for d in model.datasets}
        self._rows_in: dict[str, str] = {}
        self._spine = spine_of(model, resolved)
        self._passes = Passes(facts, self._spine)
        self._wholes: dict[str, str] = {}
        """Metrics whose groups overlap, each with the column that holds what its shares are of."""

    # rows

    def _select(
        self, part: Part, dimensions: Sequence[Dimension], period: Period | None, *, cut: Cut | None, called: Mapping[str, str]
    ) -> exp.Select:
        """Rows of a part: from those that were grouped once for several uses, where these hold them."""
        base = self._passes.base_of(part, period)
        if base is None:
            return self._facts.select(part, dimensions, period, cut=cut, called=called)
        return shared.read(self._facts, base, self._once("finely", shared.fine(self._facts, base)), dimensions, period, called, cut)

    def _find_passes(self, frame: Frame, is_cut: bool) -> None:
        asks = [
            Ask(part, self._period_of(part, earlier), part.cumulative is not None)
            for part in self._resolved.parts
            if not (overlapping(self._model, part, frame.dimensions) or (is_cut and split(self._model, part, frame.dimensions, ())))
            for earlier in ((False, True) if self._request.compare else (False,))
        ]
        self._passes.find(asks, frame.dimensions, is_cut=is_cut)

    def _period_of(self, part: Part, earlier: bool) -> Period | None:
        """All that a part needs: of a running total what its windows hold."""
        period = self._period(earlier)
        if part.cumulative is None or period is None:
            return period
        ends = [row.span.end for row in self._rows(self._spine, earlier=earlier)] if self._spine else [period.end]
        spans = [window(part.cumulative, end) for end in ends]
        return Period(min(span.start for span in spans), max(span.end for span in spans), period.field)

    def build(self) -> tuple[exp.Select, tuple[ResultColumn, ...]]:
        frame = Frame(self._resolved.dimensions, self._spine)
        self._find_passes(frame, self._request.top is not None)  # by the whole, to which weights may not add up
        tops = self._tops(self._request.top) if self._request.top and self._request.top.within else None
        if self._request.top and tops is None:
            frame = replace(frame, cut=self._cut(self._request.top))
        folded = self._put_together(self._sheets(self._resolved.parts, frame), frame)
        if self._request.fill and frame.spine:
            folded = self._filled(folded, frame, frame.spine)
        elif self._request.members:
            folded = self._with_members(folded, frame)
        folded = self._with_wholes(folded, frame)
        query, columns = self._final(folded, frame, tops)
        for name, step in self._steps:
            query = query.with_(exp.to_identifier(name), as_=step, materialized=self._is_kept(name), copy=False)
        return query, columns

    # steps

    def _is_kept(self, name: str) -> bool | None:
        """What is grouped once for several uses is not to be grouped with each of them."""
        return True if name.startswith("finely") and self._dialect in ("postgres", "duckdb", "sqlite") else None

    def _step(self, name: str, query: exp.Query) -> str:
        """A step of the statement under a name that no table of the model has: it would take that table's place."""
        free = next(each for each in (name, *(f"{name}_{i}" for i in range(2, 100))) if each not in self._taken)
        self._taken.add(free)
        self._steps.append((free, query))
        return free

    def _sheets(self, parts: Iterable[Part], frame: Frame) -> list[Sheet]:
        parts = tuple(parts)
        now = [self._sheet(part, frame, earlier=False) for part in parts]
        return now + [self._sheet(part, frame, earlier=True) for part in parts] if self._request.compare else now

    def _sheet(self, part: Part, frame: Frame, *, earlier: bool) -> Sheet:
        counter = f"{ROWS}{len(set(self._rows_in.values())) + 1}"
        called = {m.name: self._earlier_name(m.name) if earlier else m.name for m in part.metrics}
        self._rows_in |= dict.fromkeys(called.values(), counter)
        called[ROWS] = counter
        if part.cumulative is not None:
            query = self._added_up(part, part.cumulative, frame, called, earlier)
        elif earlier and frame.spine is not None:
            query = self._moved(part, frame, frame.spine, called)
        else:
            query = self._select(part, frame.dimensions, self._period(earlier), cut=frame.cut, called=called)
        return Sheet(query, tuple(called.values()))

    def _period(self, earlier: bool) -> Period | None:
        period = self._request.time
        if period is None or not earlier or self._request.compare is None:
            return period
        span = earlier_span(Span(period.start, period.end), self._request.compare, self._spine.grain if self._spine else None)
        return Period(span.start, span.end, period.field)

    def _rows(self, spine: Dimension, *, earlier: bool = False) -> list[PeriodRow]:
        period = self._request.time
        if period is None or spine.grain is None:
            raise ToolRefused(NO_PERIOD)
        rows = rows_of(Span(period.start, period.end), spine.grain, self._model.fiscal_start)
        return earlier_rows(rows, self._request.compare, spine.grain) if earlier and self._request.compare else rows

    def _moved(self, part: Part, frame: Frame, spine: Dimension, called: dict[str, str]) -> exp.Select:
        """The earlier rows under the names of the periods that they are compared with."""
        query = self._select(part, frame.dimensions, self._period(True), cut=frame.cut, called=called)
        rows = [{PERIOD: row.name, DAY: row.source} for row in self._rows(spine, earlier=True)]
        kept = [column(name, "earlier") for name in (*frame.names_but(spine), *called.values())]
        named = exp.alias_(column(PERIOD, "periods"), identifier(spine.name))
        on = exp.EQ(this=column(spine.name, "earlier"), expression=column(DAY, "periods"))
        return exp.select(named, *kept).from_(query.subquery("earlier", copy=False)).join(self._table_of_days(rows), on=on)

    def _added_up(self, part: Part, cumulative: Cumulative, frame: Frame, called: dict[str, str], earlier: bool) -> exp.Select:
        """Days of the fact, each added to every period whose window holds it; without an axis the one window at the end of the time."""
        spine, period = frame.spine, self._period(earlier)
        if spine is None:
            if period is None:
                if cumulative.unit:
                    raise ToolRefused(f"{named(part.metrics[0])} ends with a period: ask by one, such as by month, or say which (`time`).")
                return self._select(part, frame.dimensions, None, cut=frame.cut, called=called)
            span = window(cumulative, period.end)
            return self._select(part, frame.dimensions, Period(span.start, span.end, period.field), cut=frame.cut, called=called)
        return self._by_windows(part, cumulative, frame, spine, called, earlier)

    def _by_windows(
        self, part: Part, cumulative: Cumulative, frame: Frame, spine: Dimension, called: dict[str, str], earlier: bool
    ) -> exp.Select:
        period = self._period(earlier)
        rows = [(row.name, window(cumulative, row.span.end)) for row in self._rows(spine, earlier=earlier)]
        whole = Period(min(span.start for _, span in rows), max(span.end for _, span in rows), period.field if period else None)
        by_day = tuple(replace(d, grain="day", name=DAY) if d == spine else d for d in frame.dimensions)
        found = self._select(part, by_day, whole, cut=frame.cut, called=called)
        others = frame.names_but(spine)
        return by_windows(found, rows, spine.name, others, tuple(called.values()), self._table_of_days, self._dialect)

    def _table_of_days(self, rows: Sequence[dict[str, date]], *more: exp.Expr) -> exp.Expr:
        most = days.longest_run(rows)
        numbers = self._once("numbers", days.numbers(most, self._once("digits", days.digits()))) if most else None
        named = self._once("periods", days.table(rows, self._dialect, numbers, more))
        return exp.alias_(exp.to_table(named), "periods", table=True)

    def _periods_of(self, spine: Dimension, every: exp.Expr) -> exp.Expr:
        """The periods of the axis; where they stand beside earlier ones already, these."""
        if not self._request.compare:
            return self._table_of_days([{PERIOD: row.name} for row in self._rows(spine)], every)
        beside = self._table_of_days([{PERIOD: row.name, DAY: row.source} for row in self._rows(spine, earlier=True)])
        named = self._once("periods", exp.select(column(PERIOD), every).from_(beside.this))
        return exp.alias_(exp.to_table(named), "periods", table=True)

    def _once(self, name: str, query: exp.Query) -> str:
        """A step under the name of one that is the same."""
        return next((known for known, step in self._steps if step == query), None) or self._step(name, query)

    def _put_together(self, sheets: Sequence[Sheet], frame: Frame) -> str:
        """Side by side, none lost: stacked with NULL in each other's columns, then folded. Two at a time, so that every column of
        NULLs takes its type from its neighbor."""
        first, *others = sheets
        held = list(first.columns)
        folded = self._step("part_1", first.query)
        for number, sheet in enumerate(others, start=2):
            added = list(sheet.columns)
            name = self._step(f"part_{number}", sheet.query)
            arms = [padded(folded, frame.names(), held, held + added), padded(name, frame.names(), added, held + added)]
            held += added
            folded = self._step(f"together_{number}", fold(arms, frame.names(), held, self._dialect))
        return folded

    def _filled(self, folded: str, frame: Frame, spine: Dimension) -> str:
        """With each period of the spine for each combination of the other dimensions that there is."""
        every = exp.alias_(exp.Literal.number(1), identifier(_EVERY))
        periods = self._periods_of(spine, every)
        others = [name for name in frame.names() if name != spine.name]
        there: exp.Query = exp.select(*map(column, others), every.copy()).distinct().from_(folded)
        if self._request.members:
            members = exp.select(*map(column, others), every.copy()).from_(self._members(frame).subquery("members", copy=False))
            there = exp.union(there, members, distinct=True, copy=False)
        found = there.subquery("found", copy=False)
        outputs = {spine.name: column(PERIOD, "periods"), **{name: column(name, "found") for name in others}}
        held = self._held()
        nothing = [exp.alias_(exp.Null(), identifier(name)) for name in held]
        empty = exp.select(*(exp.alias_(outputs[name], identifier(name)) for name in frame.names()), *nothing).from_(periods)
        if others:
            empty = empty.join(found, on=exp.EQ(this=column(_EVERY, "periods"), expression=column(_EVERY, "found")))
        return self._step("filled", fold([padded(folded, frame.names(), held, held), empty], frame.names(), held, self._dialect))

    def _members(self, frame: Frame) -> exp.Select:
        """The dimensions of every member, those too that no row belongs to."""
        found = members_of(self._model, self._resolved, frame.spine)
        return every_member(self._model, self._resolved, found, self._facts, [f for f, _ in self._picked])

    def _with_members(self, folded: str, frame: Frame) -> str:
        held = self._held()
        nothing = [exp.alias_(exp.Null(), identifier(name)) for name in held]
        every = exp.select(*map(column, frame.names()), *nothing).from_(self._members(frame).subquery("members", copy=False))
        return self._step("with_members", fold([padded(folded, frame.names(), held, held), every], frame.names(), held, self._dialect))

    def _held(self) -> list[str]:
        return list(dict.fromkeys([*self._rows_in, *self._rows_in.values()]))

    # shares of groups that overlap

    def _with_wholes(self, folded: str, frame: Frame) -> str:
        """With what shares are of, counted by itself: groups to which rows belong several times over do not add up to it."""
        if self._request.share_of is None:
            return folded
        within = tuple(self._dimension_named(key) for key in self._request.share_of.within)
        apart = [d for d in frame.dimensions if d not in within]
        for part in self._resolved.parts:
            metrics = tuple(m for m in part.metrics if m in self._resolved.metrics and m.additivity == "additive")
            if metrics and overlapping(self._model, part, apart):
                folded = self._with_whole(folded, replace(part, metrics=metrics), frame, within)
        return folded

    def _with_whole(self, folded: str, part: Part, frame: Frame, within: tuple[Dimension, ...]) -> str:
        cut = frame.cut if frame.cut and frame.cut.dimension in within else None
        if frame.cut and cut is None and not frame.cut.others:
            raise ToolRefused(
                "Shares of the top alone, whose groups overlap, are of nothing that adds up: ask with all others beside it (`others`)."
            )
        names = {m.name: self._free(f"{m.name}_whole") for m in part.metrics}
        query = self._facts.select(part, within, self._period(False), cut=cut, called={**names, ROWS: ROWS})
        keys = [d.name for d in within] + ([PLACE] if cut else [])
        renamed = [exp.alias_(column(name), f"within_{i}_") for i, name in enumerate(keys)]
        whole = self._step("whole", exp.select(*renamed, *map(column, names.values())).from_(query.subquery("counted", copy=False)))
        own = [column(name, "folded") for name in (*frame.names(), *self._rows_in, *dict.fromkeys(self._rows_in.values()))]
        own += [column(name, "folded") for name in self._wholes.values()]
        select = exp.select(*own, *(column(name, "whole") for name in names.values()))
        select = select.from_(exp.alias_(exp.to_table(folded), "folded", table=True))
        on = [same(column(name, "folded"), column(f"within_{i}_", "whole")) for i, name in enumerate(keys)]
        table = exp.alias_(exp.to_table(whole), "whole", table=True)
        select = select.join(table, on=exp.and_(*on), join_type="left") if on else select.join(table, join_type="cross")
        self._wholes |= names
        return self._step("beside_whole", select)

    # the top few

    def _cut(self, top: Top) -> Cut:
        dimension, by = top_of(self._resolved, top)
        ranked, names = self._ranked(top, by, (dimension,)), names_of(dimension, self._resolved.dimensions)
        return Cut(dimension, ranked, top.count + MOST_EQUAL, top.others, names)

    def _tops(self, top: Top) -> Tops:
        dimension, by = top_of(self._resolved, top)
        within = tuple(self._dimension_named(key) for key in top.within)
        return Tops((*within, dimension), self._ranked(top, by, (*within, dimension)))

    def _ranked(self, top: Top, by: Metric, dimensions: tuple[Dimension, ...]) -> str:
        frame = Frame(dimensions, self._spine if self._spine in dimensions else None)
        parts = parts_of(self._model, leaves_of(self._model, (by,)))
        folded = self._put_together([self._sheet(part, frame, earlier=False) for part in parts], frame)
        value = self._value(by)
        self._rows_in.clear()
        return self._step("the_top", ranked(folded, frame.names(), value, self._kind(by), top.count))

    # values

    def _earlier_name(self, name: str) -> str:
        return self._free(f"{name}_previous")

    def _free(self, name: str) -> str:
        own = {d.name for d in self._resolved.dimensions} | {m.name for m in (*self._resolved.metrics, *self._resolved.leaves)}
        return next(each for each in (name, *(f"{name}_{i}" for i in range(2, 100))) if each not in own)

    def _value(self, metric: Metric, *, earlier: bool = False) -> exp.Expr:
        if metric.ratio is None:
            return self._leaf(metric, earlier)
        above, below = (self._leaf(leaf, earlier) for leaf in leaves_of(self._model, (metric,)) * (2 if len(set(metric.ratio)) == 1 else 1))
        return divided(above, below)

    def _leaf(self, leaf: Metric, earlier: bool) -> exp.Expr:
        """No rows at all are a count of 0 always, and a sum of 0 where periods are compared or filled, or members shown. A sum of
        rows whose values are all unknown stays unknown."""
        name = self._earlier_name(leaf.name) if earlier else leaf.name
        value, nought = column(name), exp.Literal.number(0)
        if isinstance(self._facts.metric(leaf), exp.Count):
            return exp.Coalesce(this=value, expressions=[nought])
        is_sum = leaf.additivity == "additive" or leaf.cumulative is not None
        if not (is_sum and (self._request.fill or self._request.compare or self._request.members)):
            return value
        rows = exp.Coalesce(this=column(self._rows_in[name]), expressions=[nought.copy()])
        return exp.Case(ifs=[exp.If(this=exp.EQ(this=rows, expression=nought.copy()), true=nought)], default=value)

    def _kind(self, metric: Metric) -> ColumnType:
        return "number" if metric.ratio else self._facts.types.of(self._facts.metric(metric))

    def _outputs(self, frame: Frame) -> list[Output]:
        outputs = [Output(self._described(d, frame), column(d.name)) for d in frame.dimensions]
        for metric in self._resolved.metrics:
            outputs += self._of_metric(metric, frame)
        return outputs

    def _of_metric(self, metric: Metric, frame: Frame) -> Iterable[Output]:
        value = self._value(metric)
        shown = explain.metric_column(self._model, self._resolved, metric, self._kind(metric))
        yield Output(shown, value)
        if self._request.compare:
            before = self._value(metric, earlier=True)
            change = exp.Sub(this=exp.paren(value), expression=exp.paren(before))
            base = exp.Abs(this=before.copy())
            for what, tree in (("previous", before), ("change", change), ("percent_change", divided(change, base))):
                yield Output(explain.compared_column(shown, what, self._free(f"{metric.name}_{what}"), self._request.compare), tree)
        if self._request.share_of is not None and metric.additivity == "additive":
            within = [self._dimension_named(key) for key in self._request.share_of.within]
            # A member that is called like all others is none of them.
            place = [PLACE] if frame.cut and frame.cut.dimension in within else []
            total: exp.Expr = exp.Window(
                this=exp.Sum(this=value.copy()), partition_by=[column(name) for name in (*(d.name for d in within), *place)]
            )
            if metric.name in self._wholes:
                total = column(self._wholes[metric.name])
            share = explain.share_column(shown, self._free(f"{metric.name}_share"), [explain.called(d) for d in within])
            yield Output(share, divided(value, total))

    def _dimension_named(self, key: str) -> Dimension:
        return next(d for d in self._resolved.dimensions if key in (d.key, d.name, d.field.path))

    def _described(self, dimension: Dimension, frame: Frame) -> ResultColumn:
        tree = self._facts.dimension(self._resolved.parts[0], dimension)
        is_cut = frame.cut is not None and dimension in (frame.cut.dimension, *frame.cut.names)
        return explain.dimension_column(dimension, "text" if is_cut else self._facts.types.of(tree))

    # the end

    def _final(self, folded: str, frame: Frame, tops: Tops | None) -> tuple[exp.Select, tuple[ResultColumn, ...]]:
        """Values first, then thresholds, so that a share is one of all rows; then what is counted, order and limit."""
        outputs = self._outputs(frame)
        place = [column(PLACE)] if frame.cut else []
        valued = exp.select(*(exp.alias_(o.value.copy(), identifier(o.column.name)) for o in outputs), *place).from_(folded)
        named, columns = self._step("result", valued), tuple(o.column for o in outputs)
        named = self._step("of_the_top", tops.among(named, [c.name for c in columns])) if tops else named
        conditions = self._facts.thresholds({m.name: column(m.name) for m in self._resolved.metrics})
        conditions += [self._facts.condition(f, column(d.name)) for f, d in self._picked]
        if self._request.counted:
            count = count_of(self._model, self._resolved, self._request.counted)
            columns = count.columns(columns)
            counted = counted_rows(named, count, conditions, self._dialect)
            query = exp.select(*(column(c.name) for c in columns)).from_(counted.subquery("counted", copy=False))
            return ended(query, [c.name for c in columns], end_of(self._resolved, columns)), columns
        query = exp.select(*(column(c.name) for c in columns)).from_(named)
        query = query.where(*conditions) if conditions else query
        places = tops.places if tops else [PLACE] if frame.cut else []
        return ended(query, [c.name for c in columns], end_of(self._resolved, columns, places)), columns
