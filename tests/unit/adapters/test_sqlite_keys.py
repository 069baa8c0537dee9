"""Foreign keys of SQLite: the engine passes over the case of names, and what reads a catalog does not."""

import sqlite3
from contextlib import closing

from analytics_agent.adapters.sqlite.catalog import read
from analytics_agent.domain.catalog import ForeignKey

_TABLES = """
CREATE TABLE customers (id INTEGER PRIMARY KEY);
CREATE TABLE orders (
    payer INTEGER REFERENCES Customers(ID), receiver INTEGER REFERENCES CUSTOMERS, origin INTEGER REFERENCES Nowhere(X)
);
"""


def test_a_key_leads_to_the_table_it_means_however_that_is_written() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(_TABLES)
        orders = next(table for table in read(connection) if table.name == "orders")
    assert set(orders.foreign_keys) == {
        ForeignKey(("payer",), None, "customers", ("id",)),
        ForeignKey(("receiver",), None, "customers", ("id",)),
        ForeignKey(("origin",), None, "Nowhere", ("X",)),
    }
