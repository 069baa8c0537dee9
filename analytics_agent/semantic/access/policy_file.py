"""Policies as a YAML file: who may see what of which database. Reading it finds every mistake of form with its line; what a mistake is
only beside a database's catalog is found in policy_check.py. The form is also a JSON Schema: semantic/access/policies.schema.json."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from analytics_agent.catalog.names import nearest
from analytics_agent.domain.catalog import Catalog, Table, TableName
from analytics_agent.domain.policy import NOTHING, SHORTEST_HASH_KEY, Mask, Policy, Share, TablePolicy, merged
from analytics_agent.domain.quoting import checked_name
from analytics_agent.semantic.ossie.document import Entry, Lines, Problems, parse
from analytics_agent.sql.catalog_index import index_of

EVERY_TABLE = "*"
_TOP = {"version", "hash_key", "members", "policies"}
_POLICY = {"name", "users", "roles", "everyone", "models", "database", "tables", "limits"}
_RULE = {"table", "rows", "hide", "mask"}


@dataclass(frozen=True)
class FileRule:
    """What one policy says of one table, as it is written; `table` may be `*`. Lines are those of the file."""

    line: int
    table: str
    rows: str
    masks: tuple[Mask, ...]
    hidden: tuple[str, ...]
    rows_line: int


@dataclass(frozen=True)
class FilePolicy:
    """`opens` gives tables, `limits` only takes away. One for `models` is for no person, but for what models outside are shown."""

    line: int
    name: str
    users: tuple[str, ...]
    roles: tuple[str, ...]
    everyone: bool
    database: str
    opens: tuple[FileRule, ...]
    limits: tuple[FileRule, ...]
    models: bool = False

    def holds_for(self, user: str, roles: frozenset[str]) -> bool:
        return not self.models and (self.everyone or user in self.users or bool(roles & {*self.roles}))


@dataclass(frozen=True)
class PolicyFile:
    """`members` says who has a role."""

    policies: tuple[FilePolicy, ...]
    members: dict[str, tuple[str, ...]]
    hash_key: str

    def roles_of(self, user: str) -> frozenset[str]:
        return frozenset(role for role, users in self.members.items() if user in users)

    def databases(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(policy.database for policy in self.policies))

    def governs(self, database: str) -> bool:
        """Whether it says anything of what people may see of a database. Where it does, who is not in it sees nothing."""
        return any(policy.database == database and not policy.models for policy in self.policies)

    def limits_models(self, database: str) -> bool:
        return any(policy.database == database and policy.models for policy in self.policies)

    def knows(self, user: str) -> bool:
        """Whether anything here is for this person: by name, by a role, or because it is for everyone."""
        roles = self.roles_of(user)
        return bool(roles) or any(policy.holds_for(user, roles) for policy in self.policies)


def read(text: str) -> tuple[PolicyFile, Problems]:
    """The file, and everything that is wrong with its form. With a problem in it, it is not to be used."""
    problems = Problems()
    data = parse(text, problems)
    if data is None and not problems:
        problems.add(1, "the file is empty.")
    if problems and data is None:
        return PolicyFile((), {}, ""), problems
    top = Entry(data, "file", problems, 1)
    _no_others(top, _TOP)
    if top.data.get("version") != 1:
        top.complain("`version` must be 1.", "version")
    key = top.text("hash_key")
    if key and len(key) < SHORTEST_HASH_KEY:
        top.complain(f"`hash_key` must have at least {SHORTEST_HASH_KEY} characters, chosen at random.", "hash_key")
    policies = tuple(_policy(each) for each in top.entries("policies", "policy"))
    for policy in _closed_to_models(policies):
        none = f"no policy for models opens a table of {policy.database}, so they would see nothing. Open some: `tables`."
        problems.add(policy.line, f"policy `{policy.name}`: {none}")
    if not policies and "policies" not in top.data:
        top.complain("`policies` is missing.")
    return PolicyFile(policies, _members(top), key), problems


def _members(top: Entry) -> dict[str, tuple[str, ...]]:
    value = top.data.get("members")
    if value is None:
        return {}
    if not isinstance(value, Lines):
        top.complain("`members` must give a list of people for each role.", "members")
        return {}
    members = Entry(value, "members", top.problems)
    return {role: _names(members, role) for role in value}


def _closed_to_models(policies: tuple[FilePolicy, ...]) -> Iterator[FilePolicy]:
    """The first policy for models of each database where only limits are for them: meant is all the rest, surely."""
    opened = {policy.database for policy in policies if policy.models and policy.opens}
    first = {policy.database: policy for policy in reversed(policies) if policy.models}
    yield from (policy for database, policy in first.items() if database not in opened)


def _policy(entry: Entry) -> FilePolicy:
    _no_others(entry, _POLICY)
    everyone, models = _flag(entry, "everyone"), _flag(entry, "models")
    users, roles = _names(entry, "users"), _names(entry, "roles")
    if not (users or roles or entry.data.get("everyone") or entry.data.get("models")):
        entry.complain("it is for nobody: name `users`, `roles`, or write `everyone: true` or `models: true`.")
    if models and (users or roles or everyone):
        entry.complain("a policy for `models` is for no people: write another one for them.", "models")
    opens = tuple(_rule(each) for each in entry.entries("tables", "table"))
    limits = tuple(_rule(each) for each in entry.entries("limits", "limit"))
    if not (opens or limits):
        entry.complain("it says nothing: give `tables` that it opens, or `limits`.")
    for rule in limits:
        if not (rule.rows or rule.hidden or rule.masks):
            entry.problems.add(rule.line, f"{entry.title}: a limit without `rows`, `hide` or `mask` limits nothing.")
    _no_twins(entry, opens, "tables")
    _no_twins(entry, limits, "limits")
    name, database = entry.text("name", required=True), entry.text("database", required=True)
    try:
        checked_name(database or "x", "database")
    except ValueError as wrong:
        entry.complain(f"`{database}` is no database. {wrong}", "database")
    return FilePolicy(entry.line, name, users, roles, everyone, database, opens, limits, models)


def _names(entry: Entry, key: str) -> tuple[str, ...]:
    """As they are written. YAML reads `no` as false and 007 as 7: a limit on whoever has that name would hold for nobody."""
    value = entry.data.get(key)
    for item in value if isinstance(value, list) else ():
        if not isinstance(item, str):
            entry.complain(f"`{key}` holds a name that YAML reads as {item!r}; put it in quotes.", key)
        elif item != item.strip() or not item:
            entry.complain(f"`{key}` holds a name with blanks around it, or an empty one.", key)
    return entry.texts(key)


def _flag(entry: Entry, name: str) -> bool:
    value = entry.data.get(name, False)
    if not isinstance(value, bool):
        entry.complain(f"`{name}` must be true or false.", name)
    return value is True


def _no_twins(entry: Entry, rules: tuple[FileRule, ...], where: str) -> None:
    seen: set[str] = set()
    for rule in rules:
        if rule.table in seen:
            entry.problems.add(rule.line, f"{entry.title}: the table `{rule.table}` stands twice in `{where}`.")
        seen.add(rule.table)


def _rule(entry: Entry) -> FileRule:
    _no_others(entry, _RULE)
    table = entry.text("table", required=True)
    hidden, masks = entry.texts("hide"), _masks(entry)
    if table == EVERY_TABLE and any(part in entry.data for part in ("rows", "hide", "mask")):
        entry.complain("`*` opens tables whole. Name a table to restrict it.", "table")
    for column in sorted({mask.column for mask in masks} & {*hidden}):
        entry.complain(f"`{column}` is hidden and masked.", "mask")
    return FileRule(entry.line, table, entry.text("rows"), masks, hidden, entry.data.at.get("rows", entry.line))


def _masks(entry: Entry) -> tuple[Mask, ...]:
    value = entry.data.get("mask")
    if value is None:
        return ()
    if not isinstance(value, Lines):
        entry.complain("`mask` must give a mask for each column.", "mask")
        return ()
    found = (_mask(column, said, entry, value.at.get(column, entry.line)) for column, said in value.items())
    return tuple(mask for mask in found if mask is not None)


def _mask(column: str, said: Any, entry: Entry, line: int) -> Mask | None:
    if said in (None, "null"):
        return Mask(column, "null")
    if said == "hash":
        return Mask(column, "hash")
    if isinstance(said, Lines) and list(said) == ["partial"] and isinstance(said["partial"], Lines):
        return _partial(column, said["partial"], entry, line)
    if isinstance(said, Lines) and list(said) == ["bucket"] and isinstance(said["bucket"], Lines):
        return _bucket(column, said["bucket"], entry, line)
    shown = "null, hash, {partial: {first: 1, last: 2}}, {bucket: {size: 100}} or {bucket: {unit: month}}"
    entry.problems.add(line, f"{entry.title}: the mask of `{column}` must be one of {shown}.")
    return None


def _partial(column: str, parts: Lines, entry: Entry, line: int) -> Mask | None:
    numbers = {part: parts.get(part, 0) for part in ("first", "last")}
    is_right = not (set(parts) - {*numbers}) and all(type(each) is int and 0 <= each <= 1_000 for each in numbers.values())
    if not is_right or not any(numbers.values()):
        entry.problems.add(line, f"{entry.title}: `partial` of `{column}` takes `first` and `last`, numbers of characters from 1.")
        return None
    return Mask(column, "partial", first=numbers["first"], last=numbers["last"])


def _bucket(column: str, parts: Lines, entry: Entry, line: int) -> Mask | None:
    size, unit = parts.get("size"), parts.get("unit")
    if set(parts) == {"size"} and isinstance(size, int | float) and not isinstance(size, bool) and 0 < size < 1e15:
        return Mask(column, "bucket", size=float(size))
    if set(parts) == {"unit"} and unit in ("year", "month", "day"):
        return Mask(column, "bucket", unit=unit)
    entry.problems.add(line, f"{entry.title}: `bucket` of `{column}` takes `size`, a number over 0, or `unit`: year, month or day.")
    return None


def _no_others(entry: Entry, known: set[str]) -> None:
    for key in sorted(set(entry.data) - known):
        close = nearest(key, known, limit=1)
        hint = f" Did you mean `{close[0]}`?" if close else ""
        entry.complain(f"`{key}` is not known here.{hint}", key)


def find(written: str, catalog: Catalog) -> Table | None:
    """The table meant by "table" or "schema.table", exactly as the catalog has it; a bare name by the search path."""
    named = [table for table in catalog.tables if written in (table.name, f"{table.schema}.{table.name}")]
    if len(named) < 2:
        return named[0] if named else None
    index = index_of(catalog)
    return next((table for table in named if index.shown(table) == written), None)


def policy_of(file: PolicyFile, user: str, catalog: Catalog, roles: frozenset[str] = frozenset()) -> Policy:
    """Everything that holds for a person in the catalog's database, merged. `roles` are further ones, which the file does not tell of.

    Raises ValueError for a rule of a table that the catalog has not: leaving a limit out would show more than is meant.
    """
    held = file.roles_of(user) | roles
    return _merged([policy for policy in _of(file, catalog) if policy.holds_for(user, held)], catalog, file.hash_key)


def policy_for_models(file: PolicyFile, catalog: Catalog) -> Policy:
    """What a model outside may see of the catalog's database, whoever asks; for a database that `limits_models`. Raises as `policy_of`."""
    return _merged([policy for policy in _of(file, catalog) if policy.models], catalog, file.hash_key)


def confidential(file: PolicyFile, catalog: Catalog) -> dict[TableName, frozenset[str]]:
    """Columns that any policy hides or masks, from people or from models. Where there is one, all columns of views too: a view may show
    it under any name."""
    found: dict[TableName, frozenset[str]] = {}
    for policy in _of(file, catalog):
        for rule in (*policy.opens, *policy.limits):
            columns = {*rule.hidden, *(mask.column for mask in rule.masks)}
            if columns and (table := find(rule.table, catalog)):
                name = TableName(table.schema, table.name)
                found[name] = found.get(name, frozenset()) | columns
    views = [table for table in catalog.tables if table.kind == "view"] if found else []
    return found | {TableName(view.schema, view.name): frozenset(column.name for column in view.columns) for view in views}


def _of(file: PolicyFile, catalog: Catalog) -> Iterator[FilePolicy]:
    return (policy for policy in file.policies if policy.database == catalog.database)


def _merged(holding: list[FilePolicy], catalog: Catalog, hash_key: str) -> Policy:
    shares: dict[TableName, list[Share]] = {}
    named: set[TableName] = set()
    for policy in holding:
        own = {_name(rule, catalog): rule for rule in policy.opens if rule.table != EVERY_TABLE}
        named |= set(own)
        for name, rule in own.items():
            shares.setdefault(name, []).append(Share(name, True, rule.rows, rule.masks, rule.hidden))
        if any(rule.table == EVERY_TABLE for rule in policy.opens):
            for table in catalog.tables:
                name = TableName(table.schema, table.name)
                if name not in own:
                    shares.setdefault(name, []).append(Share(name, True))
        for rule in policy.limits:
            name = _name(rule, catalog)
            shares.setdefault(name, []).append(Share(name, False, rule.rows, rule.masks, rule.hidden))
    return _together(shares, named, catalog, hash_key)


def _together(shares: dict[TableName, list[Share]], named: set[TableName], catalog: Catalog, hash_key: str) -> Policy:
    rules = [rule for name, each in shares.items() if (rule := merged(name, each)) is not None]
    if not rules:
        return NOTHING
    restricting = tuple(rule for rule in rules if not rule.is_open)
    views = {TableName(table.schema, table.name) for table in catalog.tables if table.kind == "view"}
    # A view reads past the rules of the tables under it: under `*` it is left out where anything has a rule.
    is_safe = not restricting and len(rules) == len(catalog.tables)
    tables = tuple(rule.table for rule in rules if is_safe or rule.table not in views or rule.table in named)
    return Policy(tables, tuple(_kept(restricting, tables)), hash_key)


def _kept(rules: tuple[TablePolicy, ...], tables: tuple[TableName, ...]) -> list[TablePolicy]:
    allowed = {*tables}
    return [rule for rule in rules if rule.table in allowed]


def _name(rule: FileRule, catalog: Catalog) -> TableName:
    table = find(rule.table, catalog)
    if table is None:
        raise ValueError(f"The policies name a table {rule.table!r} that the database has not.")
    return TableName(table.schema, table.name)
