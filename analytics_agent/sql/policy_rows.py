"""A policy's row condition, judged by the guard's own rules and written so that nothing around it can change what its names mean."""

from dataclasses import dataclass

from sqlglot import exp

from analytics_agent.catalog.restrict import name_of
from analytics_agent.domain.catalog import Catalog, Dialect, Table, TableName
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.domain.policy import Policy
from analytics_agent.sql.comparing import judge_types
from analytics_agent.sql.dialects import BOOKS
from analytics_agent.sql.grouping import judge_grouping
from analytics_agent.sql.identifiers import identifier, make_exact, written
from analytics_agent.sql.names import resolve
from analytics_agent.sql.nodes import Nodes
from analytics_agent.sql.parse import parse
from analytics_agent.sql.rules import RULES
from analytics_agent.sql.scope import Resolution
from analytics_agent.sql.tables import make_explicit
from analytics_agent.sql.types import Typer
from analytics_agent.sql.verdict import Context, error

_NOT_A_CONDITION = error("row-condition", "This is not one condition.", "Write what could stand alone in brackets after WHERE.")


@dataclass(frozen=True)
class Condition:
    """`tree` is the condition in its brackets, `references` the tables that its subqueries read. Without a tree, what is wrong with it."""

    tree: exp.Expr | None
    references: tuple[tuple[exp.Table, Table | None], ...] = ()
    findings: tuple[SqlFinding, ...] = ()
    columns: frozenset[str] = frozenset()


def row_condition(text: str, table: Table, catalog: Catalog, allowed_functions: frozenset[str] = frozenset()) -> Condition:
    """Judge a condition on a table of the catalog, which is the whole one: conditions see what the person does not."""
    dialect = catalog.dialect
    name = f"{schema_prefix(table, dialect)}{written(table.name, dialect)}"
    statement = f"SELECT 1 AS allowed FROM {name} AS {written(table.name, dialect)} WHERE (\n{text}\n)"
    parsed = parse(statement, dialect)
    if parsed.tree is None:
        return Condition(None, findings=parsed.findings)
    where = _only_where(parsed.tree)
    if where is None:
        return Condition(None, findings=(_NOT_A_CONDITION,))
    nodes = parsed.nodes or Nodes(parsed.tree)
    context = Context(BOOKS[dialect], nodes, catalog, allowed_functions, parsed.tokens)
    broken = tuple(finding for rule in RULES for finding in rule(parsed.tree, context))
    names = resolve(parsed.tree, dialect, catalog, nodes)
    judge_types(nodes, names, Typer(names))
    judge_grouping(nodes, names)
    findings = tuple(each for each in (*broken, *names.findings) if each.severity == "error")
    if any(isinstance(node, (exp.AggFunc, exp.Window)) and node.find_ancestor(exp.Select) is parsed.tree for node in nodes.all):
        findings += (error("row-condition", "A condition on rows holds an aggregate or a window.", "Put it into a subquery."),)
    if findings:
        return Condition(None, findings=tuple(dict.fromkeys(findings)))
    return _bound(parsed.tree, where, nodes, names)


def unreadable(policy: Policy, catalog: Catalog) -> frozenset[TableName]:
    """Tables whose row conditions cannot be used as Superset means them: one is refused here, or reads another table with row rules.

    Superset reads the tables in a condition whole, and we only the rows that their own rules leave. Under a NOT IN that is more.
    """
    tables = {name_of(table): table for table in catalog.tables}
    ruled = {rule.table for rule in policy.rules if rule.rows}
    return frozenset(name for name in ruled if name not in tables or not _is_usable(policy, tables[name], catalog, ruled))


def _is_usable(policy: Policy, table: Table, catalog: Catalog, ruled: set[TableName]) -> bool:
    rule = policy.rule_of(name_of(table))
    texts = (each for group in (rule.rows if rule else ()) for text in group for each in _as_superset(text))
    conditions = (row_condition(text, table, catalog) for text in texts)
    return all(
        condition.tree is not None and not any(other is not None and name_of(other) in ruled for _, other in condition.references)
        for condition in conditions
    )


def _as_superset(text: str) -> tuple[str, ...]:
    """A comment at the end takes the bracket that Superset sets behind a clause, and nobody sees the table there."""
    return (text, f"({text})") if "--" in text or "#" in text else (text,)


def schema_prefix(table: Table, dialect: Dialect) -> str:
    """The schema with its dot. SQLite's one schema is written too: a name without it could mean a WITH query of the statement."""
    schema = table.schema or ("main" if dialect == "sqlite" else "")
    return f"{written(schema, dialect)}." if schema else ""


def _only_where(tree: exp.Expr) -> exp.Expr | None:
    """The condition, if the statement around it is as we wrote it and so the text has stayed inside its brackets."""
    if not isinstance(tree, exp.Select) or any(value for part, value in tree.args.items() if part not in {"expressions", "from_", "where"}):
        return None
    source, where = tree.args["from_"].this, tree.args["where"].this
    is_plain = isinstance(source, exp.Table) and not source.args.get("joins") and len(tree.expressions) == 1
    return where if is_plain and isinstance(where, exp.Paren) else None


def _bound(tree: exp.Expr, where: exp.Expr, nodes: Nodes, names: Resolution) -> Condition:
    leaf = names.references[0][0]
    source = names.sources[id(leaf)]
    own = [column for column in nodes.of(exp.Column) if names.sources_of.get(id(column)) is source]
    for column in own:
        if not isinstance(column.this, exp.Star):
            # Said in full, it cannot become a column that a table in a subquery gets one day.
            column.set("table", identifier(leaf.args["alias"].this.name, names.dialect))
            column.set("db", None)
            column.set("catalog", None)
    used = frozenset(output.name for column in own if (output := names.origins.get(id(column))) is not None)
    make_exact(nodes.of(exp.Identifier), names.dialect)
    make_explicit(names)
    return Condition(where, tuple(names.references[1:]), columns=used)
