"""Random queries over the small data set: constructs that the guard lets pass somewhere, nested at random, hostile pieces spliced in."""

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from analytics_agent.domain.catalog import Dialect

T = TypeVar("T")
_TABLES = {
    "orders": {"id": "n", "customer_id": "n", "amount": "n", "status": "t", "ordered_on": "d"},
    "customers": {"id": "n", "name": "t", "credit": "n"},
    "events": {"id": "n", "kind": "t", "moment": "d", "value": "n", "flag": "n"},
}
_NAMES = (
    "a",
    "b",
    "x",
    "n",
    "total",
    "Größe",
    "select",
    "user",
    "odd name",
    'q"q',
    "é",
    "_",
    "k1",
    "values",
    "date",
    "order",
    "a.b",
    "--",
    "'",
)
_TEXTS = (
    "",
    "a",
    "paid",
    "it's",
    "a\\b",
    "%",
    "_x",
    "--",
    "/* */",
    "; DROP TABLE orders",
    "é",
    "\\",
    "a\nb",
    "$$",
    "{}",
    "2024-01-01",
    "1",
    "NULL",
    "`",
)
_NUMBERS = ("0", "1", "2", "7", "-1", "3.5", "1e3", "0.5", "1000000", "0.1", "99999999999")
HOSTILE: dict[Dialect, tuple[str, ...]] = {
    "postgres": (
        "pg_sleep(9)", "pg_read_file('canary.csv')", "lo_import('/etc/passwd')", "nextval('s')", "set_config('a.b', 'c', false)",
        "query_to_xml('select 1', true, true, '')", "dblink('x', 'y')", "pg_advisory_lock(1)", "txid_current()", "current_setting('port')",
        "(SELECT 1 FROM pg_shadow)", "ROW(1).pg_sleep", "(1)::regclass", "U&'\\0041'", "E'\\x41'", "pg_terminate_backend(1)",
        "lo_creat(1)", "currval('s')", "inet_server_port()", "has_table_privilege('x', 'y')", "pg_ls_dir('.')", "pg_notify('a', 'b')",
    ),
    "duckdb": (
        "read_text('canary.csv')", "(SELECT 1 FROM 'canary.csv')", "(SELECT a FROM read_csv('canary.csv'))", "getenv('HOME')",
        "(SELECT 1 FROM duckdb_settings())", "nextval('s')", "current_setting('threads')", "query('select 1')", "getvariable('x')",
        "(SELECT 1 FROM glob('*'))", "(SELECT 1 FROM \"canary.csv\")", "query_table('orders')", "(SELECT 1 FROM pragma_version())",
        "(FROM 'canary.json')", "write_log('x')", "(SELECT content FROM read_blob('canary.csv'))", "COLUMNS('.*')", "setseed(0.5)",
        "(SELECT 1 FROM sniff_csv('canary.csv'))", "(SELECT 1 FROM parquet_metadata('canary.parquet'))", "in_search_path('a', 'b')",
    ),
    "sqlite": (
        "load_extension('x')", "readfile('canary.csv')", "writefile('x', 'y')", "edit('x')", "(SELECT 1 FROM sqlite_schema)",
        "(SELECT 1 FROM pragma_table_info('orders'))", "fts3_tokenizer('x')", "zeroblob(1000000000)", "randomblob(1000000000)",
        "last_insert_rowid()", "changes()", "sqlite_compileoption_get(1)", "(SELECT 1 FROM dbstat)", "RAISE(ABORT, 'x')", "id IN orders",
        "printf('%.*c', 100000000, 'x')", "(SELECT 1 FROM generate_series(1, 1e9))", "total_changes()", "x MATCH 'y'", "sqlite_source_id()",
    ),
    "mysql": (
        "sleep(9)", "benchmark(1e9, md5('x'))", "load_file('canary.csv')", "get_lock('x', 1)", "@x := 1", "@@version", "@@global.port",
        "user()", "version()", "(SELECT 1 FROM mysql.user)", "extractvalue(1, concat('~', user()))", "last_insert_id(7)", "uuid_short()",
        "1 /*! UNION SELECT 2 */", "1 INTO OUTFILE 'x'", "1 INTO @x", "nextval(s)", "master_pos_wait('x', 1)", "release_all_locks()",
        "(SELECT 1 PROCEDURE ANALYSE())", "sys_exec('x')", "connection_id()", "row_count()", "1 /*M!100100 + 1 */",
    ),
}  # fmt: skip
SPLICES = (
    "; DROP TABLE orders", "; SELECT 1", " INTO x", " FOR UPDATE", " LIMIT 1 FOR SHARE", " RETURNING 1", " UNION SELECT 1", "/*", "*/",
    "--", "#", " -- ", "'", "\"", "`", "$$", "$a$", "\\", "\x00", "\u200b", "\u202e", "\xa0", "\r", "\x0c", "\ufeff", "(", ")", "[",
    "]", "{", "}", ",", ";", " OR 1=1", " WITH x AS (DELETE FROM orders RETURNING 1)", "INSERT INTO orders ", "COPY ",
    "EXPLAIN ANALYZE ", "SELECT ", " FROM ", " WHERE ", "::", " COLLATE ", " AT TIME ZONE ", " OVER ()", " FILTER (WHERE 1=1)", ".*",
    "*", "?", ":x", "@x", "$1", "%s", "E'\\'", "U&'", "x'", "/*!", "0x", "1_0",
)  # fmt: skip


class Grammar:
    """One random source for one dialect. A statement is never deeper than `depth` queries inside one another."""

    def __init__(self, chance: random.Random, dialect: Dialect, hostility: float = 0.03) -> None:
        self._chance, self._dialect, self._hostility = chance, dialect, hostility
        self._scopes: list[dict[str, dict[str, str]]] = []

    def statement(self) -> str:
        with_ = ""
        ctes: dict[str, dict[str, str]] = {}
        if self._chance.random() < 0.25:
            parts = []
            for name in self._sample(("c1", "c2", "Größe"), 2):
                columns = {"x": "n", "y": "t"}
                parts.append(f"{self._quoted(name)}(x, y) AS ({self._two_columns(1)})")
                ctes[name] = columns
            with_ = f"WITH {', '.join(parts)} "
        query = self._query(2, ctes)
        if self._chance.random() < 0.15:
            kind = self._pick(("UNION", "UNION ALL", "INTERSECT", "EXCEPT"))
            query = f"{self._two_columns(1)} {kind} {self._two_columns(1)}"
        return with_ + query + self._pick(("", "", "", ";", " -- end", " /* ; DROP */"))

    def _query(self, depth: int, ctes: dict[str, dict[str, str]]) -> str:
        self._scopes.append({})
        try:
            source = self._source(depth, ctes)
            items = [self._item(depth) for _ in range(self._chance.randint(1, 3))]
            shape = self._chance.random()
            tail = f" WHERE {self._condition(depth)}" if self._chance.random() < 0.6 else ""
            if shape < 0.3:
                keys = [self._expression(self._pick("ntd"), 0) for _ in range(self._chance.randint(1, 2))]
                items = [*keys, *(self._aggregate() for _ in range(self._chance.randint(1, 2)))]
                tail += " GROUP BY " + self._pick(
                    (", ".join(keys), ", ".join(str(i + 1) for i in range(len(keys))), f"ROLLUP ({', '.join(keys)})")
                )
                tail += f" HAVING {self._aggregate()} > {self._number()}" if self._chance.random() < 0.4 else ""
            elif shape < 0.45:
                items.append(self._window())
            first = "1" if items[0].endswith("*") else items[0]
            order = f" ORDER BY {self._pick((first, '1', f'{first} DESC', f'{first} NULLS LAST'))}" if self._chance.random() < 0.5 else ""
            limit = self._pick(("", "", " LIMIT 3", " LIMIT 2 OFFSET 1", " FETCH FIRST 2 ROWS ONLY", " LIMIT 1 + 1"))
            distinct = "DISTINCT " if self._chance.random() < 0.1 else ""
            return f"SELECT {distinct}{', '.join(self._aliased(item) for item in items)} FROM {source}{tail}{order}{limit}"
        finally:
            self._scopes.pop()

    def _aliased(self, item: str) -> str:
        is_named = self._chance.random() < 0.4 and not item.endswith("*")
        return f"{item} AS {self._quoted(self._pick(_NAMES))}" if is_named else item

    def _two_columns(self, depth: int) -> str:
        self._scopes.append({})
        try:
            source = self._source(depth, {})
            return f"SELECT {self._expression('n', 1)}, {self._expression('t', 1)} FROM {source}"
        finally:
            self._scopes.pop()

    def _source(self, depth: int, ctes: dict[str, dict[str, str]]) -> str:
        alias = f"t{len(self._scopes)}{self._chance.randint(0, 9)}"
        known = _TABLES | ctes
        name = self._pick(tuple(known))
        if depth and self._chance.random() < 0.15:
            text = (
                f"({self._two_columns(depth - 1)}) AS {alias}(x, y)"
                if self._dialect != "sqlite"
                else f"(SELECT 1 AS x, 'a' AS y) AS {alias}"
            )
            self._scopes[-1][alias] = {"x": "n", "y": "t"}
        elif self._chance.random() < 0.1:
            text = (
                f"(VALUES (1, 'a'), (2, 'b')) AS {alias}(x, y)"
                if self._dialect in ("postgres", "duckdb")
                else f"(SELECT 1 AS x, 'a' AS y) AS {alias}"
            )
            self._scopes[-1][alias] = {"x": "n", "y": "t"}
        else:
            text = f"{self._quoted(name) if name in ctes else name} AS {alias}"
            self._scopes[-1][alias] = known[name]
        if self._chance.random() < 0.3 and depth:
            other, right = self._pick(tuple(_TABLES)), f"j{len(self._scopes)}{self._chance.randint(0, 9)}"
            kind = self._pick(("JOIN", "LEFT JOIN", "INNER JOIN", "CROSS JOIN"))
            columns = _TABLES[other]
            self._scopes[-1][right] = columns
            on = "" if kind == "CROSS JOIN" else f" ON {right}.id = {self._expression('n', 0)}"
            text += f" {kind} {other} AS {right}{on}"
        return text

    def _item(self, depth: int) -> str:
        roll = self._chance.random()
        if roll < 0.05:
            return f"{self._pick(tuple(self._scopes[-1]))}.*"
        if roll < 0.1 and depth:
            return f"(SELECT {self._aggregate_of('id', 'orders')} FROM orders)"
        return self._expression(self._pick("ntd"), 2)

    def _expression(self, kind: str, depth: int) -> str:
        if self._hostility and self._chance.random() < self._hostility:
            return self._pick(HOSTILE[self._dialect]) if self._dialect in HOSTILE else "1"
        columns = [f"{source}.{column}" for source, has in self._scopes[-1].items() for column, of in has.items() if of == kind]
        if depth <= 0 or self._chance.random() < 0.3:
            return self._pick(columns) if columns and self._chance.random() < 0.7 else self._literal(kind)
        return {"n": self._numeric, "t": self._textual, "d": self._dated}[kind](depth - 1)

    def _numeric(self, depth: int) -> str:
        n: Callable[[], str] = lambda: self._expression("n", depth)  # noqa: E731
        t: Callable[[], str] = lambda: self._expression("t", depth)  # noqa: E731
        forms: tuple[Callable[[], str], ...] = (
            lambda: f"{n()} {self._pick(('+', '-', '*', '/', '%'))} {n()}",
            lambda: f"({n()} {self._pick(('+', '-', '*'))} {n()})",
            lambda: f"- {n()}",
            lambda: f"abs({n()})",
            lambda: f"round({n()}, 1)",
            lambda: f"coalesce({n()}, {n()})",
            lambda: f"nullif({n()}, 0)",
            lambda: f"length({t()})",
            lambda: f"CASE WHEN {self._condition(depth)} THEN {n()} ELSE {n()} END",
            lambda: f"CASE {n()} WHEN {n()} THEN {n()} END",
            lambda: (
                f"CAST({t()} AS {self._pick(('integer', 'double precision', 'numeric(10,2)'))})"
                if self._dialect != "mysql"
                else f"CAST({t()} AS signed)"
            ),
            lambda: (
                f"EXTRACT(year FROM {self._expression('d', 0)})"
                if self._dialect != "sqlite"
                else f"strftime('%Y', {self._expression('d', 0)})"
            ),
        )
        return self._pick(forms)()

    def _textual(self, depth: int) -> str:
        t: Callable[[], str] = lambda: self._expression("t", depth)  # noqa: E731
        n: Callable[[], str] = lambda: self._expression("n", depth)  # noqa: E731
        join = "concat({}, {})" if self._dialect == "mysql" else "{} || {}"
        cast = "char" if self._dialect == "mysql" else "text"
        forms: tuple[Callable[[], str], ...] = (
            lambda: join.format(t(), t()),
            lambda: f"upper({t()})",
            lambda: f"replace({t()}, {t()}, {t()})",
            lambda: f"substr({t()}, 1, 2)",
            lambda: f"trim({t()})",
            lambda: f"coalesce({t()}, {self._literal('t')})",
            lambda: f"CASE WHEN {self._condition(depth)} THEN {t()} ELSE {t()} END",
            lambda: f"CAST({n()} AS {cast})",
        )
        return self._pick(forms)()

    def _dated(self, depth: int) -> str:
        d = self._expression("d", 0)
        by_dialect: dict[str, tuple[str, ...]] = {
            "postgres": (f"{d} + INTERVAL '1 day'", f"date_trunc('month', CAST({d} AS timestamp))", f"CAST({d} AS date)"),
            "duckdb": (f"CAST({d} AS date) + INTERVAL 1 DAY", f"date_trunc('month', CAST({d} AS timestamp))", f"CAST({d} AS date)"),
            "sqlite": (f"date({d}, '+1 month')", f"strftime('%Y-%m', {d})", f"datetime({d})"),
            "mysql": (f"{d} + INTERVAL 1 DAY", f"date_format({d}, '%Y-%m')", f"CAST({d} AS date)"),
        }
        return self._pick(by_dialect[self._dialect])

    def _condition(self, depth: int) -> str:
        kind = self._pick("ntd")
        e: Callable[[], str] = lambda: self._expression(kind, min(depth, 1))  # noqa: E731
        forms: tuple[Callable[[], str], ...] = (
            lambda: f"{e()} {self._pick(('=', '<>', '<', '>=', '!='))} {e()}",
            lambda: f"{e()} IS {self._pick(('', 'NOT '))}NULL",
            lambda: f"{e()} BETWEEN {e()} AND {e()}",
            lambda: f"{e()} {self._pick(('', 'NOT '))}IN ({e()}, {e()})",
            lambda: f"{self._expression('t', 1)} {self._pick(('', 'NOT '))}LIKE {self._literal('t')}",
            lambda: f"NOT ({e()} = {e()})",
            lambda: f"NOT {e()} = {e()}",
            lambda: f"({e()} = {e()} OR {e()} < {e()})",
            lambda: f"{e()} = {e()} AND {e()} > {e()} OR {e()} IS NULL",
            lambda: f"EXISTS (SELECT 1 FROM customers AS k WHERE k.id = {self._expression('n', 0)})",
            lambda: f"{self._expression('n', 0)} IN (SELECT id FROM customers)",
        )
        return self._pick(forms)()

    def _aggregate(self) -> str:
        return self._aggregate_of(self._expression("n", 1))

    def _aggregate_of(self, argument: str, table: str = "") -> str:
        forms = ["count(*)", f"count(DISTINCT {argument})", f"sum({argument})", f"avg({argument})", f"max({argument})", f"min({argument})"]
        if self._dialect in ("postgres", "duckdb", "sqlite"):
            forms.append(f"sum({argument}) FILTER (WHERE {argument} > 1)")
        if self._dialect in ("postgres", "duckdb"):
            forms.append(f"percentile_cont(0.5) WITHIN GROUP (ORDER BY {argument})")
        return self._pick(tuple(forms))

    def _window(self) -> str:
        call = self._pick(("row_number()", "rank()", f"sum({self._expression('n', 0)})", f"lag({self._expression('n', 0)})", "count(*)"))
        parts = f"PARTITION BY {self._expression('t', 0)} " if self._chance.random() < 0.5 else ""
        frame = " ROWS BETWEEN 1 PRECEDING AND CURRENT ROW" if call.startswith("sum") and self._chance.random() < 0.5 else ""
        return f"{call} OVER ({parts}ORDER BY {self._expression('n', 0)}{frame})"

    def _literal(self, kind: str) -> str:
        if kind == "n":
            return self._number()
        if kind == "d":
            return "'2024-02-01'" if self._dialect in ("sqlite", "mysql") else "DATE '2024-02-01'"
        text = self._pick(_TEXTS).replace("'", "''")
        return "'" + (text.replace("\\", "\\\\") if self._dialect == "mysql" else text) + "'"

    def _number(self) -> str:
        return self._pick(_NUMBERS)

    def _quoted(self, name: str) -> str:
        mark = "`" if self._dialect == "mysql" else '"'
        return mark + name.replace(mark, mark * 2) + mark

    def _pick(self, of: Sequence[T]) -> T:
        return of[self._chance.randrange(len(of))]

    def _sample(self, of: tuple[str, ...], most: int) -> list[str]:
        return self._chance.sample(of, self._chance.randint(1, most))
