"""A catalog as somebody under a policy sees it: tables and columns that are not theirs do not exist, masked columns have the types of
their masks."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from analytics_agent.catalog.build import fingerprint
from analytics_agent.catalog.restrict import Hidden, bare_type, name_of, restricted
from analytics_agent.domain.catalog import Catalog, ColumnType, ForeignKey, Table, TableColumn, TableName
from analytics_agent.domain.policy import Mask, Policy, TablePolicy


def under_policy(catalog: Catalog, policy: Policy) -> Catalog:
    """Only what the policy lets be seen. A rule of a column that the table has not (any more) closes the table.

    A view reads with the rights of who made it, past the rules of the tables under it. So where any table has a rule, a view is
    there only if the policy names it. Where a rule is of a table that is not in the catalog, a table may have been renamed: then only
    tables are there that the policy names.
    """
    if policy.is_open:
        return catalog
    has_rules = any(not rule.is_open for rule in policy.rules)
    is_outdated = not {rule.table for rule in policy.rules} <= {name_of(table) for table in catalog.tables}
    kept = tuple(name_of(table) for table in catalog.tables if _is_there(table, policy, has_rules, is_outdated))
    narrow = restricted(catalog, kept)
    gone = {name_of(table): set(rule.hidden) for table in narrow.tables if (rule := policy.rule_of(name_of(table)))}
    hidden = hidden_columns(narrow, gone)
    tables = tuple(_seen(table, policy.rule_of(name_of(table)), gone, hidden) for table in narrow.tables)
    return replace(narrow, tables=tables, fingerprint=fingerprint(tables))


def hidden_columns(narrow: Catalog, gone: Mapping[TableName, Collection[str]]) -> Hidden:
    """The names of hidden columns that nothing bears which is seen. `narrow` has the tables that are seen, with all of their columns."""
    seen = {table.name for table in narrow.tables}
    for table in narrow.tables:
        seen |= {column.name for column in table.columns}.difference(gone.get(name_of(table), ()))
    return Hidden.of(column for columns in gone.values() for column in columns).without(seen)


def _is_there(table: Table, policy: Policy, has_rules: bool, is_outdated: bool) -> bool:
    name = name_of(table)
    must_be_named = is_outdated or (table.kind == "view" and has_rules)
    if not policy.may_read(name) or (must_be_named and not policy.names(name)):
        return False
    rule = policy.rule_of(name)
    return rule is None or _named_by(rule) <= {column.name for column in table.columns}


def _named_by(rule: TablePolicy) -> set[str]:
    return {*rule.hidden, *(mask.column for mask in rule.masks)}


def _seen(table: Table, rule: TablePolicy | None, gone: dict[TableName, set[str]], elsewhere: Hidden) -> Table:
    """`elsewhere` are names that nothing bears which is seen: a comment here may speak of a column there."""
    own = gone.get(name_of(table), set())
    masks = {mask.column: mask for mask in rule.masks} if rule else {}
    hidden = Hidden(Hidden.of(own).names | elsewhere.names)
    columns = tuple(_column(column, masks.get(column.name), hidden) for column in table.columns if column.name not in own)
    if rule and rule.rows:  # an ENUM lists its values: those too that only rows which are not seen have
        columns = tuple(map(bare_type, columns))
    keys = tuple(key for key in table.foreign_keys if not _tells(key, table, own | set(masks), gone))
    primary = table.primary_key if not ({*own, *masks} & {*table.primary_key}) else ()
    rows = None if rule and rule.rows else table.rows
    comment = hidden.told(table.comment or "") or None
    return replace(table, columns=columns, foreign_keys=keys, primary_key=primary, rows=rows, comment=comment)


def _tells(key: ForeignKey, table: Table, own: set[str], gone: dict[TableName, set[str]]) -> bool:
    """Whether a key names a column that does not exist, or would join by a masked one."""
    target = gone.get(TableName(key.table_schema or table.schema, key.table), set())
    return bool(own & {*key.columns} or target & {*key.to_columns})


def _column(column: TableColumn, mask: Mask | None, hidden: Hidden) -> TableColumn:
    comment = hidden.told(column.comment or "") or None
    if mask is None:
        return replace(column, comment=comment) if comment != column.comment else column
    comment = " ".join(filter(None, (comment, f"Masked: the asker sees it {mask.in_words}.")))
    if mask.kind == "null":
        return replace(bare_type(column), nullable=True, comment=comment)
    kind: ColumnType = "text" if mask.kind in ("hash", "partial") else "date" if mask.unit else "number"
    native = {"text": "text", "date": "date", "number": "numeric"}[kind]
    return replace(column, type=kind, native_type=native, comment=comment)
