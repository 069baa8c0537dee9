"""The row cap inside the statement: at most `row_cap` + 1 rows leave the engine, one more than is kept, so that a cut is noticed."""

from sqlglot import exp


def with_row_cap(tree: exp.Expr, row_cap: int) -> exp.Expr:
    """The same query with LIMIT row_cap + 1, or its own smaller LIMIT. Order and offset stay as they are."""
    most = row_cap + 1
    own = tree.args.get("limit")
    if own is None:
        tree.set("limit", _limit(most))
        return tree
    count = _literal_count(own)
    if count is None:
        # LIMIT of an expression, ALL, PERCENT, BY or WITH TIES keeps its meaning inside; the cap goes around it.
        return _around(tree, most)
    if count > most:
        tree.set("limit", _limit(most))
    return tree


def _limit(rows: int) -> exp.Limit:
    return exp.Limit(expression=exp.Literal.number(rows))


def _literal_count(clause: exp.Expr) -> int | None:
    if clause.args.get("expressions"):
        return None  # ClickHouse's LIMIT n BY columns: rows of each, not of all
    if clause.args.get("limit_options"):
        options = clause.args["limit_options"]
        if options.args.get("percent") or options.args.get("with_ties"):
            return None
    count = clause.args.get("count") if isinstance(clause, exp.Fetch) else clause.args.get("expression")
    return int(count.this) if isinstance(count, exp.Literal) and str(count.this).isdigit() else None


def _around(tree: exp.Expr, rows: int) -> exp.Expr:
    inner = tree if isinstance(tree, exp.Subquery) and not tree.args.get("alias") else exp.Subquery(this=tree)
    inner.set("alias", exp.TableAlias(this=exp.to_identifier("capped")))
    return exp.Select(expressions=[exp.Star()], from_=exp.From(this=inner), limit=_limit(rows))
