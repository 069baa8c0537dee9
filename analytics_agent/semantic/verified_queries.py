"""Verified queries: which of a model's a statement is, and which of them somebody with a part of the rights may know of."""

from collections.abc import Collection

from analytics_agent.catalog.restrict import name_of
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.policy import Policy
from analytics_agent.semantic.model import SemanticModel, VerifiedQuery
from analytics_agent.sql.catalog_index import index_of
from analytics_agent.sql.check import check
from analytics_agent.sql.normal import normal
from analytics_agent.sql.show import has_literals


def recognized(model: SemanticModel | None, sql: str) -> VerifiedQuery | None:
    """The verified query that a statement is, to the letter but for its layout: a changed one is nobody's to vouch for."""
    queries = model.verified_queries if model else ()
    return next((query for query in queries if normal(query.sql) == normal(sql)), None)


def seen(queries: Collection[VerifiedQuery], whole: Catalog, readable: Catalog, policy: Policy) -> tuple[VerifiedQuery, ...]:
    """Those that read only what is seen whole: every row and column of their tables."""
    names = {name_of(table) for table in readable.tables}
    return tuple(query for query in queries if _is_seen(query, whole, names, policy))


def _is_seen(query: VerifiedQuery, whole: Catalog, names: Collection[TableName], policy: Policy) -> bool:
    verdict = check(query.sql, dialect=whole.dialect, catalog=whole)
    index = index_of(whole)
    read = [name_of(table) for table in whole.tables if index.shown(table) in {*verdict.tables}] if verdict.ok else []
    return len(read) == len(verdict.tables) > 0 and all(table in names and policy.rule_of(table) is None for table in read)


def without_values(queries: Collection[VerifiedQuery]) -> tuple[VerifiedQuery, ...]:
    """Those that name no value, for a reader who may see none."""
    return tuple(query for query in queries if not has_literals(query.sql))
