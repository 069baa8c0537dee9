"""Row and column security at the leaves: every reference of a table becomes the rows and columns of it that a policy lets be seen.

The statement is judged over the catalog as the person sees it (`Security.seen`), so that a hidden column is unknown like any other that
does not exist. Then each reference is replaced by a subquery under the same name, which filters and masks, and the rest of the
statement stays. Its rows come through a fence: something that the engine's optimizer moves no condition across. Without it the asker's
own condition can be computed over hidden rows first, and an error of it tells that they are there.

| engine | fence | without it |
|---|---|---|
| PostgreSQL | `OFFSET 0` | a cast in the asker's WHERE runs before a condition with a subquery |
| DuckDB | `OFFSET 0` | a cast in a JOIN runs before a condition with a subquery |
| SQLite | `LIMIT -1` | the subquery is flattened, and json_extract or abs runs before EXISTS |
| MariaDB | `LIMIT`, the largest number | the subquery is merged, and arithmetic runs before a semi-join |

`MATERIALIZED` is no fence in DuckDB: filters move into it, and a huge LIMIT is left out of the plan.
Other dialects are only judged, never run: under a policy with rules every statement in them is refused.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Final

from sqlglot import exp
from sqlglot.errors import SqlglotError

from analytics_agent.catalog.restrict import name_of
from analytics_agent.catalog.under_policy import under_policy
from analytics_agent.domain.catalog import Catalog, Dialect, Table, TableName
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.domain.policy import Policy, TablePolicy
from analytics_agent.sql.as_written import sqlglot_dialect, unambiguous
from analytics_agent.sql.identifiers import identifier, written
from analytics_agent.sql.masks import FUNCTIONS, column_of, masked, wrong_with
from analytics_agent.sql.parse import generate
from analytics_agent.sql.policy_rows import Condition, row_condition, schema_prefix
from analytics_agent.sql.scope import Resolution
from analytics_agent.sql.verdict import error, quoted

FENCES: Final[dict[Dialect, str]] = {
    "postgres": "OFFSET 0",
    "duckdb": "OFFSET 0",
    "sqlite": "LIMIT -1",
    "mysql": "LIMIT 18446744073709551615",
}
_MOVED = ("joins", "laterals", "pivots")
"""What stands behind a table's name in FROM and stands behind the subquery as well."""
_KNOWN = frozenset({"this", "db", "catalog", "alias", *_MOVED})
_TELL_LABELS = frozenset({"typeof", "variant_typeof", "enum_code", "enum_first", "enum_last", "enum_range"})
"""DuckDB's functions that tell which values a type lists: some may be those of hidden rows alone. No other engine lets one be called."""
_MARK, _UNQUALIFIED = "secured", "unqualified"


class Security:
    """One policy over one database. `seen` is the catalog as the person sees it."""

    def __init__(self, catalog: Catalog, policy: Policy, allowed_functions: frozenset[str] = frozenset()) -> None:
        self.catalog, self._policy, self._allowed = catalog, policy, allowed_functions
        self._tables = {name_of(table): table for table in catalog.tables}
        self._leaves: dict[TableName, exp.Expr | tuple[SqlFinding, ...]] = {}
        self.dialect = catalog.dialect
        self.seen = self._judged_over(under_policy(catalog, policy))
        self.functions = FUNCTIONS.get(catalog.dialect, frozenset())

    def _judged_over(self, seen: Catalog) -> Catalog:
        """Through a subquery no engine knows that a primary key settles the other columns of a group."""
        tables = tuple(replace(table, primary_key=()) if self._rule(table) else table for table in seen.tables)
        return replace(seen, tables=tables)

    def can_be_applied(self, table: TableName) -> bool:
        """Whether the table's rule can be; where it cannot, the table cannot be read."""
        return not isinstance(self._leaf(self._tables[table]), tuple)

    def findings(self, names: Resolution, functions: Iterable[str] = ()) -> tuple[SqlFinding, ...]:
        """Why the policy cannot be applied to a statement that was resolved over `seen` and calls these functions; nothing, as a rule."""
        found: list[SqlFinding] = list(self._telling(names, functions))
        for node, table in names.references:
            if table is None or self._rule(table) is None:
                continue
            leaf = self._leaf(table)
            found += leaf if isinstance(leaf, tuple) else ()
            if more := sorted(part for part, value in node.args.items() if value and part not in _KNOWN):
                message = f"{quoted(node.name)} is read under row rules, and {', '.join(more).upper()} cannot be applied to it."
                found.append(error("row-security", message, "Read the table plainly, by its name."))
        return tuple(dict.fromkeys((*found, *self._qualified_twice(names))))

    def _telling(self, names: Resolution, functions: Iterable[str]) -> Iterable[SqlFinding]:
        rules = [self._rule(table) for _, table in names.references if table is not None]
        if self.dialect == "duckdb" and any(rule and rule.rows for rule in rules):
            for name in sorted(_TELL_LABELS.intersection(functions)):
                yield error("row-security", f"{name.upper()} cannot be called where row rules apply.", "Read the values themselves.")

    def mark(self, tree: exp.Expr, names: Resolution) -> None:
        """Note in the tree what is to be replaced. The nodes' own dictionaries are copied with the tree."""
        restricted = {id(node): table for node, table in names.references if table is not None and self._rule(table) is not None}
        for node, table in names.references:
            if id(node) in restricted and table is not None:
                node.meta[_MARK] = name_of(table)
        for column in tree.find_all(exp.Column):
            if column.args.get("db") and self._is_of_restricted(column, names):
                column.meta[_UNQUALIFIED] = True

    def applied(self, tree: exp.Expr) -> exp.Expr:
        """A copy of a marked tree in which each reference is what may be seen of it. `findings` had nothing to say."""
        secured = tree.copy()
        for column in list(secured.find_all(exp.Column)):
            if column.meta.get(_UNQUALIFIED):
                column.set("db", None)
                column.set("catalog", None)
        for node in [each for each in secured.find_all(exp.Table) if _MARK in each.meta]:
            leaf = self._leaf(self._tables[node.meta[_MARK]])
            if isinstance(leaf, tuple):
                raise ValueError("a table whose rules cannot be applied is in a statement to run")
            _replace(node, leaf, self.dialect)
        return secured

    def _rule(self, table: Table) -> TablePolicy | None:
        return self._policy.rule_of(name_of(table))

    def _leaf(self, table: Table) -> exp.Expr | tuple[SqlFinding, ...]:
        """What may be seen of a table, as a query; or why that cannot be said. Made once."""
        name = name_of(table)
        known = self._leaves.get(name)
        if known is None:
            known = self._leaves[name] = self._made(self._tables[name])
        return known

    def _made(self, table: Table) -> exp.Expr | tuple[SqlFinding, ...]:
        refused = (error("row-security", f"The row rules of {quoted(table.name)} cannot be applied, so it cannot be read."),)
        rule = self._rule(table)
        if rule is None or self.dialect not in FENCES:
            return refused
        columns = {column.name: column for column in table.columns}
        for mask in rule.masks:
            if mask.column not in columns or wrong_with(mask, columns[mask.column], self.dialect, self._policy.hash_key):
                return refused
        text = self._rows(table, rule, (), self._shown(table, rule))
        tree = _parsed(text, self.dialect) if text else None
        return tree if tree is not None else refused

    def _shown(self, table: Table, rule: TablePolicy) -> list[str]:
        masks, shown = {mask.column: mask for mask in rule.masks}, []
        for column in table.columns:
            if column.name in rule.hidden:
                continue
            plain = column_of(table.name, column.name, self.dialect)
            mask = masks.get(column.name)
            if mask is None and self.dialect != "sqlite":  # which promises no name of a column without AS
                shown.append(plain)
                continue
            value = masked(mask, plain, self.dialect, self._policy.hash_key) if mask else plain
            shown.append(f"{value} AS {written(column.name, self.dialect)}")
        return shown

    def _rows(self, table: Table, rule: TablePolicy, path: tuple[TableName, ...], shown: list[str]) -> str:
        """The query of a leaf; empty where a condition cannot be used. Each group of conditions stands behind the fence of the one
        before: PostgreSQL computes what limits all rows before what adds rows, too."""
        alias = written(table.name, self.dialect)
        source = f"{schema_prefix(table, self.dialect)}{alias} AS {alias}"
        every = [f"{column_of(table.name, column.name, self.dialect)}" for column in table.columns]
        path = (*path, name_of(table))
        for place, group in enumerate(rule.rows):
            conditions = [self._condition(text, table, path) for text in group]
            if not all(conditions):
                return ""
            is_last = place == len(rule.rows) - 1
            outputs = shown if is_last else every
            inner = f"SELECT {', '.join(outputs)} FROM {source} WHERE {' OR '.join(conditions)} {FENCES[self.dialect]}"
            if is_last:
                return inner
            source = f"({inner}) AS {alias}"
        return f"SELECT {', '.join(shown)} FROM {source}"

    def _condition(self, text: str, table: Table, path: tuple[TableName, ...]) -> str:
        """One condition as text, in brackets, the tables of its subqueries under their own row rules; empty where it cannot be used."""
        condition: Condition = row_condition(text, table, self.catalog, self._allowed)
        if condition.tree is None:
            return ""
        for node, other in condition.references:
            if other is None or name_of(other) in path:
                return ""  # rules that go round in circles; PostgreSQL refuses them too
            rule = self._policy.rule_of(name_of(other))
            if rule is not None and rule.rows:
                text = self._rows(other, rule, path, self._all_plain(other))
                tree = _parsed(text, self.dialect) if text else None
                if tree is None or {key for key, value in node.args.items() if value} - _KNOWN:
                    return ""
                _replace(node, tree, self.dialect)
            elif self.dialect == "sqlite":
                node.set("db", identifier("main", self.dialect))
        return generate(condition.tree, self.dialect) or ""

    def _all_plain(self, table: Table) -> list[str]:
        return [column_of(table.name, column.name, self.dialect) for column in table.columns]

    def _is_of_restricted(self, column: exp.Column, names: Resolution) -> bool:
        source = names.sources_of.get(id(column))
        if source is not None:
            return source.table is not None and self._rule(source.table) is not None
        return isinstance(column.this, exp.Star) and any(
            each.table is not None and self._rule(each.table) is not None
            for each in names.sources.values()
            if each.name == names.fold_source(column.args["table"])
        )

    def _qualified_twice(self, names: Resolution) -> Iterable[SqlFinding]:
        """A column named with its schema, which a subquery has not, while two tables of this name are in the statement."""
        tables: dict[str, set[int]] = {}
        restricted: set[str] = set()
        for source in names.sources.values():
            tables.setdefault(source.name, set()).add(id(source.table) if source.table is not None else id(source))
            if source.table is not None and self._rule(source.table) is not None:
                restricted.add(source.name)
        for name in sorted(restricted):
            if len(tables[name]) > 1 and self._has_schema(name, names):
                yield error("row-security", f"{quoted(name)} names two things in this statement.", "Give each its own alias (AS).")

    def _has_schema(self, name: str, names: Resolution) -> bool:
        trees = {id(node.root()): node.root() for node, _ in names.references}
        columns = (column for tree in trees.values() for column in tree.find_all(exp.Column))
        return any(column.args.get("db") and names.fold_source(column.args["table"]) == name for column in columns)


def _replace(node: exp.Table, leaf: exp.Expr, dialect: Dialect) -> None:
    alias = node.args.get("alias") or exp.TableAlias(this=identifier(node.name, dialect))
    if alias.this is None:
        alias.set("this", identifier(node.name, dialect))
    moved = {part: node.args.get(part) for part in _MOVED if node.args.get(part)}
    node.replace(exp.Subquery(this=leaf.copy(), alias=alias, **moved))


@lru_cache(maxsize=500)
def _parsed(text: str, dialect: Dialect) -> exp.Expr | None:
    """Texts of ours, of parts that were judged before, so not bounded in length. Whoever puts it into a tree copies it."""
    try:
        trees = sqlglot_dialect(dialect).parse(text)
    except (SqlglotError, RecursionError):
        return None
    return unambiguous(trees[0], dialect) if len(trees) == 1 and trees[0] is not None else None


_KEPT: dict[tuple[int, str, frozenset[str]], Security] = {}
_MOST_KEPT = 64


def security(catalog: Catalog, policy: Policy, allowed_functions: frozenset[str] = frozenset()) -> Security | None:
    """Kept for the next statement over this very record of the catalog; None for a policy that restricts nothing."""
    if policy.is_open:
        return None
    key = (id(catalog), policy.hash, allowed_functions)
    kept = _KEPT.get(key)
    if kept is not None and kept.catalog is catalog:
        return kept
    if len(_KEPT) >= _MOST_KEPT:
        _KEPT.clear()
    made = _KEPT[key] = Security(catalog, policy, allowed_functions)
    return made
