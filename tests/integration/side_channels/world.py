"""One shop three times over: with secrets in everything that a policy takes away, with other secrets there, and without anything there.

Whoever reads under the policy must not be able to tell the three apart. The secrets are words that stand nowhere else.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import psycopg
from mariadb_server import MariaServer

from analytics_agent.domain.catalog import Dialect, TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.policy import Mask, Policy, TablePolicy

Kind = Literal["planted", "otherwise", "gone"]
KINDS: tuple[Kind, ...] = ("planted", "otherwise", "gone")

HASH_KEY = "zqhashkeyzqhashkey"
NUMBER = 734_912
"""Stands in a hidden row; another one is in a condition."""
CONDITION_NUMBER = 908_175_3

VALUES = {
    "a hidden row": ("ZQROWCUSTOMER", "ZQROWCODE", "ZQROWREGION", "ZQROWPAYLOAD", "ZQROWWARD", str(NUMBER), f"{NUMBER:,}"),
    "a hidden column": ("ZQMARGINVALUE",),
    "a masked column": ("ZQMAILPART", "ZQPHONE", "ZQNOTETEXT", "147.31", "-03-14"),
    "a hidden table": ("ZQVAULTVALUE", "ZQTABLECOMMENT", "ZQCOLUMNCOMMENT"),
    "an enum, a check, a default, a view, an index, a key's name": (
        "ZQENUMLABEL",
        "ZQROWLABEL",
        "ZQCHECKED",
        "ZQDEFAULT",
        "ZQVIEWTEXT",
        "ZQINDEXED",
        "zqfkname",
    ),
    "a condition": ("ZQLITERAL", "ZQCONDITION", str(CONDITION_NUMBER), f"{CONDITION_NUMBER:,}"),
    "the key of hashes": (HASH_KEY,),
}
NAMES = ("zqmargin", "zqstate", "zqvault", "zqkeyword", "zqpaid", "zqview")
"""Of hidden columns, of a hidden table and of its columns, of a view."""
SECRETS = tuple(word for words in VALUES.values() for word in words)

SEEN = [
    # id, region, customer, code, qty, amount, email, phone, note, born, placed, payload, grade
    (1, "EU", "Alder", "11", 1, "1{}", "a{}@example.org", "{}-1", "{}", "1971{}", "2024-01-05", '{{"n": 1}}', "a"),
    (2, "EU", "Birch", "12", 2, "2{}", "b{}@example.org", "{}-2", "{}", "1972{}", "2024-02-05", '{{"n": 2}}', "b"),
    (3, "EU", "Cedar", "13", 3, "3{}", "c{}@example.org", "{}-3", "{}", "1973{}", "2024-03-05", '{{"n": 3}}', "a"),
    (4, "EU", "Dogwood", "14", 4, "4{}", "d{}@example.org", "{}-4", "{}", "1974{}", "2024-04-05", '{{"n": 4}}', "b"),
]
MASKED: dict[Kind, tuple[str, str, str, str, str]] = {
    "planted": ("47.31", "ZQMAILPART", "ZQPHONE", "ZQNOTETEXT", "-03-14"),
    "otherwise": ("88.02", "other", "ZQPHONE", "what else", "-11-02"),
    "gone": ("00.00", "", "ZQPHONE", "", "-01-01"),
}
"""In the masked columns amount, email, phone, note, born of every row that is seen. A hash tells values apart, so phone is the same."""
HIDDEN = [
    (
        91,
        "ZQROWREGION",
        "ZQROWCUSTOMER",
        "ZQROWCODE",
        NUMBER,
        "0.00",
        "x",
        "x",
        "x",
        "1800-01-01",
        "1999-12-31",
        "ZQROWPAYLOAD",
        "ZQROWLABEL",
    ),
    (92, "EU", "ZQROWCUSTOMER", "ZQLITERAL", 0, "0.00", "x", "x", "x", "1800-01-01", "2999-12-31", "[", "ZQROWLABEL"),
    (93, "US", "ZQROWCUSTOMER", "", -1, "0.00", "x", "x", "x", "1800-01-01", "1999-12-31", "{{", "a"),
    (94, "EU", "ZQROWCUSTOMER", "15", CONDITION_NUMBER, "0.00", "x", "x", "x", "1800-01-01", "1999-12-31", "null", "a"),
]
OTHERWISE = [
    (number, "Mars", f"Nobody {number}", "77", 5, "9.00", "y", "y", "y", "1900-01-01", "2024-01-31", '{{"n": 5}}', "b")
    for number in range(200, 260)
]
ORDERS = TableName("public", "orders")


def orders_of(kind: Kind) -> list[tuple[object, ...]]:
    amount, email, phone, note, born = MASKED[kind]
    rows = []
    for row in SEEN:
        one = list(row)
        for place, told in ((5, amount), (6, email), (7, phone), (8, note), (9, born)):
            one[place] = str(row[place]).format(told)
        rows.append(tuple(one))
    hidden = {"planted": HIDDEN, "otherwise": OTHERWISE, "gone": []}[kind]
    rows += hidden
    return [(*row[:11], str(row[11]).replace("{{", "{").replace("}}", "}"), row[12]) for row in rows]


@dataclass(frozen=True)
class Speech:
    """How an engine writes what differs. `enum` gives the type of a column of labels."""

    dialect: Dialect
    enum: Callable[[str, str], str]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    json: str = "text"
    comment: Callable[[str, str, str], str] = lambda what, name, text: f"COMMENT ON {what} {name} IS '{text}'"
    schema: str | None = "public"


def _quoted(labels: str) -> str:
    return ", ".join(f"'{label}'" for label in labels.split())


POSTGRES = Speech(
    "postgres",
    lambda name, labels: name,
    before=(
        "CREATE TYPE zqlabels AS ENUM ('calm', 'ZQENUMLABEL')",
        "CREATE TYPE grades AS ENUM ('a', 'b', 'ZQROWLABEL')",
    ),
    after=(
        "CREATE INDEX zqindex ON orders ((code || 'ZQINDEXED'))",
        "CREATE VIEW zqview AS SELECT id, 'ZQVIEWTEXT' AS word FROM orders",
        "ANALYZE",
    ),
)
DUCKDB = Speech(
    "duckdb",
    lambda name, labels: f"ENUM ({_quoted(labels)})",
    before=("CREATE SCHEMA public", "SET schema = 'public'"),
    after=("CREATE VIEW zqview AS SELECT id, 'ZQVIEWTEXT' AS word FROM orders",),
)
SQLITE = Speech(
    "sqlite",
    lambda name, labels: f"TEXT CHECK ({'zqstate' if name == 'zqlabels' else 'grade'} IN ({_quoted(labels)}))",
    after=("CREATE INDEX zqindex ON orders (code || 'ZQINDEXED')", "CREATE VIEW zqview AS SELECT id, 'ZQVIEWTEXT' AS word FROM orders"),
    comment=lambda what, name, text: "",
    schema=None,
)
MARIADB = Speech(
    "mysql",
    lambda name, labels: f"ENUM ({_quoted(labels)})",
    after=(
        "CREATE INDEX zqindex ON orders (code)",
        "CREATE VIEW zqview AS SELECT id, 'ZQVIEWTEXT' AS word FROM orders",
    ),
    comment=lambda what, name, text: f"ALTER TABLE {name} COMMENT '{text}'" if what == "TABLE" else "",
    json="varchar(90)",
)


def statements(speech: Speech, kind: Kind) -> list[str]:
    """`gone` has no column, table, view or comment that the policy hides. Its conditions must read something, so their table is there."""
    whole = kind != "gone"
    hidden_columns = (
        f", zqmargin varchar(80) DEFAULT 'ZQDEFAULT', zqstate {speech.enum('zqlabels', 'calm ZQENUMLABEL')}, zqpaid integer,"
        " CONSTRAINT zqfkname FOREIGN KEY (zqpaid) REFERENCES zqvault (id), CHECK (zqmargin <> 'ZQCHECKED')"
        if whole
        else ""
    )
    made = [
        *speech.before,
        "CREATE TABLE zqvault (id integer PRIMARY KEY, zqkeyword varchar(40))",
        f"""CREATE TABLE orders (id integer PRIMARY KEY, region varchar(40), customer varchar(40), code varchar(40), qty integer,
            amount decimal(10, 2), email varchar(80), phone varchar(40), note varchar(80) DEFAULT 'ZQDEFAULT', born date, placed date,
            payload {speech.json}, grade {speech.enum("grades", "a b ZQROWLABEL")}{hidden_columns})""",
        "CREATE TABLE visits (id integer PRIMARY KEY, order_id integer, ward varchar(40))",
        "CREATE TABLE plain (id integer PRIMARY KEY, word varchar(40))",
    ]
    if whole:
        made += [
            speech.comment("TABLE", "zqvault", "ZQTABLECOMMENT"),
            speech.comment("COLUMN", "orders.zqmargin", "ZQCOLUMNCOMMENT"),
            speech.comment("TABLE", "plain", "Words, but see zqvault and zqmargin ZQTABLECOMMENT"),
            speech.comment("COLUMN", "orders.customer", "Who paid the zqmargin ZQCOLUMNCOMMENT"),
        ]
    vault = [(1, "ZQCONDITION"), *([(5, "ZQVAULTVALUE"), (6, "ZQCONDITION")] if whole else [])]
    made += [f"INSERT INTO zqvault VALUES {', '.join(map(_row, vault))}"]
    columns = "id, region, customer, code, qty, amount, email, phone, note, born, placed, payload, grade"
    rows = orders_of(kind)
    if whole:
        columns += ", zqmargin, zqpaid"
        rows = [(*row, "ZQMARGINVALUE" if kind == "planted" else f"other {place}", 5) for place, row in enumerate(rows)]
    made += [f"INSERT INTO orders ({columns}) VALUES {', '.join(map(_row, rows))}"]
    visits = [(1, 1, "Ward one"), (2, 1, "Ward two")]
    visits += {"planted": [(7, 5, "ZQROWWARD"), (8, 91, "ZQROWWARD")], "otherwise": [(9, 2, "Nowhere")], "gone": []}[kind]
    made += [f"INSERT INTO visits VALUES {', '.join(map(_row, visits))}"]
    made += ["INSERT INTO plain VALUES (1, 'alpha'), (2, 'beta'), (3, 'alpha')"]
    after = speech.after if whole else tuple(one for one in speech.after if "zq" not in one)
    return [one for one in (*made, *after) if one]


def _row(values: tuple[object, ...]) -> str:
    return f"({', '.join(str(value) if isinstance(value, int) else _text(str(value)) for value in values)})"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def policy(speech: Speech, kind: Kind, schema: str | None) -> Policy:
    hashed = Mask("phone", "hash") if speech.dialect != "sqlite" else Mask("phone", "null")
    masks = (
        Mask("amount", "bucket", size=100),
        Mask("email", "partial", first=1, last=4),
        hashed,
        Mask("note", "null"),
        Mask("born", "bucket", unit="year"),
    )
    rows = ((f"region = 'EU' AND code <> 'ZQLITERAL' AND qty <> {CONDITION_NUMBER}",),)
    prefix = f"{schema}." if schema and speech.dialect == "mysql" else ""
    through = f"order_id IN (SELECT z.id FROM {prefix}zqvault AS z WHERE z.zqkeyword = 'ZQCONDITION') AND ward <> 'ZQROWWARD'"
    hidden = ("zqmargin", "zqstate", "zqpaid") if kind != "gone" else ()
    return Policy(
        tuple(TableName(schema, name) for name in ("orders", "visits", "plain")),
        (TablePolicy(schema, "orders", rows, masks, hidden), TablePolicy(schema, "visits", ((through,),))),
        HASH_KEY,
    )


VERIFIED = [
    {"question": "How many words are there?", "sql": "SELECT COUNT(*) AS n FROM plain", "by": "Ada"},
    {"question": "Who is ZQROWCUSTOMER?", "sql": "SELECT customer FROM orders WHERE customer = 'ZQROWCUSTOMER'", "by": "ZQCONDITION"},
    {"question": "How many wards were visited?", "sql": "SELECT COUNT(DISTINCT ward) AS ZQROWWARD FROM visits"},
    {"question": "What lies in the zqvault?", "sql": "SELECT zqkeyword FROM zqvault"},
    {"question": "What does the view say?", "sql": "SELECT word FROM zqview WHERE word = 'ZQVIEWTEXT'"},
]
"""What people vouch for who see everything."""

SEMANTIC_MODEL = json.dumps(
    {
        "version": "0.2.0.dev0",
        "semantic_model": [
            {
                "name": "shop",
                "description": "Orders of a shop.",
                "custom_extensions": [
                    {
                        "vendor_name": "ANALYTICS_AGENT",
                        "data": json.dumps(
                            {"as_of": {"column": "orders.placed"}, "time_field": "orders.placed", "verified_queries": VERIFIED}
                        ),
                    }
                ],
                "datasets": [
                    {
                        "name": "orders",
                        "source": "{source}",
                        "description": "Orders, one row each.",
                        "custom_extensions": [{"vendor_name": "ANALYTICS_AGENT", "data": json.dumps({"time_field": "orders.placed"})}],
                        "fields": [
                            {
                                "name": name,
                                "label": label,
                                "datatype": kind,
                                "expression": {"dialects": [{"dialect": "ANSI_SQL", "expression": expression}]},
                                **more,
                            }
                            for name, label, kind, expression, more in (
                                (
                                    "placed",
                                    "Placed",
                                    "Date",
                                    "placed",
                                    {
                                        "dimension": {"is_time": True},
                                        "custom_extensions": [
                                            {
                                                "vendor_name": "ANALYTICS_AGENT",
                                                "data": json.dumps({"role": "time", "grains": ["day", "month", "year"]}),
                                            }
                                        ],
                                    },
                                ),
                                ("customer", "Customer", "String", "customer", {}),
                                ("email", "Mail", "String", "email", {}),
                                ("code", "Code", "String", "code", {}),
                            )
                        ],
                    }
                ],
                "metrics": [
                    {
                        "name": name,
                        "description": text,
                        "expression": {"dialects": [{"dialect": "ANSI_SQL", "expression": expression}]},
                        "custom_extensions": [
                            {"vendor_name": "ANALYTICS_AGENT", "data": json.dumps({"label": text, "additivity": "additive"})}
                        ],
                    }
                    for name, text, expression in (
                        ("pieces", "Pieces", "SUM(orders.qty)"),
                        ("order_count", "Orders made", "COUNT(orders.id)"),
                    )
                ],
            }
        ],
    }
)


@dataclass(frozen=True)
class World:
    speech: Speech
    kind: Kind
    database: Database
    policy: Policy

    @property
    def schema(self) -> str:
        return self.database.schema or ""


@contextmanager
def postgres_world(kind: Kind, new_database: Callable[[], str]) -> Iterator[World]:
    url = new_database()
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements(POSTGRES, kind):
            connection.execute(statement)  # type: ignore[call-overload]
    yield _world(POSTGRES, kind, url, "public")


@contextmanager
def duckdb_world(kind: Kind, folder: Path) -> Iterator[World]:
    path = folder / f"{kind}.duckdb"
    with duckdb.connect(str(path)) as connection:
        for statement in statements(DUCKDB, kind):
            connection.execute(statement)
    yield _world(DUCKDB, kind, f"duckdb:///{path}", "public")


@contextmanager
def sqlite_world(kind: Kind, folder: Path) -> Iterator[World]:
    path = folder / f"{kind}.sqlite"
    with sqlite3.connect(path) as connection:
        for statement in statements(SQLITE, kind):
            connection.execute(statement)
    connection.close()
    yield _world(SQLITE, kind, f"sqlite:///{path}", None)


@contextmanager
def mariadb_world(kind: Kind, server: MariaServer) -> Iterator[World]:
    name = server.create_database(statements(MARIADB, kind))
    try:
        yield _world(MARIADB, kind, server.url(name), name)
    finally:
        server.execute(f"DROP DATABASE {name}")


def _world(speech: Speech, kind: Kind, url: str, schema: str | None) -> World:
    source = f"{schema}.orders" if schema else "orders"
    database = Database("shop", url, speech.dialect, schema, SEMANTIC_MODEL.replace("{source}", source))
    return World(speech, kind, database, policy(speech, kind, schema))
