"""What an engine's plan does not say of a statement and its text does: which table a name in FROM means, and whether the engine may
stop early. For the estimates of engines whose plans name aliases."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.parse import parse


@dataclass(frozen=True)
class Reading:
    """`tables` are the tables that a name means somewhere in the statement, in lower case: two subqueries may use one name for two.
    `stops_after` rows nothing more is read: a LIMIT over rows that are given as they are found; None where all are read."""

    tables: Mapping[str, frozenset[str]]
    stops_after: int | None = None


def read(sql: str, dialect: Dialect) -> Reading:
    """Of a statement that the guard has passed; one that cannot be read here has no names."""
    tree = parse(sql, dialect).tree
    if tree is None:
        return Reading({})
    names: dict[str, set[str]] = {}
    for table in tree.find_all(exp.Table):
        names.setdefault(table.alias_or_name.lower(), set()).add(table.name.lower())
    return Reading({name: frozenset(meant) for name, meant in names.items()}, _stops_after(tree))


def is_read_once(sql: str, dialect: Dialect) -> bool:
    """Whether no table and no WITH query is read more than once, and nothing makes rows but tables: then the rows of its tables
    multiplied are the most that it can go through."""
    tree = parse(sql, dialect).tree
    if tree is None or tree.find(*_MAKES_ROWS):
        return False
    tables = list(tree.find_all(exp.Table))
    names = [table.name.lower() for table in tables]
    return len(set(names)) == len(names) and all(isinstance(table.this, exp.Identifier) for table in tables)


_MAKES_ROWS = (exp.Unnest, exp.Lateral, exp.GenerateSeries, exp.Explode, exp.Values)


def _stops_after(tree: exp.Expr) -> int | None:
    """A LIMIT of the outermost SELECT where nothing must be gathered before its first row."""
    limit = tree.args.get("limit")
    count = limit.args.get("expression") if isinstance(limit, exp.Limit) else None
    if not isinstance(tree, exp.Select) or not isinstance(count, exp.Literal) or not count.this.isdigit():
        return None
    own = [part for name, part in tree.args.items() if name in ("group", "order", "distinct", "having", "windows") and part]
    gathers = any(each.find(exp.AggFunc, exp.Window) for each in tree.expressions)
    return None if own or gathers else int(count.this)
