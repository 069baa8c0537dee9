"""The one entry to the SQL guard: text in, a verdict out. Every path that runs SQL goes through `check`, and again at execution."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlglot import exp

from analytics_agent.domain.catalog import Catalog, Dialect
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.domain.policy import Policy
from analytics_agent.sql import show
from analytics_agent.sql.comparing import judge_types
from analytics_agent.sql.dialects import BOOKS
from analytics_agent.sql.grouping import judge_grouping
from analytics_agent.sql.identifiers import make_exact
from analytics_agent.sql.last_look import last_look, told_of
from analytics_agent.sql.limit import with_row_cap
from analytics_agent.sql.lint import LINTS
from analytics_agent.sql.mending import mended
from analytics_agent.sql.names import resolve
from analytics_agent.sql.nodes import Nodes
from analytics_agent.sql.parse import STUMBLES, generate, parse
from analytics_agent.sql.row_security import Security, security
from analytics_agent.sql.rules import RULES, only_a_query
from analytics_agent.sql.scope import Resolution
from analytics_agent.sql.tables import make_explicit
from analytics_agent.sql.types import Typer
from analytics_agent.sql.unparsed import with_hint
from analytics_agent.sql.verdict import Context, Verdict, error

log = logging.getLogger(__name__)


def check(
    statement: str,
    *,
    dialect: Dialect,
    catalog: Catalog | None = None,
    row_cap: int | None = None,
    allowed_functions: Iterable[str] = (),
    policy: Policy | None = None,
) -> Verdict:
    """Judge one statement. Bad input gives findings, never an exception.

    Without a catalog the dialect's rules alone decide. With `row_cap` the verdict's `sql` fetches at most `row_cap` + 1 rows.
    `allowed_functions` are functions of people's own that may be called, by the name they are called by (`schema.name`).
    Under a `policy`, which needs the whole catalog, what is not to be seen does not exist, and `sql` reads no more than may be seen.
    """
    allowed = frozenset(name.lower() for name in allowed_functions)
    secured = _secured(catalog, policy, allowed)
    catalog = secured.seen if secured else catalog
    verdict, mending = _caught(statement, dialect, catalog, row_cap, allowed, secured)
    if mending and _caught(mending, dialect, catalog, row_cap, allowed, secured)[0].ok:
        errors = (replace(each, fix=mending) if each.severity == "error" else each for each in verdict.findings)
        return replace(verdict, findings=tuple(errors))
    if verdict.ok and secured is None and not BOOKS[dialect].is_run_here:
        # No engine of ours has shown that the text made of the tree is read as the tree: it must at least pass by itself.
        again, _ = _caught(verdict.sql, dialect, catalog, row_cap, allowed, None)
        if not again.ok:
            doubt = error("not-expressible", f"This cannot be written as {BOOKS[dialect].shown} SQL.", "Use simpler syntax.")
            return Verdict(False, "", (*verdict.findings, doubt), verdict.tables)
    return verdict


def _caught(
    statement: str, dialect: Dialect, catalog: Catalog | None, row_cap: int | None, allowed: frozenset[str], secured: Security | None
) -> tuple[Verdict, str]:
    """Hostile text can make sqlglot build a tree that holds what no tree of its own holds. That is a refusal, never a crash."""
    try:
        return _checked(statement, dialect, catalog, row_cap, allowed, secured)
    except STUMBLES as problem:
        log.warning("a statement in %s was refused because judging it failed: %s", dialect, type(problem).__name__)
        return Verdict(False, "", (error("not-understood", "The statement could not be judged.", "Say it with simpler syntax."),)), ""


def _secured(catalog: Catalog | None, policy: Policy | None, allowed: frozenset[str]) -> Security | None:
    if policy is None or policy.is_open:
        return None
    if catalog is None:
        raise ValueError("A policy holds for the tables of a catalog, and none was given.")
    return security(catalog, policy, allowed)


def _checked(
    statement: str, dialect: Dialect, catalog: Catalog | None, row_cap: int | None, allowed: frozenset[str], secured: Security | None = None
) -> tuple[Verdict, str]:
    """The verdict, and the statement mended where its only faults are names that surely mean others; that one is not checked yet."""
    parsed = parse(statement, dialect)
    if parsed.tree is None:
        untold = Context(BOOKS[dialect], Nodes(exp.Null()), catalog, allowed)
        told = with_hint(parsed.findings, statement, dialect, catalog)
        return Verdict(False, "", (*told_of(parsed.tokens, untold), *told)), ""
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
        return _judged(tree, broken, names, typer, context, row_cap, secured), "" if broken else mended(statement, names.found)
    except RecursionError:
        too_deep = error("too-deep", "The statement nests too deeply to be checked.", "Use CTEs (WITH).")
        return Verdict(False, "", (*broken, too_deep)), ""
    except STUMBLES:
        if not _has_errors(broken):
            raise
        return Verdict(False, "", broken), ""  # what is not allowed may also be what cannot be resolved


def _broken_rules(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    for rule in RULES:
        yield from rule(tree, context)


def _is_query(tree: exp.Expr) -> bool:
    return isinstance(tree.unnest(), (exp.Select, exp.SetOperation))


def _judged(
    tree: exp.Expr,
    broken: tuple[SqlFinding, ...],
    names: Resolution,
    typer: Typer,
    context: Context,
    row_cap: int | None,
    secured: Security | None,
) -> Verdict:
    functions, conditions = show.functions(context.nodes), show.conditions(context.nodes)
    findings = (*broken, *names.findings, *(secured.findings(names, functions) if secured else ()))
    if not _has_errors(findings):
        findings = (*findings, *(finding for lint in LINTS for finding in lint(context.nodes, names, typer)))
    is_ok = not _has_errors(findings)
    sql, shown = _to_run(tree, names, context, row_cap, secured) if is_ok else ("", "")
    doubts = tuple(_looked_at(sql, shown, context, secured)) if is_ok else ()
    if doubts:
        is_ok, sql, shown, findings = False, "", "", (*findings, *doubts)
    return Verdict(
        is_ok,
        sql,
        tuple(dict.fromkeys(findings)),
        show.tables(names),
        show.columns(names),
        functions,
        show.predicates(conditions, names.dialect),
        tuple(column.name for column in names.outputs.columns),
        shown,
    )


def _looked_at(sql: str, shown: str, context: Context, secured: Security | None) -> Iterator[SqlFinding]:
    """What runs may call the functions of masks, what was asked may not."""
    if secured is None:
        yield from last_look(sql, context)
    elif not (doubts := tuple(last_look(shown, context))):
        yield from last_look(sql, replace(context, allowed_functions=context.allowed_functions | secured.functions))
    else:
        yield from doubts


def _has_errors(findings: Iterable[SqlFinding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _to_run(tree: exp.Expr, names: Resolution, context: Context, row_cap: int | None, secured: Security | None) -> tuple[str, str]:
    """What runs, and what of it may be shown."""
    make_exact(context.nodes.of(exp.Identifier), names.dialect)
    if secured is not None:
        secured.mark(tree, names)
    make_explicit(names)
    runnable = with_row_cap(tree, row_cap) if row_cap is not None else tree
    sql = generate(secured.applied(runnable), names.dialect) or "" if secured is not None else ""
    # A schema that the statement does not name is new in the tree; every other name was in it.
    is_all_known = not any("\n" in (table.schema or "") for _, table in names.references if table is not None)
    text = generate(runnable, names.dialect, context.nodes if is_all_known else None) or ""
    return (sql if secured is not None else text), text
