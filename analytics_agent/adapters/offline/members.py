"""The offline model's sentences on members: how many pass a condition, which have none, and the first of each group."""

from collections.abc import Iterator

from analytics_agent.adapters.offline.evidence import Column, Evidence, Shown
from analytics_agent.adapters.offline.words import Prose, big, cell, claim, listed
from analytics_agent.semantic.reader.tally import MEMBERS

MOST_NAMED, MOST_GROUPS, GROUPS_IN_A_CLAIM = 10, 12, 4


def members_told(evidence: Evidence, primary: Shown) -> Prose | None:
    """None where the result is of no such question."""
    said = next((text.removeprefix(MEMBERS) for text in evidence.readings if text.startswith(MEMBERS)), "")
    if primary.request.get("counted") is not None and said:
        return _how_many_by(primary, said) if primary.dimensions else _how_many(primary, said)
    if said and primary.rows and not primary.request.get("counted") and _is_same_for_all(primary):
        return _which(primary, said)
    within = (primary.request.get("top") or {}).get("within")
    return _firsts(primary, within) if within and primary.rows else None


def _how_many(primary: Shown, said: str) -> Prose:
    column = primary.columns[-1]
    verb, noun = ("was", _single(said)) if primary.preview[0].get(column.name) == 1 else ("were", said)
    return Prose(big(said), (claim(f"There {verb} {cell(primary, 0, column)} {noun}."),))


def _single(said: str) -> str:
    """ "one day with no orders"."""
    noun, *others = said.split(" ")
    single = f"{noun[:-3]}y" if noun.endswith("ies") else noun.removesuffix("s")
    return " ".join([single, *others])


def _how_many_by(primary: Shown, said: str) -> Prose:
    """How many of each group pass, in the order of the rows."""
    column, columns = primary.columns[-1], primary.names or primary.dimensions
    rows = [row for row, cells in enumerate(primary.preview) if all(cells.get(c.name) not in (None, "") for c in columns)][:MOST_NAMED]
    told = listed([f"{_called(primary, row, columns)} with {cell(primary, row, column)}" for row in rows])
    more = [claim(f"There are {{{{count({primary.id})}}}} rows in all.")] if primary.rows > len(rows) else []
    return Prose(big(said), (*([claim(f"{big(said)}: {told}.")] if rows else []), *more))


def _is_same_for_all(primary: Shown) -> bool:
    """Whether there is nothing to tell of each: all have none, or exactly so many."""
    return all(having["op"] == "=" for having in primary.request.get("having", ())) and bool(primary.names or primary.time)


def _which(primary: Shown, said: str) -> Prose:
    """How many they are, and the first of them by name."""
    columns = primary.names or ((primary.time,) if primary.time else ())
    rows = [row for row, cells in enumerate(primary.preview) if all(cells.get(c.name) not in (None, "") for c in columns)][:MOST_NAMED]
    named = listed([_called(primary, row, columns) for row in rows])
    first = claim(f"There were {{{{count({primary.id})}}}} {said}.")
    end = "" if rows and str(primary.preview[rows[-1]].get(columns[-1].name)).endswith(".") else "."
    beside = [claim(f"{'They' if primary.rows == len(rows) else 'Among them'} are {named}{end}")] if rows else []
    return Prose(big(said), (first, *beside))


def _called(primary: Shown, row: int, columns: tuple[Column, ...]) -> str:
    name, *others = [cell(primary, row, column) for column in columns]
    return f"{name} ({', '.join(others)})" if others else name


def _firsts(primary: Shown, within: list[str]) -> Prose | None:
    """Each group with its first few, in the order of the rows."""
    of_groups = set(within)
    things = tuple(c for c in primary.names if c.dimension not in of_groups)
    things = things or tuple(c for c in primary.dimensions if c.dimension not in of_groups)
    groups = [c for c in primary.dimensions if c.dimension in of_groups]
    groups = [c for c in groups if c not in primary.codes.values()] or groups
    if not things or not groups or not primary.metrics:
        return None
    shown = list(_groups(primary, groups))
    # The last group that is shown may go on beyond what is shown.
    whole = shown if primary.rows == len(primary.preview) else shown[:-1]
    told = [_group(primary, rows, groups, things) for rows in whole[:MOST_GROUPS]]
    if not told:
        return None
    claims = [claim(f"{'; '.join(told[at : at + GROUPS_IN_A_CLAIM])}.") for at in range(0, len(told), GROUPS_IN_A_CLAIM)]
    more = [claim(f"There are {{{{count({primary.id})}}}} rows in all.")] if len(told) < len(shown) or whole != shown else []
    return Prose(primary.title, (*claims, *more))


def _groups(primary: Shown, groups: list[Column]) -> Iterator[list[int]]:
    """The rows that belong together; they follow one another."""
    rows: list[int] = []
    for row, cells in enumerate(primary.preview):
        if rows and any(cells.get(c.name) != primary.preview[rows[-1]].get(c.name) for c in groups):
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows


def _group(primary: Shown, rows: list[int], groups: list[Column], things: tuple[Column, ...]) -> str:
    """ "January 2013: United with 4,637 flights"; an empty cell has no name to be called by."""
    head = ", ".join(cell(primary, rows[0], column) for column in groups)
    parts = [f"{_called(primary, row, things)} with {cell(primary, row, primary.metrics[0])}" for row in rows]
    return f"{big(head)}: {listed(parts)}"
