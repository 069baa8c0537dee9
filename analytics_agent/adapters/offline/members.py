"""The offline model's sentences on members: how many pass a condition, and which have none."""

from analytics_agent.adapters.offline.evidence import Evidence, Shown
from analytics_agent.adapters.offline.firsts import firsts_told
from analytics_agent.adapters.offline.words import Prose, big, called, cell, claim, listed
from analytics_agent.semantic.reader.tally import MEMBERS

MOST_NAMED = 10


def members_told(evidence: Evidence, primary: Shown) -> Prose | None:
    """None where the result is of no such question."""
    said = next((text.removeprefix(MEMBERS) for text in evidence.readings if text.startswith(MEMBERS)), "")
    if primary.request.get("counted") is not None and said:
        return _how_many_by(primary, said) if primary.dimensions else _how_many(primary, said)
    if said and primary.rows and not primary.request.get("counted") and _is_same_for_all(primary):
        return _which(primary, said)
    within = (primary.request.get("top") or {}).get("within")
    return firsts_told(primary, within) if within and primary.rows else None


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
    told = listed([f"{called(primary, row, columns)} with {cell(primary, row, column)}" for row in rows])
    more = [claim(f"The table has all {{{{count({primary.id})}}}}.")] if primary.rows > len(rows) else []
    return Prose(big(said), (*([claim(f"{big(said)}: {told}.")] if rows else []), *more))


def _is_same_for_all(primary: Shown) -> bool:
    """Whether there is nothing to tell of each: all have none, or exactly so many."""
    return all(having["op"] == "=" for having in primary.request.get("having", ())) and bool(primary.names or primary.time)


def _which(primary: Shown, said: str) -> Prose:
    """How many they are, and the first of them by name."""
    columns = primary.names or ((primary.time,) if primary.time else ())
    rows = [row for row, cells in enumerate(primary.preview) if all(cells.get(c.name) not in (None, "") for c in columns)][:MOST_NAMED]
    named = listed([called(primary, row, columns) for row in rows])
    first = claim(f"There were {{{{count({primary.id})}}}} {said}.")
    end = "" if rows and len(columns) == 1 and str(primary.preview[rows[-1]].get(columns[0].name)).endswith(".") else "."
    beside = [claim(f"{'They' if primary.rows == len(rows) else 'Among them'} are {named}{end}")] if rows else []
    return Prose(big(said), (first, *beside))
