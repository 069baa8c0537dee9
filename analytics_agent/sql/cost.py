"""What a statement is expected to take: in people's words, and what would take less, by the catalog. Pure; estimates come from engines."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import prod

from analytics_agent.catalog.names import shown_name
from analytics_agent.domain.catalog import Catalog, Table
from analytics_agent.domain.statement import Estimate
from analytics_agent.sql.plan_gaps import is_read_once
from analytics_agent.sql.verdict import Verdict, quoted

MULTIPLIED = 8.0
"""From so many times the rows of its tables on, a statement's joins multiply them."""

MOST_HINTS = 3
_UNITS = ((1e15, ""), (1e12, " trillion"), (1e9, " billion"), (1e6, " million"))


def surely_within(limit: int, verdict: Verdict, catalog: Catalog) -> bool:
    """Whether no order of joins can go over the limit, so that no planner need be asked: its tables are small and read once."""
    rows = [table.rows for table in _tables(verdict, catalog)]
    known = [max(1, each) for each in rows if each is not None]
    if len(known) < len(verdict.tables) or len(known) * prod(known) > limit:
        return False
    return is_read_once(verdict.sql, catalog.dialect)


def in_words(rows: float) -> str:
    """8.8 billion, 130,000: two digits are all that an estimate is worth."""
    for size, unit in _UNITS:
        if rows >= size:
            return f"{_rounded(rows / size)}{unit}" if unit else "over a thousand trillion"
    return _rounded(rows)


def why(estimate: Estimate, limit: int, verdict: Verdict, catalog: Catalog) -> str:
    """ "It is expected to go through about 8.8 billion rows of flights × weather; the limit is 1 billion." """
    rows, of = in_words(estimate.rows_read or 0), _of(estimate, verdict, catalog)
    return f"It is expected to go through about {rows} rows{f' of {of}' if of else ''}; the limit is {in_words(limit)}."


def why_untold(limit: int, verdict: Verdict, catalog: Catalog) -> str:
    """Where the number would tell how many rows there are that the asker does not see."""
    of = _of(Estimate(), verdict, catalog)
    return f"It is expected to go through more rows{f' of {of}' if of else ''} than is allowed; the limit is {in_words(limit)}."


def instead(estimate: Estimate, verdict: Verdict, catalog: Catalog) -> str:
    """What would cut it, the surest first."""
    tables = _tables(verdict, catalog)
    hints = list(_joins(tables, verdict, catalog)) if _is_multiplied(estimate, tables) else []
    hints += _periods(tables, verdict, catalog)
    if _is_multiplied(estimate, tables):
        hints.append("Aggregate each table to the rows you need before you join it.")
    hints.append("Ask for less: a shorter period, fewer tables, a condition on an indexed column.")
    return " ".join(hints[:MOST_HINTS])


def _rounded(number: float) -> str:
    """To two digits, and to the whole below a hundred where it is nearly whole."""
    digits = len(str(int(number)))
    shown = round(number, 2 - digits)
    return f"{shown:,.1f}".removesuffix(".0")


def _tables(verdict: Verdict, catalog: Catalog) -> list[Table]:
    """Those that the statement names itself, the largest first. What stands behind a view is not everybody's to know."""
    named = set(verdict.tables)
    found = [table for table in catalog.tables if shown_name(catalog, table) in named]
    return sorted(found, key=lambda table: table.rows or 0, reverse=True)


def _of(estimate: Estimate, verdict: Verdict, catalog: Catalog) -> str:
    tables = _tables(verdict, catalog)
    scanned = [table for table in tables if any(_is(scan, table) for scan in estimate.scans)]
    names = [quoted(shown_name(catalog, table)) for table in (scanned or tables)][:MOST_HINTS]
    if len(names) == 1 and _is_multiplied(estimate, tables):
        return f"{names[0]}, read again and again"
    return (" × " if _is_multiplied(estimate, tables) else " and ").join(names)


def _is(scan: str, table: Table) -> bool:
    """Engines name a table with its schema or without, and some in lower case."""
    whole = f"{table.schema}.{table.name}" if table.schema else table.name
    return scan in (whole, table.name) or scan.lower() == table.name.lower()


def _is_multiplied(estimate: Estimate, tables: Sequence[Table]) -> bool:
    known = sum(table.rows or 0 for table in tables)
    return bool(known) and (estimate.rows_read or 0) > MULTIPLIED * known


def _joins(tables: Sequence[Table], verdict: Verdict, catalog: Catalog) -> Iterator[str]:
    """Pairs of tables that have a key in common by which they do not seem to be joined."""
    for one, other in combinations(tables, 2):
        pairs = _key(one, other) or [(right, left) for left, right in _key(other, one)] or _shared(one, other)
        used = all(f"{one.name}.{left}" in verdict.columns and f"{other.name}.{right}" in verdict.columns for left, right in pairs)
        if pairs and not used:
            first, second = quoted(shown_name(catalog, one)), quoted(shown_name(catalog, other))
            on = " AND ".join(f"{first}.{quoted(left)} = {second}.{quoted(right)}" for left, right in pairs)
            yield f"Join {first} and {second} on {on}."


def _key(table: Table, target: Table) -> list[tuple[str, str]]:
    """The columns of a foreign key of one that leads to the other."""
    for key in table.foreign_keys:
        if key.table == target.name and key.table_schema in (None, target.schema):
            return list(zip(key.columns, key.to_columns, strict=False))
    return []


def _shared(one: Table, other: Table) -> list[tuple[str, str]]:
    """Without a declared key: the columns of one primary key that the other table has by the same names."""
    for keyed, plain in ((one, other), (other, one)):
        names = {column.name for column in plain.columns}
        if keyed.primary_key and set(keyed.primary_key) <= names and keyed.primary_key != ("id",):
            return [(name, name) for name in keyed.primary_key]
    return []


def _periods(tables: Sequence[Table], verdict: Verdict, catalog: Catalog) -> list[str]:
    """A time column of the largest table of which no condition speaks."""
    for table in tables[:1]:
        times = [column.name for column in table.columns if column.type in ("date", "timestamp")]
        bound = any(name.lower() in predicate.lower() for name in times for predicate in verdict.predicates)
        if times and not bound:
            return [f"Bound the period: put a condition on {quoted(shown_name(catalog, table))}.{quoted(times[0])}."]
    return []
