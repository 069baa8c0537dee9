"""Whether what was understood is what runs: the text itself and the statement that the guard made of it, run on the same engine."""

import re
from dataclasses import dataclass
from typing import Literal

from attack.worlds import Failed, Rows, World

from analytics_agent.domain.catalog import Catalog, Dialect
from analytics_agent.sql.check import check

Outcome = Literal["refused", "same", "different", "only text runs", "only ours runs", "neither runs", "unstable", "varies"]
_DOCUMENTED: dict[str, re.Pattern[str]] = {
    # SQLite has no dates: its cast gives the number that the text begins with, 2024. A date is what is meant, and what is made of it.
    "sqlite": re.compile(r"\b(try_)?cast\b.*\bas\s+(date|datetime|timestamp)", re.IGNORECASE | re.DOTALL),
    # The word without quotes is the login there; here it is the column of that name, and the login is not to be had.
    "postgres": re.compile(r"\buser\b", re.IGNORECASE),
    # In which order the different values are joined is for the plan to decide.
    "duckdb": re.compile(r"\b(group_concat|string_agg|listagg)\s*\(\s*distinct", re.IGNORECASE),
}
"""Where what runs differs from the text on purpose; docs/security.md says so."""


def documented(text: str, dialect: Dialect) -> bool:
    return dialect in _DOCUMENTED and bool(_DOCUMENTED[dialect].search(text))


def settles(sql: str, dialect: Dialect, catalog: Catalog | None) -> str:
    """Why not, if what the guard made is not let through again, or goes on changing but for its layout; empty when it settles."""
    again = check(sql, dialect=dialect, catalog=catalog)
    if not again.ok:
        return f"what was made of it is refused ({'; '.join(finding.message for finding in again.findings)}): {' '.join(sql.split())}"
    once_more = check(again.sql, dialect=dialect, catalog=catalog)
    if "".join(once_more.sql.split()) != "".join(again.sql.split()):
        return f"what is made of it goes on changing: {' '.join(again.sql.split())} becomes {' '.join(once_more.sql.split())}"
    return ""


@dataclass(frozen=True)
class Difference:
    """What became of one text. `sql` is what the guard would have run."""

    text: str
    outcome: Outcome
    sql: str = ""
    told: str = ""


def difference(world: World, text: str, catalog: Catalog | None, *, has_order: bool | None = None) -> Difference:
    """The text is run only if the guard lets it pass; the world may hold whatever the catalog says."""
    verdict = check(text, dialect=world.dialect, catalog=catalog)
    if not verdict.ok:
        return Difference(text, "refused", told="; ".join(finding.rule for finding in verdict.findings))
    if why := settles(verdict.sql, world.dialect, catalog):
        return Difference(text, "unstable", verdict.sql, why)
    ours, theirs = _run(world, verdict.sql), _run(world, text)
    if isinstance(ours, Failed) or isinstance(theirs, Failed):
        if isinstance(theirs, Failed) and isinstance(ours, Failed):
            return Difference(text, "neither runs", verdict.sql, str(ours))
        return Difference(
            text,
            "only ours runs" if isinstance(theirs, Failed) else "only text runs",
            verdict.sql,
            f"{theirs if isinstance(theirs, Failed) else ours}",
        )
    is_ordered = "order by" in text.lower() if has_order is None else has_order
    if comparable(ours, is_ordered) == comparable(theirs, is_ordered):
        return Difference(text, "same", verdict.sql)
    once_more, ours_again = _run(world, text), _run(world, verdict.sql)
    if isinstance(once_more, Failed) or isinstance(ours_again, Failed):
        return Difference(text, "varies", verdict.sql)
    shown = comparable(once_more, is_ordered)
    if shown != comparable(theirs, is_ordered) or shown == comparable(ours_again, is_ordered):
        return Difference(text, "varies", verdict.sql)  # the time, chance or the plan decides
    return Difference(text, "different", verdict.sql, f"{theirs[:3]!r} became {ours[:3]!r}")


def _run(world: World, sql: str) -> Rows | Failed:
    try:
        return world.rows(sql)
    except Failed as problem:
        return problem


def comparable(rows: Rows, is_ordered: bool) -> list[str]:
    """Values with their types: 1, 1.0 and '1' differ."""
    shown = [repr(row) for row in rows]
    return shown if is_ordered else sorted(shown)
