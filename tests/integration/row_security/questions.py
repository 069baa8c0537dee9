"""Statements that somebody may ask, made at random: conditions that fail over values nobody is to see, every way to read a table."""

from random import Random

from integration.row_security.cases import World

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.identifiers import written

RAISING: dict[Dialect, tuple[tuple[str, str], ...]] = {
    "postgres": (
        ("name", "CAST({} AS integer) > 3"),
        ("x", "10 / {} > 1"),
        ("day", "CAST({} AS date) > DATE '2024-01-01'"),
        ("pat", "'aaa' ~ {}"),
        ("big", "{} + 1 > 0"),
        ("doc", "CAST({} AS jsonb) IS NOT NULL"),
    ),
    "duckdb": (
        ("name", "CAST({} AS integer) > 3"),
        ("day", "CAST({} AS date) > DATE '2024-01-01'"),
        ("pat", "REGEXP_MATCHES('aaa', {})"),
        ("big", "{} + CAST(1 AS bigint) > 0"),
        ("doc", "CAST({} AS json) IS NOT NULL"),
    ),
    "sqlite": (("doc", "json_extract({}, '$.a') > 1"), ("big", "abs({}) > 1"), ("name", "abs({}) > 3")),
    "mysql": (("big", "{} + 1 > 0"), ("pat", "'aaa' REGEXP {}"), ("big", "EXP({}) > 1"), ("name", "CAST({} AS signed) > 3")),
}
"""Conditions on a column that fail on some values of it. In SQLite and MariaDB the last one does not."""


class Asker:
    """Makes statements over one world. Columns are chosen among all of them, hidden ones too."""

    def __init__(self, random: Random, world: World, *, names_hidden: float = 0.1, schema: str = "") -> None:
        self.random, self.world, self.dialect = random, world, world.dialect
        self.schema = schema
        self._names_hidden = names_hidden
        self.hides = {name: set(rule.hidden) for name, rule in world.rules.items()}

    def statement(self) -> str:
        shape = self.random.choice(
            (
                self._plain,
                self._plain,
                self._joined,
                self._joined,
                self._grouped,
                self._combined,
                self._with,
                self._correlated,
                self._derived,
            )
            + ((self._lateral,) if self.dialect in ("postgres", "duckdb") else ())
            + (self._star, self._window, self._natural, self._self_join, self._counted, self._scalar)
        )
        return shape()

    # pieces

    def _table(self) -> str:
        return self.random.choice([name for name in self.world.columns if name != "member"])

    def _named(self, table: str) -> str:
        prefix = f"{self.schema}." if self.schema and self.random.random() < 0.3 else ""
        return prefix + written(table, self.dialect)

    def _column(self, table: str, wanted: str = "") -> str:
        columns = [each for each in self.world.columns[table] if each not in self.hides.get(table, ())]
        if wanted in columns or (wanted and self.random.random() < self._names_hidden):
            return wanted
        if self.random.random() < self._names_hidden:
            columns = list(self.world.columns[table])
        return self.random.choice(columns)

    def _of(self, alias: str, table: str, wanted: str = "") -> str:
        return f"{alias}.{written(self._column(table, wanted), self.dialect)}"

    def _condition(self, alias: str, table: str) -> str:
        hidden = self.hides.get(table, set())
        if self.random.random() < 0.6:
            able = [each for each in RAISING[self.dialect] if each[0] not in hidden or self.random.random() < self._names_hidden]
            if able:
                column, text = self.random.choice(able)
                return text.format(f"{alias}.{column}")
        return self.random.choice(
            (
                f"{self._of(alias, table, 'id')} > {self.random.choice((0, 2, 5))}",
                f"{self._of(alias, table)} IS NOT NULL",
                f"{alias}.id IN (SELECT s.id FROM {self._named(other := self._table())} AS s WHERE {self._simple('s', other)})",
                f"{alias}.id NOT IN (SELECT s.id FROM {self._named(other := self._table())} AS s)",
                f"EXISTS (SELECT 1 FROM {self._named(other := self._table())} AS s WHERE s.id = {alias}.id)",
            )
        )

    def _simple(self, alias: str, table: str) -> str:
        return f"{alias}.id < {self.random.choice((1, 5, 20))}"

    def _where(self, alias: str, table: str) -> str:
        conditions = [self._condition(alias, table) for _ in range(self.random.choice((0, 1, 1, 2)))]
        return f" WHERE {' AND '.join(conditions)}" if conditions else ""

    # shapes

    def _plain(self) -> str:
        table = self._table()
        columns = ", ".join(self._of("t", table) + f" AS c{place}" for place in range(self.random.choice((1, 3))))
        tail = " ORDER BY t.id LIMIT 5" if self.random.random() < 0.2 else ""
        return f"SELECT t.id, {columns} FROM {self._named(table)} AS t{self._where('t', table)}{tail}"

    def _star(self) -> str:
        table = self._table()
        return self.random.choice(
            (
                f"SELECT * FROM {self._named(table)} AS t{self._where('t', table)}",
                f"SELECT t.* FROM {self._named(table)} AS t{self._where('t', table)}",
                f"SELECT * FROM {written(table, self.dialect)}",
            )
        )

    def _joined(self) -> str:
        left, right = self._table(), self._table()
        kinds = ["JOIN", "LEFT JOIN", "RIGHT JOIN", "CROSS JOIN"] + (["FULL JOIN"] if self.dialect != "mysql" else [])
        kind = self.random.choice(kinds)
        on = self.random.choice(("l.id = r.id", f"{self._of('l', left, 'tenant')} = {self._of('r', right, 'tenant')}"))
        if kind in ("JOIN", "LEFT JOIN") and self.random.random() < 0.4:
            on += f" AND {self._raising('r', right)}"
        condition = "" if kind == "CROSS JOIN" else f" ON {on}"
        where = self._where(*self.random.choice((("l", left), ("r", right)))) if kind != "FULL JOIN" else ""
        return f"SELECT l.id AS a, r.id AS b FROM {self._named(left)} AS l {kind} {self._named(right)} AS r{condition}{where}"

    def _raising(self, alias: str, table: str) -> str:
        able = [each for each in RAISING[self.dialect] if each[0] not in self.hides.get(table, ())]
        if not able:
            return self._simple(alias, table)
        column, text = self.random.choice(able)
        return text.format(f"{alias}.{column}")

    def _self_join(self) -> str:
        table = self._table()
        return f"SELECT l.id, count(*) AS n FROM {self._named(table)} AS l JOIN {self._named(table)} AS r ON l.id >= r.id GROUP BY l.id"

    def _natural(self) -> str:
        left, right = self._table(), self._table()
        if left == right:
            return self._star()
        l_name, r_name = written(left, self.dialect), written(right, self.dialect)
        return self.random.choice(
            (
                f"SELECT count(*) AS n FROM {l_name} NATURAL JOIN {r_name}",
                f"SELECT id FROM {l_name} JOIN {r_name} USING (id)",
                f"SELECT count(*) AS n FROM {l_name} JOIN {r_name} USING ({self._column(left)})",
            )
        )

    def _grouped(self) -> str:
        table = self._table()
        key = self._of("t", table, self.random.choice(("tenant", "owner")))
        having = " HAVING count(*) > 1" if self.random.random() < 0.3 else ""
        return (
            f"SELECT {key} AS k, count(*) AS n, min({self._of('t', table, 'name')}) AS low, max(t.id) AS high "
            f"FROM {self._named(table)} AS t{self._where('t', table)} GROUP BY {key}{having}"
        )

    def _combined(self) -> str:
        first, second = self._table(), self._table()
        kind = self.random.choice(("UNION", "UNION ALL", "EXCEPT", "INTERSECT"))
        return f"SELECT t.id FROM {self._named(first)} AS t{self._where('t', first)} {kind} SELECT u.id FROM {self._named(second)} AS u"

    def _with(self) -> str:
        table, other = self._table(), self._table()
        # A WITH query may have the name of a table that a policy reads.
        name = self.random.choice(("w", "member", "member", other if other != table else "w"))
        called = written(name, self.dialect)
        return (
            f"WITH {called} AS (SELECT t.id, 1 AS tenant, 'ada' AS who FROM {self._named(table)} AS t{self._where('t', table)}) "
            f"SELECT count(*) AS n, max(q.id) AS m FROM {called} AS q JOIN {written(table, self.dialect)} AS t ON t.id = q.id"
        )

    def _correlated(self) -> str:
        table, other = self._table(), self._table()
        alias = self.random.choice(("o", "tenant", "member", "owner"))
        inner = f"SELECT 1 FROM {self._named(other)} AS i WHERE i.id = {alias}.id AND {self._condition('i', other)}"
        return f"SELECT {alias}.id FROM {self._named(table)} AS {alias} WHERE {self.random.choice(('', 'NOT '))}EXISTS ({inner})"

    def _scalar(self) -> str:
        table, other = self._table(), self._table()
        return (
            f"SELECT t.id, (SELECT count(*) FROM {self._named(other)} AS s WHERE s.id <= t.id AND {self._raising('s', other)}) AS n "
            f"FROM {self._named(table)} AS t"
        )

    def _derived(self) -> str:
        table = self._table()
        column, text = self.random.choice(RAISING[self.dialect])
        if column in self.hides.get(table, ()):
            return self._plain()
        value = f"CASE WHEN {text.format(f't.{column}')} THEN 1 ELSE 0 END"
        return f"SELECT d.v, count(*) AS n FROM (SELECT {value} AS v, t.id FROM {self._named(table)} AS t) AS d WHERE d.v = 1 GROUP BY d.v"

    def _lateral(self) -> str:
        table, other = self._table(), self._table()
        inner = f"SELECT s.id FROM {self._named(other)} AS s WHERE s.id = t.id AND {self._condition('s', other)}"
        return f"SELECT t.id, q.id AS other FROM {self._named(table)} AS t CROSS JOIN LATERAL ({inner}) AS q"

    def _window(self) -> str:
        table = self._table()
        key = self._of("t", table, "tenant")
        return (
            f"SELECT t.id, count(*) OVER (PARTITION BY {key}) AS n, row_number() OVER (ORDER BY t.id) AS place "
            f"FROM {self._named(table)} AS t{self._where('t', table)}"
        )

    def _counted(self) -> str:
        table = self._table()
        name = written(table, self.dialect)
        column = f"{name}.{written(self._column(table, 'x'), self.dialect)}"
        return f"SELECT count(*) AS n, count({column}) AS c, count(DISTINCT {column}) AS d FROM {self._named(table)}"
