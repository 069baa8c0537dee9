"""The one entry to the SQL guard: text in, a verdict out. Every path that runs SQL goes through `check`, and again at execution."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlglot import exp

from analytics_agent.domain.catalog import Catalog, Dialect
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql import show
from analytics_agent.sql.comparing import judge_types
from analytics_agent.sql.grouping import judge_grouping
from analytics_agent.sql.identifiers import make_exact
from analytics_agent.sql.last_look import last_look, told_of
from analytics_agent.sql.limit import with_row_cap
from analytics_agent.sql.lint import LINTS
from analytics_agent.sql.mending import mended
from analytics_agent.sql.names import resolve
from analytics_agent.sql.nodes import Nodes
from analytics_agent.sql.parse import generate, parse
from analytics_agent.sql.rules import RULES, only_a_query
from analytics_agent.sql.scope import Resolution
from analytics_agent.sql.shelf import BOOKS
from analytics_agent.sql.tables import make_explicit
from analytics_agent.sql.types import Typer
from analytics_agent.sql.verdict import Context, Verdict, error

log = logging.getLogger(__name__)


def check(
    statement: str,
    *,
    dialect: Dialect,
    catalog: Catalog | None = None,
    row_cap: int | None = None,
    allowed_functions: Iterable[str] = (),
) -> Verdict:
    """Judge one statement. Bad input gives findings, never an exception.

    Without a catalog the dialect's rules alone decide. With `row_cap` the verdict's `sql` fetches at most `row_cap` + 1 rows.
    `allowed_functions` are functions of people's own that may be called, by the name they are called by (`schema.name`).
    """
    allowed = frozenset(name.lower() for name in allowed_functions)
    try:
        verdict, mending = _checked(statement, dialect, catalog, row_cap, allowed)
    except (RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError) as problem:
        # Hostile text can make sqlglot build a tree that holds what no tree of its own holds. That is a refusal, never a crash.
        log.warning("a statement in %s was refused because judging it failed: %s", dialect, type(problem).__name__)
        return Verdict(False, "", (error("not-understood", "The statement could not be judged.", "Say it with simpler syntax."),))
    if mending and _checked(mending, dialect, catalog, row_cap, allowed)[0].ok:
        errors = (replace(each, fix=mending) if each.severity == "error" else each for each in verdict.findings)
        return replace(verdict, findings=tuple(errors))
    return verdict


def _checked(
    statement: str, dialect: Dialect, catalog: Catalog | None, row_cap: int | None, allowed: frozenset[str]
) -> tuple[Verdict, str]:
    """The verdict, and the statement mended where its only faults are names that surely mean others; that one is not checked yet."""
    parsed = parse(statement, dialect)
    if parsed.tree is None:
        untold = Context(BOOKS[dialect], Nodes(exp.Null()), catalog, allowed)
        return Verdict(False, "", (*told_of(parsed.tokens, untold), *parsed.findings)), ""
    tree = parsed.tree
    context = Context(BOOKS[dialect], parsed.nodes or Nodes(tree), catalog, allowed, parsed.tokens)
    if not _is_query(tree):
        return Verdict(False, "", tuple(only_a_query(tree, context))), ""
    broken = tuple(_broken_rules(tree, context))
    try:
        names = resolve(tree, dialect, catalog, context.nodes)
        typer = Typer(names)
        judge_types(context.nodes, names, typer)
        judge_grouping(context.nodes, names)
        return _judged(tree, broken, names, typer, context, row_cap), "" if broken else mended(statement, names.found)
    except RecursionError:
        too_deep = error("too-deep", "The statement nests too deeply to be checked.", "Use CTEs (WITH).")
        return Verdict(False, "", (*broken, too_deep)), ""


def _broken_rules(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    for rule in RULES:
        yield from rule(tree, context)


def _is_query(tree: exp.Expr) -> bool:
    return isinstance(tree.unnest(), (exp.Select, exp.SetOperation))


def _judged(
    tree: exp.Expr, broken: tuple[SqlFinding, ...], names: Resolution, typer: Typer, context: Context, row_cap: int | None
) -> Verdict:
    findings = (*broken, *names.findings)
    if not _has_errors(findings):
        findings = (*findings, *(finding for lint in LINTS for finding in lint(context.nodes, names, typer)))
    functions, conditions = show.functions(context.nodes), show.conditions(context.nodes)
    is_ok = not _has_errors(findings)
    sql = _to_run(tree, names, context, row_cap) if is_ok else ""
    doubts = tuple(last_look(sql, context)) if is_ok else ()
    if doubts:
        is_ok, sql, findings = False, "", (*findings, *doubts)
    return Verdict(
        is_ok,
        sql,
        tuple(dict.fromkeys(findings)),
        show.tables(names),
        show.columns(names),
        functions,
        show.predicates(conditions, names.dialect),
        tuple(column.name for column in names.outputs.columns),
    )


def _has_errors(findings: Iterable[SqlFinding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _to_run(tree: exp.Expr, names: Resolution, context: Context, row_cap: int | None) -> str:
    make_exact(context.nodes.of(exp.Identifier), names.dialect)
    make_explicit(names)
    runnable = with_row_cap(tree, row_cap) if row_cap is not None else tree
    # A schema that the statement does not name is new in the tree; every other name was in it.
    is_all_known = not any("\n" in (table.schema or "") for _, table in names.references if table is not None)
    return generate(runnable, names.dialect, context.nodes if is_all_known else None) or ""
