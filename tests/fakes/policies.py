"""A file of policies of the made-up shop, as an operator writes one, and what reads it."""

import os
from pathlib import Path

import sql_shop

from analytics_agent.adapters.file_rights import FileRights
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.database import Database

KEY = "not for anybody's eyes"
FILE = f"""version: 1
hash_key: {KEY}
members:
  sales: [ada]
policies:
  - name: sales
    roles: [sales]
    database: shop
    tables:
      - table: orders
        rows: status = 'paid'
        mask: {{amount: {{bucket: {{size: 10}}}}}}
      - table: customers
        mask: {{name: hash}}
  - name: all of it
    users: [boss]
    database: shop
    tables: [{{table: '*'}}]
  - name: what Claude may see
    models: true
    database: shop
    tables:
      - table: customers
        hide: [credit]
      - table: '*'
"""
DATABASE = Database("shop", "postgresql://reader:geheim@host/shop")
OTHER = Database("flights", "postgresql://reader:geheim@host/flights")
CATALOG = sql_shop.catalog("postgres")
TABLES = tuple(TableName(table.schema, table.name) for table in CATALOG.tables)
ORDERS, CUSTOMERS = TableName("public", "orders"), TableName("public", "customers")


async def catalog_of(database: str) -> Catalog | None:
    return CATALOG if database == "shop" else None


def rights_of(path: Path, text: str | None = FILE) -> FileRights:
    if text is not None:
        put(path, text)
    return FileRights(path, catalog_of)


def put(path: Path, text: str) -> None:
    """As `mv` puts it there: whole, at once, and written some time ago."""
    new = path.with_suffix(".new")
    new.write_text(text)
    os.utime(new, (1_700_000_000, 1_700_000_000))
    new.replace(path)
