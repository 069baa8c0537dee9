"""The offline model's sentences on rows that are equal: who lead together, and who share the last place that was asked for."""

from analytics_agent.adapters.offline.rows import Rows
from analytics_agent.adapters.offline.words import Claim, claim, column_ref, counts, is_plural, listed, small, was

MOST_NAMED = 5


def level_rows(rows: Rows, row: int) -> list[int]:
    """The rows with the very figure of this one, itself among them."""
    return [other for other in rows.order if rows.value(other) == rows.value(row)]


def leaders(rows: Rows, level: list[int]) -> Claim:
    """ "JFK and LGA had the most flights: 12 each"; all of them, where all are equal."""
    measure, each = rows.measure, f"{rows.figure(level[0])} each"
    behind = [row for row in rows.order if row not in level][:2]
    noun = f"number of {small(measure.label)}" if counts(measure) else small(measure.label)
    if not behind and len(level) == rows.result.rows and not rows.result.request.get("limit"):
        return claim(f"{_named(rows, level, all_of_them=True)} have the same {noun}: {each}.")
    others = listed([f"{rows.called(row)} {'with' if rows.proper(row) else 'at'} {rows.figure(row)}" for row in behind])
    following = f", {'followed by' if rows.low else 'ahead of'} {others}" if others else ""
    named = _named(rows, level)
    if not rows.proper(level[0]):
        return claim(f"{measure.label} {was(measure)} {'lowest' if rows.low else 'highest'} for {named}, at {each}{following}.")
    if counts(measure):
        noun = "" if small(measure.label) == measure.unit else f" {small(measure.label)}"
        return claim(f"{named} had the {'fewest' if rows.low else 'most'}{noun}: {each}{following}.")
    verb = "share" if is_plural(measure) else "have"
    return claim(f"{named} {verb} the {'lowest' if rows.low else 'highest'} {small(measure.label)}, {each}{following}.")


def verb_of(rows: Rows) -> str:
    return f"{was(rows.measure)} lowest" if rows.low else "peaked"


def periods_level(rows: Rows, level: list[int], when: str) -> Claim:
    """Days or months that are equal at the top."""
    measure, figure = rows.measure, f"{rows.figure(level[0])} each"
    if len(level) == rows.result.rows and not rows.result.request.get("limit"):
        return claim(f"{measure.label} {was(measure)} the same {when} {_named(rows, level)}: {figure}.")
    by = "with" if counts(measure) else "at"
    return claim(f"{measure.label} {was(measure)} {'lowest' if rows.low else 'highest'} {when} {_named(rows, level)}, {by} {figure}.")


def end_of(rows: Rows) -> list[Claim]:
    """Where the last place that was asked for is shared, more rows are shown than were asked for."""
    limit, last = rows.result.request.get("limit"), rows.order[-1]
    level = level_rows(rows, last)
    if not limit or rows.result.rows <= limit or len(level) < 2 or level[0] == rows.order[0]:
        return []
    return [claim(f"{_named(rows, level)} share the last place, with {rows.figure(last)} each.")]


def _named(rows: Rows, level: list[int], *, all_of_them: bool = False) -> str:
    """By name, or the first of them and how many they are."""
    if len(level) <= MOST_NAMED and rows.result.rows <= len(rows.result.preview):
        return listed([rows.called(row) for row in level])
    if all_of_them:
        return f"All {{{{count({rows.result.id})}}}}"
    first = ", ".join(rows.called(row) for row in level[:MOST_NAMED])
    value = rows.result.preview[level[0]].get(rows.measure.name)
    if isinstance(value, int):
        where = f"{rows.result.id}[{column_ref(rows.measure.name)}={value}]"
        return f"{first} and others, {{{{count({where})}}}} in all,"
    return f"{first} and others"
