"""Small statements of our own, built as trees: values of a column, which of some it holds, how far it reaches."""

from collections.abc import Sequence

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


def present_values(table: Table, column: TableColumn, texts: Sequence[str], *, dialect: Dialect) -> str:
    """SQL for those of the texts that the column holds."""
    name = exp.column(column.name, quoted=True)
    # An enum cannot even be compared with a text that is none of its values.
    value = name if column.type == "text" else exp.cast(name.copy(), "text")
    query = (
        exp.select(exp.alias_(value.copy(), "value", quoted=True)).distinct().from_(exp.table_(table.name, db=table.schema, quoted=True))
    )
    return query.where(exp.In(this=value.copy(), expressions=[exp.Literal.string(text) for text in texts])).sql(dialect=dialect)


def range_of(table: Table, column: TableColumn, *, dialect: Dialect) -> str:
    """SQL for the least and the greatest value of a column."""
    name = exp.column(column.name, quoted=True)
    ends = (exp.alias_(exp.Min(this=name.copy()), "least"), exp.alias_(exp.Max(this=name.copy()), "greatest"))
    return exp.select(*ends).from_(exp.table_(table.name, db=table.schema, quoted=True)).sql(dialect=dialect)


def _literally(text: str) -> str:
    """LIKE's wildcards stand for any text; here a name is meant."""
    return text.replace("%", "_")
