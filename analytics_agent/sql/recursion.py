"""Whether a recursive query ends: it counts up to a literal, or it follows the rows of a table by a condition."""

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.series import LONGEST_SERIES, number

_BOUNDS = (exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.NEQ)


def why_unbounded(cte: exp.Expr, dialect: Dialect) -> str:
    """What keeps a recursive query from ending, as far as its text says; empty when it does end, or does not recurse."""
    name = cte.alias.lower()
    uses = [table for table in cte.this.find_all(exp.Table) if table.name.lower() == name and not table.args.get("db")]
    if not uses:
        return ""
    if not isinstance(cte.this, exp.SetOperation):
        # A name that is not a branch of a UNION is a table's own, where the engine does not refuse it.
        return "" if dialect in {"tsql", "snowflake"} else "has no first branch that does not recurse"
    if dialect == "sqlite" and _is_cut(cte.this):
        return ""
    if len(uses) > 1:
        return "names itself more than once, which multiplies its rows"
    branch = uses[0].find_ancestor(exp.Select)
    if branch is None:
        return "has no condition that ends it"
    return _why_branch(branch, name)


def _is_cut(combined: exp.Expr) -> bool:
    """SQLite ends a recursion at the LIMIT behind its branches, once so many rows are made."""
    limit = combined.args.get("limit")
    rows = number(limit.args.get("expression")) if limit is not None and not combined.args.get("offset") else None
    return rows is not None and 0 <= rows <= LONGEST_SERIES


def _why_branch(branch: exp.Select, name: str) -> str:
    conditions = [node for part in ("where", "having", "qualify") if (node := branch.args.get(part)) is not None]
    conditions += [on for join in branch.args.get("joins") or () if (on := join.args.get("on")) is not None]
    follows = _follows_a_table(branch, name)
    compared = [node for condition in conditions for node in condition.find_all(*_BOUNDS, exp.EQ) if node.find(exp.Column)]
    if not compared and not (follows and _is_joined(branch)):
        return "has no condition that ends it"
    if follows:
        return ""
    compared = [node for node in compared if not _is_one_of_several(node)]
    if not any(_ends(node) for node in compared):
        return f"is not seen to end within {LONGEST_SERIES:,} steps"
    if all(_counts_away(node, branch) for node in compared if _ends(node)):
        return "counts away from what should end it"
    if all(isinstance(item, (exp.Column, exp.Literal, exp.Star)) for item in branch.expressions):
        return "gives itself the same row again"
    return ""


def _follows_a_table(branch: exp.Select, name: str) -> bool:
    """Whether the branch reads anything but itself: then it ends with that table's rows, unless they go in circles."""
    return any(table.name.lower() != name for table in branch.find_all(exp.Table)) or branch.find(exp.Unnest, exp.Lateral) is not None


def _is_joined(branch: exp.Select) -> bool:
    joins = branch.args.get("joins") or ()
    return any(join.args.get("using") or join.args.get("method") == "NATURAL" for join in joins)


def _is_one_of_several(node: exp.Expr) -> bool:
    """Whether rows pass by another condition too: WHERE n < 10 OR TRUE."""
    around = node.parent
    while around is not None and not isinstance(around, (exp.Select, exp.Join)):
        if isinstance(around, (exp.Or, exp.Not)):
            return True
        around = around.parent
    return False


def _counts_away(node: exp.Expr, branch: exp.Select) -> bool:
    """Whether a row adds while it should fall to a number (WHERE n > 0), or takes away while it should rise to one."""
    sides = (node.this, node.args.get("expression"))
    names_first = isinstance(sides[0], exp.Column)
    is_plain = number(sides[1] if names_first else sides[0]) is not None and isinstance(sides[0 if names_first else 1], exp.Column)
    if not isinstance(node, (exp.LT, exp.LTE, exp.GT, exp.GTE)) or not is_plain:
        return False
    is_floor = isinstance(node, (exp.GT, exp.GTE)) == names_first
    kinds = {type(made) for item in branch.expressions for made in item.find_all(exp.Binary, exp.Func)}
    return bool(kinds) and kinds <= ({exp.Add} if is_floor else {exp.Sub})


def _ends(node: exp.Expr) -> bool:
    """A comparison with a number too large to reach is none; one with a date, a column or an expression may end it."""
    sides = [side for side in (node.args.get("low"), node.args.get("high"), node.args.get("expression"), node.this) if side is not None]
    numbers = [value for side in sides if (value := number(side)) is not None]
    return not isinstance(node, exp.EQ) and all(abs(value) <= LONGEST_SERIES for value in numbers)
