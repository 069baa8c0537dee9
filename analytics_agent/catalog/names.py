"""How tables are named: looking one up by what somebody wrote, showing one, and the valid names nearest to a wrong one."""

import difflib
import re
from collections.abc import Callable, Iterable

from analytics_agent.domain.catalog import Catalog, Table

_QUOTED_PART = re.compile(r'"((?:[^"]|"")*)"|([^."]+)')
_LAST_QUOTED = re.compile(r'(?P<table>.+)\."(?P<column>(?:[^"]|"")+)"')


def find_table(catalog: Catalog, name: str) -> Table | None:
    """The table that `name`, "schema.table" or a bare name, means for a person: exact first, then in any case.

    A bare name is looked for along the search path, then in every schema if only one has it.
    """
    return _match(catalog, name, _same) or _match(catalog, name, _same_in_any_case)


def column_parts(path: str) -> tuple[str, str]:
    """The table's name and the column's of "schema.table.column", any of them in the quotes that SQL wants. The table's keeps its own."""
    quoted = _LAST_QUOTED.fullmatch(path.strip())
    if quoted:
        return quoted["table"], quoted["column"].replace('""', '"')
    table, _, column = path.rpartition(".")
    return table, column


def shown_name(catalog: Catalog, table: Table) -> str:
    """The shortest name that means this table: bare where the search path finds it, "schema.table" otherwise."""
    namesakes = [other for other in catalog.tables if other.name == table.name]
    first = next((other for schema in catalog.search_path for other in namesakes if other.schema == schema), None)
    return table.name if first is table or table.schema is None else f"{table.schema}.{table.name}"


def nearest(name: str, choices: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The choices most like `name`, best first: by spelling, or because one holds the other. Empty when none is close."""
    wanted = name.lower()
    scored = sorted(((_likeness(wanted, choice.lower()), choice) for choice in set(choices)), key=lambda pair: (-pair[0], pair[1]))
    return tuple(choice for score, choice in scored[:limit] if score >= 0.55)


def _likeness(wanted: str, choice: str) -> float:
    matcher = difflib.SequenceMatcher(None, wanted, choice, autojunk=False)
    spelling = matcher.ratio() if matcher.real_quick_ratio() >= 0.5 else 0.0
    contained = len(wanted) > 2 and len(choice) > 2 and (wanted in choice or choice in wanted)
    return max(spelling, 0.7 + 0.2 * min(len(wanted), len(choice)) / max(len(wanted), len(choice))) if contained else spelling


def _match(catalog: Catalog, name: str, same: Callable[[str, str], bool]) -> Table | None:
    schema, bare = _parts(name)
    found = [table for table in catalog.tables if same(table.name, bare) and (schema is None or same(table.schema or "", schema))]
    if schema is not None or len(found) == 1:
        return found[0] if found else None
    return next((table for place in catalog.search_path for table in found if table.schema == place), None)


def _parts(name: str) -> tuple[str | None, str]:
    parts = [(quoted or plain).replace('""', '"') for quoted, plain in _QUOTED_PART.findall(name.strip())]
    if len(parts) >= 2:
        return parts[-2], parts[-1]
    return None, parts[0] if parts else ""


def _same(left: str, right: str) -> bool:
    return left == right


def _same_in_any_case(left: str, right: str) -> bool:
    return left.casefold() == right.casefold()
