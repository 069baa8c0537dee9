"""The offline model's sentences on the first of each group: who is on top nearly everywhere, or group by group."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analytics_agent.adapters.offline.evidence import Column, Shown
from analytics_agent.adapters.offline.words import Claim, Prose, big, called, cell, claim, column_ref, grain_of, listed, preposition, small
from analytics_agent.semantic.drafting.naming import plural

MOST_GROUPS, GROUPS_IN_A_CLAIM = 12, 4
FEWEST_GROUPS, MOST_OTHERS = 4, 2
MOSTLY = 0.6


@dataclass(frozen=True)
class Firsts:
    """Rows that belong together follow one another; `groups` name them, `things` are what is on top in each."""

    result: Shown
    groups: tuple[Column, ...]
    things: tuple[Column, ...]

    @property
    def runs(self) -> Iterator[list[int]]:
        rows: list[int] = []
        for row, cells in enumerate(self.result.preview):
            if rows and any(cells.get(c.name) != self.result.preview[rows[-1]].get(c.name) for c in self.groups):
                yield rows
                rows = []
            rows.append(row)
        if rows:
            yield rows

    @property
    def is_seen(self) -> bool:
        return self.result.rows == len(self.result.preview)

    @property
    def is_one_each(self) -> bool:
        """Whether the first alone was asked for, not the first few."""
        return bool((self.result.request.get("top") or {}).get("count", 1) == 1)

    @property
    def place(self) -> str:
        measure = self.result.metrics[0]
        low = any(
            o["field"] == (measure.metric or measure.name) and o["direction"] == "asc" for o in self.result.request.get("order_by", ())
        )
        return "at the bottom" if low else "on top"

    @property
    def noun(self) -> str:
        """What a group is called: "month", "category"."""
        time = self.result.time
        return listed([grain_of(c) if c == time else small(c.label).removesuffix(" name") for c in self.groups])

    @property
    def each(self) -> str:
        """ "in each category", "on each day"."""
        return f"{preposition(self.result.time) if self.result.time in self.groups else 'in'} each {self.noun}"


def firsts_told(primary: Shown, within: Sequence[str]) -> Prose | None:
    """None where the result does not show what is first in which group."""
    of_groups = set(within)
    things = tuple(c for c in primary.names if c.dimension not in of_groups)
    things = things or tuple(c for c in primary.dimensions if c.dimension not in of_groups)
    groups = tuple(c for c in primary.dimensions if c.dimension in of_groups)
    groups = tuple(c for c in groups if c not in primary.codes.values()) or groups
    if not things or not groups or not primary.metrics:
        return None
    firsts = Firsts(primary, groups, things)
    return _nearly_everywhere(firsts) or _by_how_often(firsts) or _mostly(firsts) or _group_by_group(firsts)


def _nearly_everywhere(firsts: Firsts) -> Prose | None:
    """One that is on top in most groups, and where it is another. Each group has one first then, and all of them are seen."""
    result, runs, thing = firsts.result, list(firsts.runs), firsts.things[0]
    names = [result.preview[rows[0]].get(thing.name) for rows in runs]
    if not firsts.is_seen or any(len(rows) > 1 for rows in runs) or len(firsts.things) > 1 or thing.type != "text":
        return None
    (leader, often), *_ = Counter(names).most_common(1)
    others = [row for row, name in enumerate(names) if name != leader]
    if len(runs) < FEWEST_GROUPS or leader in (None, "") or None in names or len(others) > MOST_OTHERS or often < 2:
        return None
    where = f"{result.id}[{column_ref(thing.name)}={_quoted(str(leader))}]"
    name = cell(result, names.index(leader), thing)
    told = f"in {{{{count({where})}}}} of {{{{count({result.id})}}}} {plural(firsts.noun)}" if others else firsts.each
    rest = listed([_instead(firsts, row) for row in others])
    by = f"by {small(result.metrics[0].label)}"
    headline = f"Mostly {name} is {firsts.place} {by}" if others else f"{name} is {firsts.place} throughout {by}"
    return Prose(headline, (claim(f"{name} was {firsts.place} {told}, {by}{'; ' + rest if rest else ''}."), *_between(firsts)))


def _by_how_often(firsts: Firsts) -> Prose | None:
    """A few that take turns over many groups, which nobody reads one by one. Those that are equal in a group are both on top of it."""
    result, runs, thing = firsts.result, list(firsts.runs), firsts.things[0]
    names = [row.get(thing.name) for row in result.preview]
    often = Counter(names)
    if not firsts.is_seen or len(firsts.things) > 1 or thing.type != "text" or not {None, ""}.isdisjoint(often):
        return None
    if len(runs) <= MOST_GROUPS or len(often) > FEWEST_GROUPS or not firsts.is_one_each:
        return None
    where = preposition(result.time) if result.time in firsts.groups else "in"
    told = [f"{cell(result, names.index(name), thing)} {where} {_times(firsts, str(name), count)}" for name, count in often.most_common()]
    equal = " Equal ones are counted each." if len(names) > len(runs) else ""
    text = f"{big(firsts.place)} by {small(result.metrics[0].label)} were {listed(told)}.{equal}"
    return Prose(result.title, (claim(text), *_between(firsts)))


def _mostly(firsts: Firsts) -> Prose | None:
    """Of more rows than are shown: in how many groups the one is on top that is in most of those shown. Each of its rows is a group."""
    result, thing = firsts.result, firsts.things[0]
    names = [row.get(thing.name) for row in result.preview]
    (leader, often), *_ = Counter(names).most_common(1)
    if (
        firsts.is_seen
        or not firsts.is_one_each
        or len(firsts.things) > 1
        or thing.type != "text"
        or leader in (None, "")
        or often < len(names) * MOSTLY
    ):
        return None
    times = _times(firsts, str(leader), 2)
    where = preposition(result.time) if result.time in firsts.groups else "in"
    first = claim(f"{cell(result, names.index(leader), thing)} was {firsts.place} {where} {times}, by {small(result.metrics[0].label)}.")
    return Prose(result.title, (first, *_between(firsts), claim(f"The table has all {{{{count({result.id})}}}}.")))


def _times(firsts: Firsts, name: str, count: int) -> str:
    where = f"{firsts.result.id}[{column_ref(firsts.things[0].name)}={_quoted(name)}]"
    return f"{{{{count({where})}}}} {firsts.noun if count == 1 else plural(firsts.noun)}"


def _instead(firsts: Firsts, row: int) -> str:
    result, time = firsts.result, firsts.result.time
    group = ", ".join(cell(result, row, column) for column in firsts.groups)
    where = preposition(time) if time in firsts.groups else "for"
    return f"{where} {group} it was {cell(result, row, firsts.things[0])}, with {cell(result, row, result.metrics[0])}"


def _between(firsts: Firsts) -> list[Claim]:
    """From which to which figure those on top reach."""
    measure, column = firsts.result.metrics[0], f"{firsts.result.id}.{column_ref(firsts.result.metrics[0].name)}"
    return [claim(f"{measure.label} {firsts.place} range from {{{{min({column})}}}} to {{{{max({column})}}}}.")]


def _group_by_group(firsts: Firsts) -> Prose | None:
    """Each group with its first few, in the order of the rows. The last one that is shown may go on beyond what is shown."""
    result, shown = firsts.result, list(firsts.runs)
    whole = shown if firsts.is_seen else shown[:-1]
    told = [_group(firsts, rows) for rows in whole[:MOST_GROUPS]]
    if not told:
        return None
    parts = [f"{'; '.join(told[at : at + GROUPS_IN_A_CLAIM])}." for at in range(0, len(told), GROUPS_IN_A_CLAIM)]
    opening = f"These were {firsts.place} {firsts.each} by {small(result.metrics[0].label)}. {parts[0]}"
    more = [claim(f"The table has all {{{{count({result.id})}}}}.")] if len(told) < len(shown) or whole != shown else []
    return Prose(result.title, (claim(opening), *map(claim, parts[1:]), *more))


def _group(firsts: Firsts, rows: list[int]) -> str:
    """ "January 2013: United with 4,637 flights"; an empty cell has no name to be called by."""
    result = firsts.result
    head = ", ".join(cell(result, rows[0], column) for column in firsts.groups)
    parts = [f"{called(result, row, firsts.things)} with {cell(result, row, result.metrics[0])}" for row in rows]
    return f"{big(head)}: {listed(parts)}"


def _quoted(value: str) -> str:
    """As a reference takes any text."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
