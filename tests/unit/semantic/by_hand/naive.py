"""What a request means, worked out row by row: nothing here knows any SQL, or takes a step that the compiler takes."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

from unit.semantic.by_hand.joined import COMPARED, DENIED, fulfills, joined, version, within
from unit.semantic.by_hand.members import members
from unit.semantic.by_hand.metrics import ADDITIVE, LEAVES, RATIOS, Leaf
from unit.semantic.by_hand.periods import Between, earlier, periods, start_of
from unit.semantic.chain import BRIDGES, OTHERS, WEIGHED, Row

from analytics_agent.semantic.request import Filter, MetricRequest, Top

Group = tuple[Any, ...]
_MOST_EQUAL = 20
_PLACE = ""
"""The place among the top, where rows are ordered."""


class Naive:
    def __init__(self, rows: dict[str, list[Row]], request: MetricRequest) -> None:
        self.rows = rows
        self.facts = {fact: joined(rows, fact) for fact in ("sales", "visits", "stock", "calls")}
        for row in self.facts["sales"]:
            row["versions"] = {time: version(rows["tiers"], row["client"], row[time]) for time in ("day", "paid_on")}
        self.kept: Mapping[str, Mapping[Any, int]] = {}
        self.firsts: Mapping[Group, int] = {}
        self.picked = _picked(request)
        self._ask(replace(request, filters=tuple(f for f in request.filters if f not in self.picked)))

    def _ask(self, request: MetricRequest) -> None:
        self.request = request
        self.known: dict[tuple[Any, ...], dict[Group, list[Row]]] = {}
        times = [key for key in request.dimensions if ":" in key]
        self.grain = times[0].partition(":")[2] if times else None
        self.by = _own(times[0].partition(":")[0]) if times else None
        self.when = _own(request.time.field) if request.time and request.time.field else None
        self.keys = [key for key in request.dimensions if ":" not in key]
        self.period = (request.time.start, request.time.end) if request.time else None
        asked = [m for m in (request.top.by if request.top else None, *(o.field for o in request.order_by)) if m in LEAVES or m in RATIOS]
        self.metrics: list[str] = list(dict.fromkeys((*request.metrics, *(h.metric for h in request.having), *(m for m in asked if m))))
        self.leaves = list(dict.fromkeys(leaf for metric in self.metrics for leaf in RATIOS.get(metric, (metric,))))

    def answer(self) -> list[Group]:
        if self.request.top:
            self._cut(self.request.top)
        table = {group: {name: self._value(name, group) for name in self.metrics} for group in self._groups()}
        rows = self._counted(table) if self.request.counted else list(self._listed(table))
        return [tuple(OTHERS if value is _REST else value for value in row.values()) for row in self._limited(self._in_order(rows))]

    def _listed(self, table: dict[Group, dict[str, Any]]) -> Iterable[Row]:
        for group, values in table.items():
            row = dict(zip(self.request.dimensions, group, strict=True))
            if self._passes(values) and self._is_picked(group) and (not self._has_firsts or self._first(row) in self.firsts):
                yield row | dict(self._outputs(group, table))

    def _counted(self, table: dict[Group, dict[str, Any]]) -> list[Row]:
        """How many groups pass; those of which something is unknown are no members."""
        assert self.request.counted
        by = self.request.counted.by
        counts = {} if by else {(): 0}
        for group, values in table.items():
            found = dict(zip(self.request.dimensions, group, strict=True))
            kept = tuple(found.pop(key) for key in by)
            passes = self._passes(values) and self._is_picked(group) and None not in found.values()
            counts[kept] = counts.get(kept, 0) + passes
        return [{**dict(zip(by, kept, strict=True)), "count": count} for kept, count in counts.items()]

    # the order of rows, and where a limit cuts them

    def _first_order(self) -> list[tuple[str, str]]:
        """What was asked for, else time runs forward, or the largest are first; the top stand by their places."""
        by = self.request.counted.by if self.request.counted else self.request.dimensions
        found = [(o.field, str(o.direction)) for o in self.request.order_by] or [(d, "asc") for d in by if ":" in d]
        return found or ([] if self.request.top else [("count" if self.request.counted else self.metrics[0], "desc")])

    def _in_order(self, rows: list[Row]) -> list[Row]:
        """In the first order, then by all that is grouped by. What is unknown is last."""
        wanted = self._first_order()
        dimensions = [d for d in self.request.dimensions if not self.request.counted or d in self.request.counted.by]
        rest = [*(self.request.top.within if self.request.top else ()), *([_PLACE] if self.request.top else []), *dimensions]
        wanted += [(name, "asc") for name in dict.fromkeys(rest) if name not in dict(wanted)]
        for name, direction in reversed(wanted):
            known = [row for row in rows if name == _PLACE or row[name] is not None]
            unknown = [row for row in rows if name != _PLACE and row[name] is None]
            rows = sorted(known, key=lambda row: self._place(row, name), reverse=direction == "desc") + unknown
        return rows

    def _place(self, row: Row, name: str) -> Any:
        if name != _PLACE:
            return OTHERS if row[name] is _REST else row[name]
        if self._has_firsts:
            return self.firsts[self._first(row)]
        return next(kept.get(row[key], len(kept)) for key, kept in self.kept.items())

    def _limited(self, rows: list[Row]) -> list[Row]:
        """What equals the last row in the metric that is ordered by first is a row too."""
        limit, first = self.request.limit, self._first_order()
        if not limit or limit >= len(rows) or not first or first[0][0] in self.request.dimensions:
            return rows[:limit]
        name, last = first[0][0], rows[limit - 1][first[0][0]]
        return [row for i, row in enumerate(rows) if i < limit or _equal(row[name], last)][: limit + _MOST_EQUAL]

    # groups

    def _groups(self) -> list[Group]:
        if not self.request.dimensions:
            return [()]
        found = {group for leaf in self.leaves for side in self._sides() for group in self._groups_of(LEAVES[leaf], side)}
        without = members(self.rows, self.keys, self.request.filters) if self.request.members else set()
        if self.request.fill:
            others = {group[1:] for group in found} | without if self.keys else {()}
            found |= {(span, *other) for span, other in product(self._spans(), others)}
        else:
            found |= without
        return sorted(found, key=str)

    def _sides(self) -> tuple[bool, ...]:
        return (False, True) if self.request.compare else (False,)

    def _is_by_the_row(self, leaf: Leaf) -> bool:
        """Whether a row is in the group that its own time says; else periods are told by their ends, which windows and comparisons need."""
        return self.period is None or self.grain == "hour" or (self.by or leaf.time) != (self.when or leaf.time)

    def _groups_of(self, leaf: Leaf, side: bool) -> set[Group]:
        if self.grain is None:
            return set(self._rows_by_key(leaf, self._shift(side)))
        if self._is_by_the_row(leaf):
            return {(start_of(row[self.by or leaf.time], self.grain), *self._key(row)) for row in self._of(leaf, self.period)}
        return {(label, *key) for label, span in self._spans(side).items() for key in self._rows_by_key(leaf, span)}

    def _key(self, row: Row) -> Group:
        return tuple(row[key] for key in self.keys)

    def _spans(self, side: bool = False) -> dict[date, Between]:
        assert self.period and self.grain
        found = periods(self.period, self.grain)
        return {label: earlier(span, self.request.compare, self.grain) for label, span in found.items()} if side else found

    def _shift(self, side: bool) -> Between | None:
        return earlier(self.period, self.request.compare, self.grain) if side and self.period else self.period

    # rows

    def _rows_by_key(self, leaf: Leaf, span: Between | None) -> dict[Group, list[Row]]:
        """Rows of a span in each group of what is no time, looked for once. A day is compared with one day, also before a leap day."""
        if self.grain == "day" and span and not leaf.window:
            span = (span[0], span[0] + timedelta(days=1))
        place = (id(leaf), span)
        if place not in self.known:
            self.known[place] = _by(self._of(leaf, span), self._key)
        return self.known[place]

    def _rows_by_own_time(self, leaf: Leaf) -> dict[Group, list[Row]]:
        """Rows in each group, of which the first part is what their own time says."""
        place = (id(leaf), "own")
        if place not in self.known:
            rows = self._of(leaf, self.period)
            self.known[place] = _by(rows, lambda row: (start_of(row[self.by or leaf.time], str(self.grain)), *self._key(row)))
        return self.known[place]

    def _of(self, leaf: Leaf, span: Between | None) -> list[Row]:
        """Rows of a fact that count for a leaf in a span, each as often as it is in a group; of a running total those of its window."""
        start, end = span or (None, None)
        facts = [{**row, "tiers.tier": row["versions"][leaf.time]} if "versions" in row else row for row in self.facts[leaf.fact]]
        if leaf.window and end:
            start = leaf.window(end)
        rows = [row for row in facts if within(row[self.when or leaf.time], start, end)]
        rows = self._last_known(leaf, rows, span) if leaf.balance else rows
        return [entry for row in rows if leaf.keep(row) for entry in self._entries(row)]

    def _last_known(self, leaf: Leaf, rows: list[Row], span: Between | None) -> list[Row]:
        assert leaf.balance
        groups: dict[Any, list[Row]] = {}
        for row in rows:
            if row[leaf.time] is not None:
                whole = start_of(row[leaf.time], self.grain) if self.grain and span is None else None
                groups.setdefault((row["stock.item"], whole), []).append(row)
        return [row for group in groups.values() for row in group if row[leaf.time] == leaf.balance([each[leaf.time] for each in group])]

    def _entries(self, row: Row) -> Iterable[Row]:
        """The row in each of its groups, with what it counts there."""
        if not all(fulfills(row, f) for f in self.request.filters if f.field not in BRIDGES):
            return
        entries = [{**row, "w": 1}]
        for bridge in dict.fromkeys(BRIDGES.values()):
            entries = [{**entry, **more, "w": _times(entry["w"], more["w"])} for entry in entries for more in self._over(row, bridge)]
        for entry in entries:
            recoded = entry | {key: entry[key] if entry[key] in kept else _REST for key, kept in self.kept.items()}
            if self.request.top is None or self.request.top.others or not any(recoded[key] is _REST for key in self.kept):
                yield recoded

    def _over(self, row: Row, bridge: str) -> list[Row]:
        """What a row is over one bridge: in groups that it belongs to, each once; or in each of its pairs with the pair's share."""
        filters = [f for f in self.request.filters if BRIDGES.get(f.field) == bridge]
        keys, pairs = [key for key in self.keys if BRIDGES.get(key) == bridge], row["pairs"].get(bridge, [])
        chosen = [f for f in filters if f.op not in DENIED]
        if any(fulfills(pair, replace(f, op=DENIED[f.op])) for f in filters if f.op in DENIED for pair in pairs):
            return []
        fits = [pair for pair in pairs if all(fulfills(pair, f) for f in chosen)]
        if not keys and not chosen:
            return [{"w": 1}]
        nothing = [] if chosen else [{**dict.fromkeys(keys), "w": 1}]
        if bridge == WEIGHED:
            return [{**{key: pair[key] for key in keys}, "w": pair["share"]} for pair in fits] if pairs else nothing
        found = self._recoded(keys, fits)
        return [{**dict(zip(keys, values, strict=True)), "w": 1} for values in found] if pairs else nothing

    def _recoded(self, keys: list[str], pairs: list[Row]) -> set[Group]:
        """Members that are not kept apart are one, and a row counts once in it."""
        return {tuple(pair[key] if pair[key] in self.kept.get(key, {pair[key]}) else _REST for key in keys) for pair in pairs}

    # values

    def _value(self, metric: str, group: Group, side: bool = False) -> Any:
        if metric not in RATIOS:
            return self._leaf(LEAVES[metric], group, side)
        above, below = (self._leaf(LEAVES[name], group, side) for name in RATIOS[metric])
        return None if above is None or not below else above / below

    def _leaf(self, leaf: Leaf, group: Group, side: bool) -> Any:
        if self.grain is None:
            rows = self._rows_by_key(leaf, self._shift(side)).get(group, [])
        elif self._is_by_the_row(leaf):
            rows = self._rows_by_own_time(leaf).get(group, [])
        else:
            # Another metric's rows may lie by their own time in a period that this one's time does not have.
            span = self._spans(side).get(group[0])
            rows = self._rows_by_key(leaf, span).get(group[1:], []) if span else []
        if leaf.is_sum and not rows and (self.request.compare or self.request.fill or self.request.members):
            return 0
        return leaf.of(rows)

    def _outputs(self, group: Group, table: dict[Group, dict[str, Any]]) -> Iterable[tuple[str, Any]]:
        for name in self.metrics:
            now = table[group][name]
            yield name, now
            if self.request.compare:
                before = self._value(name, group, side=True)
                change = None if now is None or before is None else now - before
                yield f"{name}_previous", before
                yield f"{name}_change", change
                yield f"{name}_percent_change", None if change is None or not before else change / abs(before)
            if self.request.share_of is not None and name in ADDITIVE:
                whole = self._whole(name, group, table)
                yield f"{name}_share", None if now is None or not whole else now / whole

    def _whole(self, name: str, group: Group, table: dict[Group, dict[str, Any]]) -> Any:
        """What a share is of: the rows that agree, added up; where groups overlap, everything counted without them."""
        assert self.request.share_of is not None
        wide = self.request.share_of.within
        if any(BRIDGES.get(key, WEIGHED) != WEIGHED for key in self.keys if key not in wide):
            alone = copy(self)
            kept = tuple(d for d in self.request.dimensions if d in wide)
            alone._ask(replace(self.request, dimensions=kept, metrics=(name,), order_by=(), having=(), top=None))
            alone.kept = {key: places for key, places in self.kept.items() if key in kept}
            agreeing = tuple(value for value, key in zip(group, self.request.dimensions, strict=True) if key in wide)
            return alone._value(name, agreeing)
        return sum(row[name] for other, row in table.items() if self._agrees(group, other) and row[name] is not None)

    def _agrees(self, group: Group, other: Group) -> bool:
        assert self.request.share_of is not None
        return all(
            mine == its for key, mine, its in zip(self.request.dimensions, group, other, strict=True) if key in self.request.share_of.within
        )

    def _passes(self, values: dict[str, Any]) -> bool:
        return all(values[h.metric] is not None and COMPARED[h.op](values[h.metric], h.value) for h in self.request.having)

    def _is_picked(self, group: Group) -> bool:
        found = dict(zip(self.request.dimensions, group, strict=True))
        return all(fulfills(found, f) for f in self.picked)

    # the top few

    @property
    def _has_firsts(self) -> bool:
        """Whether there is a top of each group: its rows are chosen, and the others not put together."""
        return bool(self.request.top and self.request.top.within)

    def _first(self, row: Row) -> Group:
        assert self.request.top
        return tuple(row[key] for key in (*self.request.top.within, self._ranked(self.request.top)))

    def _ranked(self, top: Top) -> str:
        return top.dimension or self.keys[0]

    def _cut(self, top: Top) -> None:
        """Members that are kept apart stay what they are; the others become one, which no member can be."""
        whole, key = copy(self), self._ranked(top)
        whole._ask(
            replace(self.request, dimensions=(*top.within, key), metrics=(top.by or self.metrics[0],), top=None, having=(), order_by=())
        )
        groups = {group for leaf in whole.leaves for group in whole._groups_of(LEAVES[leaf], False)}
        values = {whole._called(group): whole._value(whole.metrics[0], group) for group in groups}
        places = {(*wide, member): i for wide in {g[:-1] for g in values} for i, member in enumerate(_first_of(values, wide, top.count))}
        if top.within:
            self.firsts = places
        else:
            self.kept = {key: {group[-1]: place for group, place in places.items()}}
            self.known = {}

    def _called(self, group: Group) -> Group:
        """Without the order that a group has in here, in which time is first."""
        named = dict(zip([*(d for d in self.request.dimensions if ":" in d), *self.keys], group, strict=True))
        return tuple(named[d] for d in self.request.dimensions)


def _first_of(values: dict[Group, Any], wide: Group, count: int) -> list[Any]:
    """The members of a group with the most, and what equals the last of them."""
    found = [(group[-1], value) for group, value in values.items() if group[:-1] == wide]
    ranked = sorted(found, key=lambda m: (m[1] is None, -(m[1] or 0), m[0] is None, str(m[0])))
    return [member for i, (member, value) in enumerate(ranked[: count + _MOST_EQUAL]) if i < count or _equal(value, ranked[count - 1][1])]


def _equal(a: Any, b: Any) -> bool:
    return a is not None and b is not None and abs(a - b) <= 1e-12 * abs(b)


def _by(rows: Iterable[Row], of: Any) -> dict[Group, list[Row]]:
    found: dict[Group, list[Row]] = {}
    for row in rows:
        found.setdefault(of(row), []).append(row)
    return found


class _Rest:
    def __repr__(self) -> str:
        return "rest"


_REST = _Rest()


def _times(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a * b


def _own(field: str) -> str | None:
    """The column behind a time field of sales; None is each fact's own."""
    return {"sales.paid_on": "paid_on", "sales.day": "day"}.get(field)


def _picked(request: MetricRequest) -> tuple[Filter, ...]:
    """Filters that choose rows of shares once these are known: those to one value, where they are on all that splits the whole."""
    if request.share_of is None or request.top is not None:
        return ()
    whole = [d for d in request.dimensions if d not in request.share_of.within]
    found = [f for f in request.filters if f.field in whole and f.op in ("=", "in") and len(f.values) == 1]
    return tuple(found) if {*whole} == {f.field for f in found} else ()
