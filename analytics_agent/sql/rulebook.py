"""What a statement of one dialect may use: its rulebook. The rules are the same for all ten; what differs is data, in rulebooks/."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.vocabulary import CLAUSES, NODES, TYPES
from analytics_agent.sql.words import words


@dataclass(frozen=True)
class Rulebook:
    """Everything is a list of what is known to be harmless, but for the names that the engine keeps for itself.

    `functions` are the engine's own functions without side effects, as it writes them, in lower case. `suffixes` may follow the
    name of an aggregate (ClickHouse's combinators). `table_functions` may stand in FROM, where any other reads something that is
    not in the catalog. `nodes`, `clauses` and `types` are allowed here beyond those allowed everywhere.

    `system_schemas` are schemas or whole catalogs of the engine, `system_tables` a pattern of names that are its own in any schema.
    `file_marks` are characters that make a name in FROM a file, a stage or an address, `file_endings` names that do so after a dot.
    `session_words` are read as a value of the session or the server although they look like a column, `pseudo_columns` are columns
    that no catalog has.

    `reads_catalogs`: whether three-part names are allowed; `reads_fields`: whether a name after a value reads a field of it and can
    mean nothing else; `recurses_unsaid`: whether a CTE may name itself without the word RECURSIVE; `longest_name` in bytes, over
    which the engine cuts a name or refuses it; `most_joins` in one statement;
    `is_run_here`: whether there is an adapter that runs statements of it.

    `long_makers` maps functions that make long from short to the place (from 0) of the argument that says how long. `series` maps
    those that make rows or lists to how their arguments say it: "ends" (start, end, step; one alone is the end) or "count".
    """

    dialect: Dialect
    shown: str
    functions: frozenset[str]
    table_functions: frozenset[str]
    suffixes: tuple[str, ...] = ()
    nodes: frozenset[str] = NODES
    clauses: Mapping[str, frozenset[str]] = field(default_factory=lambda: CLAUSES)
    types: frozenset[exp.DType] = TYPES
    system_schemas: frozenset[str] = frozenset()
    system_tables: re.Pattern[str] = re.compile(r"(?!)")
    file_marks: str = ""
    file_endings: frozenset[str] = frozenset()
    session_words: frozenset[str] = frozenset()
    pseudo_columns: frozenset[str] = frozenset()
    reads_catalogs: bool = False
    reads_fields: bool = False
    recurses_unsaid: bool = False
    longest_name: int = 255
    most_joins: int = 100
    is_run_here: bool = False
    long_makers: Mapping[str, int] = field(default_factory=dict)
    series: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)

    def has_function(self, name: str) -> bool:
        """Whether the engine has a harmless function of this name, in any case."""
        lower = name.lower()
        if lower in self.functions or lower in self.table_functions:
            return True
        return any(lower.endswith(end) and self.has_function(lower.removesuffix(end)) for end in self.suffixes)

    def is_system(self, schema: str, name: str, catalog: str = "") -> bool:
        """Whether a table's name is one that the engine keeps for itself, or reads as a file, a stage or an address."""
        parts = [_as_compared(part) for part in (catalog, schema, name)]
        return (
            any(part in self.system_schemas for part in parts[:2])
            or parts[2] in self.system_schemas
            or self.system_tables.match(parts[2]) is not None
            or any(mark in part for mark in self.file_marks for part in parts)
            or (bool(schema) and parts[2] in self.file_endings)
        )


def _as_compared(name: str) -> str:
    """As the most lenient of the engines compares names: T-SQL's takes letters of other widths for the same, and no heed of blanks."""
    return (name if name.isascii() else unicodedata.normalize("NFKC", name)).lower().strip()


def more(base: Mapping[str, frozenset[str]], **added: str) -> dict[str, frozenset[str]]:
    """Clauses with some added, as words."""
    return {**base, **{kind: base.get(kind, frozenset()) | words(names) for kind, names in added.items()}}
