"""What is asked in the matrix: the tables of a small warehouse, what Superset holds of them, and one statement for each object."""

from dataclasses import dataclass

SEED = '''
CREATE SCHEMA archive;
CREATE TABLE shops (id int PRIMARY KEY, city text NOT NULL);
INSERT INTO shops VALUES (1, 'Lisbon'), (2, 'Boston'), (3, 'Osaka'), (4, 'Nowhere');
CREATE TABLE sales (id int PRIMARY KEY, region text, amount int NOT NULL, seller text NOT NULL, shop_id int NOT NULL);
INSERT INTO sales SELECT n, (ARRAY['EU', 'US', 'APAC', NULL])[1 + n % 4], n * 10, 'seller ' || n % 3, 1 + n % 4
FROM generate_series(1, 12) AS n;
CREATE TABLE ledger (id int PRIMARY KEY, region text NOT NULL, amount int NOT NULL);
INSERT INTO ledger SELECT n, (ARRAY['EU', 'US'])[1 + n % 2], n * 20 FROM generate_series(1, 8) AS n;
CREATE TABLE bare (id int PRIMARY KEY, region text NOT NULL);
INSERT INTO bare VALUES (1, 'EU'), (2, 'US'), (3, 'US');
CREATE TABLE twice (id int PRIMARY KEY, region text NOT NULL, amount int NOT NULL);
INSERT INTO twice VALUES (1, 'EU', 10), (2, 'EU', 90), (3, 'US', 10), (4, 'US', 90);
CREATE TABLE loose (id int PRIMARY KEY, region text NOT NULL);
INSERT INTO loose VALUES (1, 'EU'), (2, 'US');
CREATE TABLE "Order ""Details""" (id int PRIMARY KEY, "Régión" text NOT NULL, "Unit Price" int NOT NULL);
INSERT INTO "Order ""Details""" VALUES (1, 'EU', 5), (2, 'US', 6), (3, 'it''s; --', 7);
CREATE TABLE archive.sales (id int PRIMARY KEY, region text NOT NULL, amount int NOT NULL);
INSERT INTO archive.sales VALUES (901, 'EU', 1), (902, 'US', 2);
CREATE VIEW sales_all AS SELECT id, region, amount FROM sales;
CREATE VIEW sales_board AS SELECT id, region, amount FROM sales WHERE amount > 30;
'''

VIRTUAL = "SELECT id, region, amount FROM sales WHERE amount > 60"
"""The statement of the virtual dataset."""


@dataclass(frozen=True)
class Dataset:
    """A dataset of Superset. Without a schema Superset keeps none; with `sql` it is a virtual one. `columns` with their types."""

    table: str
    columns: str
    schema: str | None = "public"
    sql: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.strip().rpartition(" ")[0].strip('"') for column in self.columns.split(","))


_ROWS = "id int, region text, amount int"
DATASETS = {
    "shops": Dataset("shops", "id int, city text"),
    "sales": Dataset("sales", f"{_ROWS}, seller text, shop_id int"),
    "ledger": Dataset("ledger", _ROWS),
    "bare": Dataset("bare", "id int, region text", schema=None),
    "twice": Dataset("twice", _ROWS),
    "twice again": Dataset("twice", _ROWS, schema=None),
    "odd": Dataset('Order "Details"', 'id int, "Régión" text, "Unit Price" int'),
    "board": Dataset("sales_board", _ROWS),
    "virtual": Dataset("big sales", _ROWS, sql=VIRTUAL),
    "archive": Dataset("sales", _ROWS, schema="archive"),
}


@dataclass(frozen=True)
class Asked:
    """`counts`: the last column is a number that grows with the rows it is made of. `also`: datasets whose chart shows the same rows,
    beside what charts show of the tables."""

    name: str
    sql: str
    also: tuple[str, ...] = ()
    counts: bool = False


OBJECTS = (
    Asked("open table", "SELECT id, city FROM shops"),
    Asked("ruled table", "SELECT id, region, amount FROM sales"),
    Asked("its name in full", 'SELECT s.id, s.region FROM public."sales" AS s'),
    Asked("in other letters", "SELECT ID AS id, Region AS region FROM SALES"),
    Asked("count(*)", "SELECT count(*) AS n FROM sales", counts=True),
    Asked("join", "SELECT s.id, s.amount, h.city FROM sales AS s JOIN shops AS h ON h.id = s.shop_id"),
    Asked("subquery", "SELECT id, city FROM shops WHERE id IN (SELECT shop_id FROM sales WHERE amount > 60)"),
    Asked("CTE", "WITH big AS (SELECT id, region FROM sales WHERE amount > 60) SELECT b.id, b.region FROM big AS b"),
    Asked("CTE of its name", "WITH sales AS (SELECT id, region, amount, seller FROM sales) SELECT id, region FROM sales"),
    Asked("union", "SELECT id, region FROM sales UNION ALL SELECT id, region FROM ledger"),
    Asked("self join", "SELECT a.id, b.id AS other FROM sales AS a JOIN sales AS b ON b.shop_id = a.shop_id AND b.id > a.id"),
    Asked("correlated", "SELECT h.id, (SELECT count(*) FROM sales AS s WHERE s.shop_id = h.id) AS n FROM shops AS h", counts=True),
    Asked(
        "lateral",
        "SELECT h.id, t.amount FROM shops AS h CROSS JOIN LATERAL (SELECT s.amount FROM sales AS s WHERE s.shop_id = h.id) AS t",
    ),
    Asked("star", "SELECT * FROM sales"),
    Asked("left join", "SELECT h.id, s.id AS sale FROM shops AS h LEFT JOIN sales AS s ON s.shop_id = h.id"),
    Asked("except", "SELECT id FROM shops EXCEPT SELECT shop_id FROM sales"),
    Asked("not exists", "SELECT id FROM shops WHERE NOT EXISTS (SELECT 1 FROM sales WHERE sales.shop_id = shops.id)"),
    Asked("window", "SELECT id, sum(amount) OVER (ORDER BY id) AS n FROM sales", counts=True),
    Asked(
        "scalar in VALUES",
        "SELECT h.id, v.n FROM shops AS h CROSS JOIN LATERAL (VALUES ((SELECT count(*) FROM sales))) AS v(n)",
        counts=True,
    ),
    Asked("base filter", "SELECT id, region, amount FROM ledger"),
    Asked("view", "SELECT id, region, amount FROM sales_all"),
    Asked("view with dataset", "SELECT id, region, amount FROM sales_board"),
    Asked("virtual dataset", VIRTUAL, also=("virtual",)),
    Asked("no schema", "SELECT id, region FROM bare"),
    Asked("two datasets", "SELECT id, region, amount FROM twice", also=("twice again",)),
    Asked("odd names", 'SELECT id, "Régión", "Unit Price" FROM "Order ""Details"""'),
    Asked("other schema", "SELECT id, region, amount FROM archive.sales"),
    Asked("no dataset", "SELECT id, region FROM loose"),
)
