"""An earlier request with some of it changed: which conditions stay, which make room, and what does not fit any more."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from analytics_agent.domain.period import Span as Days
from analytics_agent.domain.period import is_whole
from analytics_agent.semantic.reader.lexicon import Lexicon, is_code
from analytics_agent.semantic.reader.notes import dated, span, up_to
from analytics_agent.semantic.reader.reading import Ask, Refuse, Stop
from analytics_agent.semantic.request import Filter, MetricRequest, Period

Manner = Literal["", "instead", "added"]
"""How a new split stands to the one before: not said, in its place, or beside it."""


@dataclass
class Merged:
    """The request as it becomes, and what was changed, in words."""

    lexicon: Lexicon
    request: MetricRequest
    changes: list[str] = field(default_factory=list)

    @property
    def fact(self) -> str:
        return self.lexicon.metrics[self.request.metrics[0]].fact

    def measured_by(self, names: Sequence[str]) -> None:
        """Other metrics, of the same rows as before. Raises Stop where they do not know what the rows were chosen or split by."""
        before = self.request.metrics
        names = tuple(names)
        if names == before or names == before[:1]:
            return
        if self.request.having or self.request.top or self.request.share_of:
            raise Stop(Refuse("The earlier question had a limit or a share of another measure. Ask for this one in a question of its own."))
        own = self.lexicon.facts.get(self.fact, {}).get("time")
        new = self.lexicon.metrics[names[0]]
        time = self.lexicon.facts.get(new.fact, {}).get("time")
        if new.fact != self.fact and self.request.time and self.request.time.field:
            raise Stop(
                Refuse(f"The earlier question was about another date than that of {_small(new.label)}. Ask in a question of its own.")
            )
        moved = {own: time} if own and time and new.fact != self.fact else {}
        dimensions = tuple(_moved(key, moved) for key in self.request.dimensions)
        filters = tuple(replace(f, field=_moved(f.field, moved)) for f in self.request.filters)
        lost = [key for key in (*dimensions, *(f.field for f in filters)) if not self._reached(new.fact, key)]
        if lost:
            labels = ", ".join(dict.fromkeys(_small(self._label(key)) for key in lost))
            raise Stop(
                Refuse(f"{new.label} cannot be asked for by {labels}, which the earlier question has. Ask without it.", missing=labels)
            )
        order = tuple(replace(o, field=names[0]) if o.field in before else o for o in self.request.order_by)
        self.request = replace(self.request, metrics=names, dimensions=dimensions, filters=filters, order_by=order)
        self.changes.append(f"the measure, which was {_small(self.lexicon.metrics[before[0]].label)}")

    def _reached(self, fact: str, key: str) -> bool:
        path = key.partition(":")[0]
        return path == "time" or self.lexicon.reaches(fact, path)

    def restricted_to(self, new: Sequence[Filter], *, added: bool) -> None:
        """What a field was restricted to makes room for what it is restricted to now; leaving something out is one condition more."""
        for item in new:
            same = [f for f in self.request.filters if self._same_field(f.field, item.field) and f.op != "not_null"]
            merged = self._merged(same, item, added=added)
            if self.is_calendar(item.field):
                self._no_other_calendar(item)
            kept = [f for f in self.request.filters if f not in same]
            self.request = replace(self.request, filters=(*kept, *merged))
            was = f", which was {self.said(same[0])}" if same and same[0].values and not added else ""
            self.changes.append(f"{_small(self._label(item.field))}{was}")

    def _merged(self, same: list[Filter], item: Filter, *, added: bool) -> list[Filter]:
        listed = [f for f in same if f.op in ("=", "in")]
        left_out = [f for f in same if f.op in ("!=", "not_in")]
        if item.op in ("!=", "not_in"):
            if listed:
                return [self._without(listed[0], item)]
            values = tuple(dict.fromkeys((*(v for f in left_out for v in f.values), *item.values)))
            return [Filter(item.field, "not_in" if len(values) > 1 else "!=", values)]
        if added and listed and item.op in ("=", "in"):
            values = tuple(dict.fromkeys((*listed[0].values, *item.values)))
            return [Filter(item.field, "in", values)]
        return [item]

    def _without(self, listed: Filter, item: Filter) -> Filter:
        values = tuple(v for v in listed.values if v not in item.values)
        if not values or len(values) == len(listed.values):
            raise Stop(Refuse(f"The earlier question was about {self.said(listed)} only, so there is nothing to leave out of it."))
        return Filter(listed.field, "in" if len(values) > 1 else "=", values)

    def _same_field(self, left: str, right: str) -> bool:
        return self.lexicon.code_of(left) == self.lexicon.code_of(right)

    def is_calendar(self, key: str) -> bool:
        dimension = self.lexicon.dimensions.get(key.partition(":")[0])
        return dimension is not None and (dimension.is_calendar or ":" in key)

    def _no_other_calendar(self, item: Filter) -> None:
        """ "And in winter?" after "in May 2025": of which year is not said."""
        time = self.request.time
        if time is not None and not is_whole(Days(time.start, time.end), "year"):
            said = self.said(item)
            raise Stop(
                Refuse(f"The earlier question was about {span(time)}. Say of which year {said} is meant: “in {said} {time.start.year}”.")
            )
        others = [f for f in self.request.filters if self.is_calendar(f.field) and not self._same_field(f.field, item.field)]
        self.request = replace(self.request, filters=tuple(f for f in self.request.filters if f not in others))
        self.changes += [f"{_small(self._label(f.field))}, which was {self.said(f)}" for f in others]

    def over(self, period: Period | None, bounds: Sequence[Filter], time: str | None) -> None:
        """Another period. Parts of the year stay only within a whole year."""
        if period is None and not bounds:
            return
        if any(":" in f.field for f in self.request.filters):
            raise Stop(Refuse("The earlier question set two periods side by side. Name the periods in a question of its own."))
        whole = period is not None and is_whole(Days(period.start, period.end), "year")
        gone = [f for f in self.request.filters if f.field == time or (self.is_calendar(f.field) and not whole)]
        if any(self.is_calendar(f.field) and f.field != time for f in gone):
            said = ", ".join(self.said(f) for f in gone if f.field != time)
            raise Stop(
                Refuse(f"The earlier question was about {said}, which may lie outside of that period. Ask in a question of its own.")
            )
        was = f", which was {span(self.request.time)}" if self.request.time else ""
        self.request = replace(self.request, time=period, filters=(*(f for f in self.request.filters if f not in gone), *bounds))
        self.changes.append(f"the period{was}")

    def split_by(self, keys: Sequence[str], manner: Manner, words: str) -> None:
        """Raises Stop with a question where it is not said whether the new split takes the place of the one before."""
        old = self.request.dimensions
        new = [key for key in keys if key not in old]
        if not new:
            return
        if old and not manner:
            by = words.strip()
            readings = (
                f"{by} instead: {self._title(new)}",
                f"{by} as well: {self._title([*old, *new])}",
            )
            raise Stop(Ask(f"The earlier answer is by {self._labels(old)}. Is it to be split {by} instead, or as well?", readings))
        kept = tuple(old) if manner == "added" else ()
        times = any(":" in key for key in keys)
        filters = tuple(f for f in self.request.filters if f.op != "not_null" or f.field in kept or not old)
        request = replace(self.request, dimensions=(*kept, *new), filters=filters)
        if (times or manner == "added") and request.order_by:
            request = replace(request, order_by=(), limit=None)
            self.changes.append("that it is no ranking any more")
        if request.order_by:
            request = self.named(request)
        if request.top and request.top.dimension and request.top.dimension not in request.dimensions:
            request = replace(request, top=replace(request.top, dimension=None))
        if request.share_of and request.share_of.within:
            raise Stop(
                Refuse("The earlier answer has shares within groups, which another split would change. Ask in a question of its own.")
            )
        self.request = request
        was = f", which was by {self._labels(old)}" if old and manner == "instead" else ""
        self.changes.append(f"the split{was}")

    def named(self, request: MetricRequest) -> MetricRequest:
        """In a ranking, rows without a name are no candidates."""
        fact = self.lexicon.metrics[request.metrics[0]].fact
        codes = [self.lexicon.code_of(key) for key in request.dimensions if ":" not in key and key.partition(".")[0] != fact]
        more = [Filter(path, "not_null") for path in dict.fromkeys(codes) if path.partition(".")[0] != fact]
        return replace(request, filters=(*request.filters, *(f for f in more if f not in request.filters)))

    # words

    def said(self, item: Filter) -> str:
        """ "north or south"; "from 10 on" and the like stay as they are."""
        words = " or ".join(self._value(item.field, value) for value in item.values)
        signs = {"!=": "all but ", "not_in": "all but ", ">": "over ", "<": "under ", ">=": "at least ", "<=": "at most "}
        return f"{signs.get(item.op, '')}{words}" if words else self._label(item.field)

    def _value(self, key: str, value: object) -> str:
        words = self.lexicon.dimensions[key].values.get(str(value), ()) if key in self.lexicon.dimensions else ()
        text = str(value)
        return words[0] if words and (text.isdigit() or text in ("true", "false") or is_code(text)) else text

    def _label(self, key: str) -> str:
        path, _, grain = key.partition(":")
        dimension = self.lexicon.dimensions.get(path)
        return grain.replace("_", " ") or (dimension.label if dimension else path)

    def _labels(self, keys: Sequence[str]) -> str:
        shown = [key for key in keys if self.lexicon.code_of(key) == key or self.lexicon.code_of(key) not in keys]
        return " and ".join(dict.fromkeys(_small(self._label(key)) for key in shown))

    def _title(self, keys: Sequence[str]) -> str:
        label = self.lexicon.metrics[self.request.metrics[0]].label
        return f"{label} by {self._labels(keys)}" if keys else label

    def title(self) -> str:
        labels = [self.lexicon.metrics[name].label for name in self.request.metrics]
        text = " and ".join(label if i == 0 else _small(label) for i, label in enumerate(labels))
        return f"{text} by {self._labels(self.request.dimensions)}" if self.request.dimensions else text

    def kept(self, before: MetricRequest) -> str:
        """What stays of the earlier request: "by region, for tea, in May 2025"."""
        now, parts = self.request, []
        if now.metrics == before.metrics:
            parts.append(_small(self.lexicon.metrics[now.metrics[0]].label))
        if now.dimensions and now.dimensions == before.dimensions:
            parts.append(f"by {self._labels(now.dimensions)}")
        parts += [f"{_small(self._label(f.field))} {self.said(f)}" for f in now.filters if f in before.filters and f.values]
        if now.time and now.time == before.time:
            parts.append(span(now.time))
        return ", ".join(parts)

    def scope(self) -> str:
        """Which rows it is about, as the beginning of a sentence."""
        parts = [self._scope_of(f) for f in self.request.filters if f.values and ":" not in f.field]
        return " ".join([*parts, *([dated(self.request.time)] if self.request.time else [])])

    def _scope_of(self, item: Filter) -> str:
        if item.op == "<" and isinstance(item.values[0], str):
            return up_to(item)
        return f"for {_small(self._label(item.field))} {self.said(item)}"


def _moved(key: str, times: dict[str, str]) -> str:
    path, mark, grain = key.partition(":")
    return f"{times[path]}{mark}{grain}" if path in times else key


def _small(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
