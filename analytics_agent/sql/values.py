"""Small statements of our own, built as trees: distinct values of a column."""

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect, Table, TableColumn


def distinct_values(table: Table, column: TableColumn, *, like: str | None, limit: int, dialect: Dialect) -> str:
    """SQL for the values of one column with their row counts, most frequent first. `like` matches a part, in any case."""
    name = exp.column(column.name, quoted=True)
    query = (
        exp.select(exp.alias_(name.copy(), "value", quoted=True), exp.alias_(exp.Count(this=exp.Star()), "rows", quoted=True))
        .from_(exp.table_(table.name, db=table.schema, quoted=True))
        .group_by(name.copy())
        .order_by(exp.Ordered(this=exp.Count(this=exp.Star()), desc=True), exp.Ordered(this=name.copy(), nulls_first=False))
        .limit(limit)
    )
    if like:
        text = exp.Lower(this=exp.cast(name.copy(), "text"))
        query = query.where(exp.Like(this=text, expression=exp.Literal.string(f"%{_literally(like.lower())}%")))
    return query.sql(dialect=dialect)


def _literally(text: str) -> str:
    """LIKE's wildcards stand for any text; here a name is meant."""
    return text.replace("%", "_")
