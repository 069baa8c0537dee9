"""Which expressions of a statement are a time column: by the catalog's types, through aliases, casts, zones and truncation."""

from sqlglot import exp

from analytics_agent.domain.catalog import Catalog, Dialect, Table, TableColumn
from analytics_agent.domain.period import UNITS
from analytics_agent.domain.schedule import PeriodUnit

_AROUND = (exp.Cast, exp.Paren, exp.AtTimeZone, exp.TimestampTrunc, exp.DateTrunc, exp.Date, exp.TsOrDsToDate, exp.TsOrDsToTimestamp)
_DEEPEST = 20


class TimeColumns:
    """For one statement. Without a catalog no column is known to be a time."""

    def __init__(self, tree: exp.Expr, catalog: Catalog | None, dialect: Dialect) -> None:
        self._catalog = catalog
        self._dialect = dialect
        self._tables = {table.name.lower() for table in tree.find_all(exp.Table)}
        self._aliases: dict[str, list[exp.Expr]] = {}
        for alias in tree.find_all(exp.Alias):
            self._aliases.setdefault(alias.alias.lower(), []).append(alias.this)

    def is_time(self, node: exp.Expr, depth: int = 0) -> bool:
        """Every column of that name is a time: in a join, names are not told apart here."""
        inner = bare(node)
        if not isinstance(inner, exp.Column) or depth > _DEEPEST:
            return False
        stored = self._stored(inner.name)
        made = [each for each in self._aliases.get(inner.name.lower(), ()) if bare(each).name.lower() != inner.name.lower()]
        known = [self._holds_time(column) for _, column in stored] + [self.is_time(each, depth + 1) for each in made]
        return bool(known) and all(known)

    def grain(self, node: exp.Expr, depth: int = 0) -> PeriodUnit:
        """The unit that DATE_TRUNC cuts it to, here or where the name was made; a day where nothing cuts it."""
        cut = node.find(exp.TimestampTrunc, exp.DateTrunc)
        unit = cut.args.get("unit") if cut is not None else None
        if unit is not None:
            return next((known for known in UNITS if known == unit.name.lower()), "day")
        made = self._aliases.get(bare(node).name.lower(), ()) if depth < _DEEPEST else ()
        return next((self.grain(each, depth + 1) for each in made if bare(each) is not each), "day")

    def table_of(self, node: exp.Expr) -> tuple[Table, str] | None:
        """The one table that has this column, and the column's exact name."""
        stored = self._stored(node.name) if isinstance(node, exp.Column) else []
        return (stored[0][0], stored[0][1].name) if len(stored) == 1 else None

    def _stored(self, name: str) -> list[tuple[Table, TableColumn]]:
        tables = [table for table in (self._catalog.tables if self._catalog else ()) if table.name.lower() in self._tables]
        return [(table, column) for table in tables for column in table.columns if column.name.lower() == name.lower()]

    def _holds_time(self, column: TableColumn) -> bool:
        """SQLite keeps days as text: there a comparison with a written day tells."""
        return column.type in ("date", "timestamp") or (self._dialect == "sqlite" and column.type in ("text", "other"))


def bare(node: exp.Expr) -> exp.Expr:
    """What is inside casts, zones and truncation."""
    while isinstance(node, _AROUND) and isinstance(node.this, exp.Expr):
        node = node.this
    return node
