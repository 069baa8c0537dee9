"""What judging a statement costs: the whole check beside sqlglot alone, which only parses and qualifies over the same schema.

`.venv/bin/python benchmarks/sql_check.py` takes both by turns in one process. The check parses, applies the rules, resolves names and
types, looks for shapes that are often wrong, writes the statement anew and looks at that text. Exit status 1 above a limit.
"""

import gc
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter

import sqlglot
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from analytics_agent.catalog.build import build, column_type
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table, TableColumn
from analytics_agent.sql.check import check

MOST_TIMES, MOST_MILLISECONDS, ROUNDS = 1.5, 6.0, 150
SHORT = "SELECT c.region, sum(o.amount) AS revenue FROM orders AS o JOIN customers AS c ON c.id = o.customer_id GROUP BY c.region"
LONG = """
WITH monthly AS (
    SELECT
        date_trunc('month', o.ordered_on) AS month,
        c.region,
        c.segment,
        sum(o.amount) AS revenue,
        count(*) AS orders,
        count(DISTINCT o.customer_id) AS customers,
        sum(CASE WHEN o.status = 'returned' THEN o.amount ELSE 0 END) AS returned
    FROM orders AS o
    JOIN customers AS c ON c.id = o.customer_id
    WHERE o.ordered_on >= DATE '2023-01-01'
      AND o.ordered_on < DATE '2024-01-01'
      AND o.status IN ('paid', 'returned', 'shipped')
    GROUP BY 1, 2, 3
),
with_change AS (
    SELECT
        m.month,
        m.region,
        m.segment,
        m.revenue,
        m.orders,
        m.customers,
        m.returned,
        m.revenue - lag(m.revenue) OVER (PARTITION BY m.region, m.segment ORDER BY m.month) AS change,
        m.revenue / NULLIF(sum(m.revenue) OVER (PARTITION BY m.month), 0) AS share,
        rank() OVER (PARTITION BY m.month ORDER BY m.revenue DESC) AS place
    FROM monthly AS m
),
returns AS (
    SELECT
        r.region,
        r.segment,
        sum(r.returned) AS returned,
        sum(r.revenue) AS revenue,
        1.0 * sum(r.returned) / NULLIF(sum(r.revenue), 0) AS return_share
    FROM monthly AS r
    GROUP BY r.region, r.segment
    HAVING sum(r.revenue) > 1000
)
SELECT
    w.month,
    w.region,
    w.segment,
    round(w.revenue, 2) AS revenue,
    w.orders,
    w.customers,
    round(coalesce(w.change, 0), 2) AS change,
    round(100 * w.share, 1) AS percent,
    t.return_share,
    CASE
        WHEN w.place = 1 THEN 'first'
        WHEN w.place <= 3 THEN 'top three'
        ELSE 'other'
    END AS standing
FROM with_change AS w
LEFT JOIN returns AS t
    ON t.region = w.region
    AND t.segment = w.segment
WHERE w.place <= 10
ORDER BY w.month, w.place
"""
SHOP = {
    "orders": {"id": "integer", "customer_id": "integer", "amount": "numeric(10,2)", "status": "text", "ordered_on": "date"},
    "customers": {"id": "integer", "name": "text", "region": "text", "segment": "text"},
}
WIDE = {f"thing_{n}": {f"column_{m}": "integer" for m in range(20)} for n in range(1_000)}


def catalog(tables: dict[str, dict[str, str]]) -> Catalog:
    keys = (ForeignKey(("customer_id",), "public", "customers", ("id",)),)
    made = [
        Table(
            "public",
            name,
            tuple(TableColumn(column, column_type(native), native) for column, native in columns.items()),
            primary_key=("id",) if "id" in columns else (),
            foreign_keys=keys if name == "orders" else (),
        )
        for name, columns in tables.items()
    ]
    return build("shop", "postgres", made, ("public",))


def by_turns(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds, each the median of its own."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for times, run in zip(taken, (one, other), strict=True):
            start = perf_counter()
            run()
            times.append((perf_counter() - start) * 1_000)
    return median(taken[0]), median(taken[1])


def measured(statement: str, tables: dict[str, dict[str, str]]) -> tuple[float, float]:
    """Of sqlglot alone, and of the check."""
    known, schema = catalog(tables), MappingSchema(dict(tables), dialect="postgres")

    def bare() -> object:
        return qualify(sqlglot.parse_one(statement, read="postgres"), schema=schema, dialect="postgres")

    def checked() -> object:
        verdict = check(statement, dialect="postgres", catalog=known, row_cap=10_000)
        if not verdict.ok:
            raise SystemExit(f"the statement is refused: {verdict.findings}")
        return verdict

    by_turns(bare, checked)
    # The two schemas of a thousand tables are the benchmark's own: walking through them is neither's work.
    gc.collect()
    gc.freeze()
    return by_turns(bare, checked)


def main() -> int:
    lines = LONG.strip().count("\n") + 1
    cases = (
        (f"{lines} lines, 2 tables", LONG, SHOP, True),
        (f"{lines} lines, {len(WIDE) + 2:,} tables", LONG, {**SHOP, **WIDE}, True),
        ("1 line, 2 tables", SHORT, SHOP, False),
    )
    wrong = 0
    for name, statement, tables, is_limited in cases:
        alone, whole = measured(statement, tables)
        times = whole / alone
        wrong += is_limited and (times > MOST_TIMES or whole > MOST_MILLISECONDS)
        sys.stdout.write(f"{name:24} sqlglot alone {alone:5.2f} ms   check {whole:5.2f} ms   {times:.2f} times\n")
    sys.stdout.write(f"limits for {lines} lines: {MOST_TIMES} times, {MOST_MILLISECONDS:.0f} ms\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
