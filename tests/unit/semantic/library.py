"""A made-up library in DuckDB, with descriptions, and the model that is drafted from it: what the drafter and the reader are tried on."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from analytics_agent import semantic
from analytics_agent.adapters.warehouses import open_warehouse
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.database import Database
from analytics_agent.domain.profile import Scalar
from analytics_agent.semantic.drafting.dictionary import described, read
from analytics_agent.semantic.drafting.draft import draft
from analytics_agent.semantic.drafting.profiling import Profiled, profiled
from analytics_agent.sql.check import check

TABLES = """
CREATE TABLE branches (branch_id INTEGER, branch_name VARCHAR, town VARCHAR, shelf_length INTEGER);
CREATE TABLE books (book_id INTEGER, title VARCHAR, genre_type VARCHAR, pagecount INTEGER, price DOUBLE, status VARCHAR, is_rare VARCHAR,
  home INTEGER);
CREATE TABLE writers (wid INTEGER, name VARCHAR, dob DATE, country_name VARCHAR);
CREATE TABLE authorship (wid INTEGER, book_id INTEGER);
CREATE TABLE loans (loan_id INTEGER, book_id INTEGER, member_no INTEGER, borrowed_on DATE, num_renewals INTEGER, late_rate DOUBLE);
INSERT INTO branches SELECT i, 'Branch ' || chr(CAST(65 + i AS INTEGER)), ['Ulm', 'Graz', 'Bern'][1 + i % 3], 100 * i FROM range(6) t(i);
INSERT INTO books SELECT i, 'Title ' || i, ['crime', 'poetry', 'travel'][1 + i % 3], 100 + i, 5 + i % 7, ['A', 'L'][1 + i % 2],
  ['Yes', 'No'][1 + i % 2], i % 6 FROM range(60) t(i);
INSERT INTO writers SELECT i, 'Writer ' || i, DATE '1950-01-01' + CAST(i * 100 AS INTEGER),
  ['Austria', 'Chile'][1 + i % 2] FROM range(20) t(i);
INSERT INTO authorship SELECT i % 20, i FROM range(60) t(i) UNION SELECT (i + 1) % 20, i FROM range(30) t(i);
INSERT INTO loans SELECT i, i % 60, i % 13, DATE '2025-01-01' + CAST(i % 300 AS INTEGER), i % 4, (i % 10) / 10 FROM range(400) t(i);
"""
DICTIONARY = """table,column,description
branches,,A place where books are kept.
branches,branch_id,Unique identifier for each branch
branches,town,The town where the branch is located
branches,shelf_length,"The length of all shelves of the branch in meters, also called shelf space"
books,book_id,Unique identifier for each book
books,genre_type,The type of genre
books,status,"A = available, L = lent out, X = lost"
books,price,The price of the book in EUR
books,home,The ID of the branch where the book is kept
writers,wid,Unique identifier for each writer
loans,num_renewals,The number of renewals granted for the loan
loans,late_rate,Share of the loan's days that were late
"""


@lru_cache
def looked_at() -> tuple[Catalog, Profiled]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "library.duckdb"
        with duckdb.connect(str(file)) as connection:
            connection.execute(TABLES)
        return asyncio.run(_looked_at(file))


async def _looked_at(file: Path) -> tuple[Catalog, Profiled]:
    warehouse = open_warehouse(Database("library", f"duckdb:///{file}", "duckdb"))

    async def run(sql: str) -> Sequence[Mapping[str, Scalar]]:
        assert check(sql, dialect="duckdb", catalog=catalog).ok
        rows: list[Mapping[str, Scalar]] = (await warehouse.run(sql, row_cap=1_000, timeout_seconds=20)).table.to_pylist()
        return rows

    try:
        catalog, strange = described(await warehouse.introspect(), read(DICTIONARY, "library.csv"))
        assert not strange
        return catalog, await profiled(catalog, run, seconds=60)
    finally:
        await warehouse.close()


@lru_cache
def model() -> semantic.SemanticModel:
    catalog, found = looked_at()
    drafted = semantic.load(draft(catalog, found.tables, found.keys))
    assert semantic.validate(drafted, catalog) == ()
    return drafted


@lru_cache
def overview() -> dict[str, Any]:
    return semantic.overview(model())
