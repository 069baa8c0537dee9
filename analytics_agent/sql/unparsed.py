"""What is said of a statement that does not parse: the slips that people and models make who think of another dialect."""

import re
from dataclasses import replace
from typing import Final

from analytics_agent.domain.catalog import Catalog, Dialect
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.identifiers import written

_BACKTICKS: Final[frozenset[Dialect]] = frozenset({"mysql", "bigquery", "databricks", "clickhouse", "sqlite"})
_TOPS: Final[frozenset[Dialect]] = frozenset({"tsql", "snowflake"})
_TOP = re.compile(r"\bSELECT\s+(DISTINCT\s+)?TOP\b", re.IGNORECASE)
_LIMIT_BY = re.compile(r"\bLIMIT\s+\d+\s+BY\b.*\bLIMIT\b", re.IGNORECASE | re.DOTALL)
_BRACKETED = re.compile(r"(?<![\w\])])\[[A-Za-z][^\[\]']*\]")
_MOST_NAMES, _MOST_TABLES, _LONGEST = 3, 2_000, 20_000


def with_hint(findings: tuple[SqlFinding, ...], statement: str, dialect: Dialect, catalog: Catalog | None) -> tuple[SqlFinding, ...]:
    """The findings, the one about syntax with what is likely meant."""
    if len(statement) > _LONGEST or not any(finding.rule == "syntax" for finding in findings):
        return findings
    hint = " ".join(_hints(statement, dialect, catalog))
    return (
        tuple(replace(each, hint=f"{hint} {each.hint}".strip()) if each.rule == "syntax" else each for each in findings)
        if hint
        else findings
    )


def _hints(statement: str, dialect: Dialect, catalog: Catalog | None) -> list[str]:
    hints = []
    if "`" in statement and dialect not in _BACKTICKS:
        hints.append("Names are quoted with double quotes here, not with backticks.")
    if dialect not in _TOPS and _TOP.search(statement):
        hints.append("There is no TOP here: write LIMIT n at the end.")
    if dialect == "clickhouse" and _LIMIT_BY.search(statement):
        hints.append("After LIMIT n BY no second LIMIT is read: put the query in brackets, SELECT * FROM (…) LIMIT m.")
    if dialect not in ("tsql", "sqlite") and _BRACKETED.search(statement):
        hints.append("Names are not quoted with brackets here.")
    if names := _unquoted(statement, dialect, catalog):
        hints.append(f"Names that are more than a word stand in quotes: {', '.join(names)}.")
    return hints


def _unquoted(statement: str, dialect: Dialect, catalog: Catalog | None) -> list[str]:
    """Names of the catalog that hold blanks or dots, and stand in the statement without quotes."""
    lower = statement.lower()
    found: dict[str, None] = {}
    for table in catalog.tables[:_MOST_TABLES] if catalog else ():
        for name in (table.name, *(column.name for column in table.columns)):
            if (
                not name.replace("_", "").isalnum()
                and len(name) > 2
                and name.lower() in lower
                and (text := written(name, dialect)) not in statement
            ):
                found[text] = None
                if len(found) == _MOST_NAMES:
                    return list(found)
    return list(found)
