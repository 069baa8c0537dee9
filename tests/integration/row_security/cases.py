"""Worlds made at random: tables with their rows, a policy over them, and questions in SQL. Nothing here knows how a policy is enforced.

Each condition of a policy comes twice, as SQL and as a function of Python, and so does each mask: what may be seen is computed without
any engine. Values that make casts, divisions, patterns and sums fail lie mostly in rows that policies hide.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from random import Random
from typing import Any

from analytics_agent.catalog.build import build, column_type
from analytics_agent.domain.catalog import Catalog, Dialect, Table, TableColumn, TableName
from analytics_agent.domain.policy import Mask, Policy, TablePolicy
from analytics_agent.sql.identifiers import written

Row = dict[str, Any]
Rows = dict[str, list[Row]]
Sees = Callable[[Row, Rows], bool | None]
KEY = "a key of the tests, which is secret"
SCHEMAS: dict[Dialect, str | None] = {"postgres": "public", "duckdb": "main", "sqlite": None, "mysql": ""}
NAMES = ("orders", "b", "Odd Table", "select", "visits", "tenant")
TYPES: dict[str, str] = {
    "id": "integer",
    "tenant": "integer",
    "owner": "text",
    "name": "text",
    "x": "integer",
    "day": "text",
    "pat": "text",
    "big": "bigint",
    "doc": "text",
    "born": "date",
    "b": "integer",
}
MEMBER = {"who": "text", "tenant": "integer"}
TEXT: dict[Dialect, str] = {"postgres": "text", "duckdb": "varchar", "sqlite": "text", "mysql": "varchar(100)"}
_BIG: dict[Dialect, int] = {"postgres": 2**63 - 1, "duckdb": 2**63 - 1, "mysql": 2**63 - 1, "sqlite": -(2**63)}


@dataclass(frozen=True)
class Condition:
    sql: str
    sees: Sees


@dataclass(frozen=True)
class Rule:
    """What the policy says of one table. `limits` all hold; of `opens` one must, and none of them is all rows."""

    limits: tuple[Condition, ...] = ()
    opens: tuple[Condition, ...] = ()
    masks: tuple[Mask, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        opens = (tuple(each.sql for each in self.opens),) if self.opens else ()
        return (*((each.sql,) for each in self.limits), *opens)

    def lets_see(self, row: Row, rows: Rows) -> bool:
        return all(each.sees(row, rows) for each in self.limits) and (not self.opens or any(each.sees(row, rows) for each in self.opens))


@dataclass(frozen=True)
class World:
    dialect: Dialect
    schema: str | None
    columns: dict[str, dict[str, str]]
    rows: Rows
    rules: dict[str, Rule]

    @cached_property
    def catalog(self) -> Catalog:
        tables = [
            Table(self.schema, name, tuple(TableColumn(c, column_type(kind), kind) for c, kind in columns.items()))
            for name, columns in self.columns.items()
        ]
        return build("world", self.dialect, tables, (self.schema,) if self.schema else ())

    @cached_property
    def policy(self) -> Policy:
        rules = (TablePolicy(self.schema, name, rule.groups, rule.masks, rule.hidden) for name, rule in self.rules.items())
        return Policy(tuple(TableName(self.schema, name) for name in self.columns), tuple(rules), KEY)

    def creation(self) -> list[str]:
        return [sql for name in self.columns for sql in _created(name, self.columns[name], self.rows[name], self.dialect)]

    def seen(self) -> "World":
        """The world that a person under the policy is to believe in: less of everything, and no policy."""
        basis = self._basis()
        columns = {name: _kept_columns(kinds, self.rules.get(name, Rule()), self.dialect) for name, kinds in self.columns.items()}
        rows = {
            name: [_kept(row, rule, columns[name]) for row in self.rows[name] if rule.lets_see(row, basis)] for name, rule in self._all()
        }
        return replace(self, columns=columns, rows=rows, rules={})

    def taming(self) -> list[str]:
        """What makes all values that fail harmless in rows that may not be seen. The rows stay, and stay unseen: no condition on one of
        these values holds for what is put in its place."""
        basis = self._basis()
        gone = {
            name: [row["id"] for row in self.rows[name] if not rule.lets_see(row, basis)] for name, rule in self._all() if name != "member"
        }
        tame = "name = '7', x = 5, day = '2024-01-05', pat = 'a', big = 1, doc = '{\"a\": 1}'"
        return [
            f"UPDATE {written(name, self.dialect)} SET {tame} WHERE id IN ({', '.join(map(str, numbers))})"
            for name, numbers in gone.items()
            if numbers
        ]

    def _basis(self) -> Rows:
        """What conditions see: of members what the policy of members lets be seen."""
        rule = self.rules.get("member", Rule())
        return {**self.rows, "member": [row for row in self.rows["member"] if rule.lets_see(row, self.rows)]}

    def _all(self) -> list[tuple[str, Rule]]:
        return [(name, self.rules.get(name, Rule())) for name in self.columns]


def _created(name: str, columns: dict[str, str], rows: list[Row], dialect: Dialect) -> list[str]:
    declared = ", ".join(f"{written(column, dialect)} {TEXT[dialect] if kind == 'text' else kind}" for column, kind in columns.items())
    statements = [f"CREATE TABLE {written(name, dialect)} ({declared})"]
    if rows:
        values = ", ".join("(" + ", ".join(_literal(row[column], dialect) for column in columns) + ")" for row in rows)
        statements.append(f"INSERT INTO {written(name, dialect)} VALUES {values}")
    return statements


def _literal(value: Any, dialect: Dialect) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, (int, Decimal, float)):
        return f"({value})" if value < 0 else str(value)
    text = str(value).replace("'", "''")
    return "'" + (text.replace("\\", "\\\\") if dialect == "mysql" else text) + "'"


def _kept_columns(columns: dict[str, str], rule: Rule, dialect: Dialect) -> dict[str, str]:
    masks = {mask.column: mask for mask in rule.masks}
    number = {"postgres": "numeric", "duckdb": "double", "sqlite": "real", "mysql": "decimal(20,1)"}[dialect]
    days = "text" if dialect == "sqlite" else "date"
    kinds: dict[str, str] = {}
    for column, kind in columns.items():
        mask = masks.get(column)
        if column not in rule.hidden:
            is_text = mask is not None and mask.kind in ("hash", "partial")
            is_bucket = mask is not None and mask.kind == "bucket"
            kinds[column] = "text" if is_text else (days if mask and mask.unit else number) if is_bucket else kind
    return kinds


def _kept(row: Row, rule: Rule, columns: dict[str, str]) -> Row:
    masks = {mask.column: mask for mask in rule.masks}
    return {column: _masked(row[column], masks[column]) if column in masks else row[column] for column in columns}


def _masked(value: Any, mask: Mask) -> Any:
    if value is None or mask.kind == "null":
        return None
    if mask.kind == "hash":
        return hashlib.sha256(f"{KEY}:{value}".encode()).hexdigest()
    if mask.kind == "partial":
        first, last = value[: mask.first], value[-mask.last :] if mask.last else ""
        return f"{first}***{last}" if len(value) > mask.first + mask.last else "***"
    if mask.unit:
        return value.replace(day=1) if mask.unit == "month" else value.replace(month=1, day=1)
    return Decimal(value // int(mask.size or 1) * int(mask.size or 1))


def world(random: Random, dialect: Dialect, schema: str | None, *, with_masks: bool) -> World:
    """`with_masks`: columns are masked too, which PostgreSQL's own policies cannot do."""
    names = random.sample(NAMES, 3)
    columns = {name: _some_columns(random) for name in names} | {"member": dict(MEMBER)}
    wild = random.choice((1, 2, 3))
    rows: Rows = {name: [_row(random, number, wild, dialect) for number in range(random.choice((0, 3, 12, 40)))] for name in names}
    rows["member"] = [{"who": random.choice(("ada", "bob")), "tenant": random.choice((1, 2, 3, None))} for _ in range(random.randrange(6))]
    rules = {name: _rule(random, name, columns[name], dialect, with_masks) for name in names if random.random() < 0.85}
    if random.random() < 0.4:
        rules["member"] = Rule(opens=(_of_members(random, dialect),))
    return World(dialect, schema, columns, rows, rules)


def _some_columns(random: Random) -> dict[str, str]:
    always = {"id": TYPES["id"], "tenant": TYPES["tenant"], "owner": TYPES["owner"]}
    return always | {name: kind for name, kind in TYPES.items() if name not in always and (name != "b" or random.random() < 0.4)}


def _row(random: Random, number: int, wild_tenant: int, dialect: Dialect) -> Row:
    tenant = random.choice((1, 2, 3, None))
    wild = tenant == wild_tenant or random.random() < 0.02
    return {
        "id": number,
        "tenant": tenant,
        "owner": "eve" if wild else random.choice(("ada", "bob", None)),
        "name": f"secret-{number}" if wild else random.choice(("12", "7", "105", None)),
        "x": 0 if wild else random.choice((1, 2, 5, None)),
        "day": "never" if wild else random.choice(("2024-01-05", "2023-12-31", None)),
        "pat": "((" if wild else random.choice(("a+", "b", None)),
        "big": _BIG[dialect] if wild else random.choice((1, 2, None)),
        "doc": "{broken" if wild else random.choice(('{"a": 1}', '{"a": 2}', None)),
        "born": random.choice((date(1980, 5, 17), date(1999, 12, 31), date(2001, 2, 3), None)),
        "b": random.choice((1, 2, 3)),
    }


def _rule(random: Random, name: str, columns: dict[str, str], dialect: Dialect, with_masks: bool) -> Rule:
    limits = tuple(_condition(random, name, dialect) for _ in range(random.choice((0, 0, 1))))
    opens = tuple(_condition(random, name, dialect) for _ in range(random.choice((0, 1, 1, 2))))
    free = [column for column in columns if column != "id"]
    hidden = tuple(sorted(random.sample(free, random.choice((0, 0, 1, 2)))))
    masks = _some_masks(random, [column for column in free if column not in hidden], dialect) if with_masks else ()
    return Rule(limits, opens, masks, hidden)


def _some_masks(random: Random, columns: list[str], dialect: Dialect) -> tuple[Mask, ...]:
    masks: list[Mask] = []
    for column in random.sample(columns, min(len(columns), random.choice((0, 1, 2)))):
        choices = [Mask(column, "null")]
        if dialect != "sqlite" and column in ("name", "owner", "x", "tenant"):
            choices.append(Mask(column, "hash"))
        if TYPES[column] == "text":
            choices.append(Mask(column, "partial", first=random.choice((0, 1)), last=random.choice((1, 2))))
        if column in ("x", "tenant", "b"):
            choices.append(Mask(column, "bucket", size=random.choice((2, 5))))
        if column == "born":
            choices += [Mask(column, "bucket", unit="month"), Mask(column, "bucket", unit="year")]
        masks.append(random.choice(choices))
    return tuple(masks)


def _condition(random: Random, name: str, dialect: Dialect) -> Condition:
    t, number = written(name, dialect), random.choice((1, 2, 3))
    member = written("member", dialect)
    choices: list[Condition] = [
        Condition(f"tenant = {number}", lambda row, rows: row["tenant"] is not None and row["tenant"] == number),
        Condition(f"{t}.tenant <> {number}", lambda row, rows: row["tenant"] is not None and row["tenant"] != number),
        Condition("owner = 'ada' OR owner = 'bob'", lambda row, rows: row["owner"] in ("ada", "bob")),
        Condition("owner IS NULL", lambda row, rows: row["owner"] is None),
        Condition("tenant % 2 = 0", lambda row, rows: row["tenant"] is not None and row["tenant"] % 2 == 0),
        Condition("1 = 0", lambda row, rows: False),
        Condition("1 = 1", lambda row, rows: True),
        Condition("name LIKE '1%'", lambda row, rows: row["name"] is not None and row["name"].startswith("1")),
        Condition(
            f"tenant IN (SELECT {member}.tenant FROM {member} WHERE who = 'ada')",
            lambda row, rows: row["tenant"] is not None and row["tenant"] in _tenants(rows, "ada"),
        ),
        Condition(
            f"EXISTS (SELECT 1 FROM {member} AS orders WHERE orders.tenant = {t}.tenant AND orders.who = 'bob')"
            if name != "orders"
            else f"EXISTS (SELECT 1 FROM {member} AS m WHERE m.tenant = {t}.tenant AND m.who = 'bob')",
            lambda row, rows: row["tenant"] is not None and row["tenant"] in _tenants(rows, "bob"),
        ),
        Condition(
            f"NOT EXISTS (SELECT 1 FROM {member} AS m WHERE m.tenant = {t}.tenant)",
            lambda row, rows: row["tenant"] is None or row["tenant"] not in [each["tenant"] for each in rows["member"]],
        ),
        Condition(
            f"tenant = (SELECT max(m.tenant) FROM {member} AS m)",
            lambda row, rows: row["tenant"] is not None and row["tenant"] == max(_tenants(rows), default=None),
        ),
        Condition(
            "CASE WHEN x <> 0 THEN 10 / x > 3 ELSE 1 = 0 END",
            lambda row, rows: (
                row["x"] is not None and row["x"] != 0 and (10 / row["x"] if dialect in ("mysql", "duckdb") else 10 // row["x"]) > 3
            ),
        ),
    ]
    return random.choice(choices)


def _of_members(random: Random, dialect: Dialect) -> Condition:
    number = random.choice((1, 2, 3))
    return random.choice(
        [
            Condition("who = 'ada'", lambda row, rows: row["who"] == "ada"),
            Condition(f"tenant <> {number}", lambda row, rows: row["tenant"] is not None and row["tenant"] != number),
        ]
    )


def _tenants(rows: Rows, who: str = "") -> list[int]:
    return [row["tenant"] for row in rows["member"] if row["tenant"] is not None and who in ("", row["who"])]
