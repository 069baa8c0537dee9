"""The one entry to the SQL guard: text in, a verdict out. Every path that runs SQL goes through `check`, and again at execution."""

from collections.abc import Iterator

from sqlglot import exp

from analytics_agent.domain.catalog import Catalog, Dialect
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql import show
from analytics_agent.sql.identifiers import make_exact
from analytics_agent.sql.limit import with_row_cap
from analytics_agent.sql.lint import LINTS
from analytics_agent.sql.names import resolve
from analytics_agent.sql.parse import generate, parse
from analytics_agent.sql.rules import RULES
from analytics_agent.sql.scope import Resolution
from analytics_agent.sql.tables import make_explicit
from analytics_agent.sql.verdict import Context, Verdict, error


def check(statement: str, *, dialect: Dialect, catalog: Catalog | None = None, row_cap: int | None = None) -> Verdict:
    """Judge one statement. Bad input gives findings, never an exception.

    Without a catalog the dialect's rules alone decide. With `row_cap` the verdict's `sql` fetches at most `row_cap` + 1 rows.
    """
    parsed = parse(statement, dialect)
    if parsed.tree is None:
        return Verdict(False, "", parsed.findings)
    tree = parsed.tree
    broken = tuple(_broken_rules(tree, Context(dialect, catalog)))
    if not _is_query(tree):
        return Verdict(False, "", broken)
    try:
        return _judged(tree, broken, resolve(tree, dialect, catalog), row_cap)
    except RecursionError:
        return Verdict(False, "", (*broken, error("too-deep", "The statement nests too deeply to be checked.", "Use CTEs (WITH).")))


def _broken_rules(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    for rule in RULES:
        yield from rule(tree, context)


def _is_query(tree: exp.Expr) -> bool:
    return isinstance(tree.unnest(), (exp.Select, exp.SetOperation))


def _judged(tree: exp.Expr, broken: tuple[SqlFinding, ...], names: Resolution, row_cap: int | None) -> Verdict:
    findings = (*broken, *names.findings)
    if not findings:
        findings = tuple(finding for lint in LINTS for finding in lint(tree, names))
    is_ok = all(finding.severity != "error" for finding in findings)
    sql = _to_run(tree, names, row_cap) if is_ok else ""
    if is_ok and not sql:
        is_ok, findings = (
            False,
            (*findings, error("not-expressible", f"This cannot be written as {names.dialect} SQL.", "Use simpler syntax.")),
        )
    return Verdict(
        is_ok,
        sql,
        tuple(dict.fromkeys(findings)),
        show.tables(names),
        show.columns(names),
        show.functions(tree),
        show.predicates(tree, names.dialect),
        tuple(column.name for column in names.outputs.columns),
    )


def _to_run(tree: exp.Expr, names: Resolution, row_cap: int | None) -> str:
    runnable = tree
    make_exact(runnable, names.dialect)
    make_explicit(names)
    if row_cap is not None:
        runnable = with_row_cap(runnable, row_cap)
    return generate(runnable, names.dialect) or ""
