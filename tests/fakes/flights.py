"""The flights sample without its rows: catalog and semantic model, as a worker reads them."""

import re

from analytics_agent.catalog.build import build, column_type
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table, TableColumn, TableName
from analytics_agent.domain.policy import Policy
from analytics_agent.domain.rights import Grant
from analytics_agent.resources import resource

FOLDER = resource("sql_fixtures") / "flights"
MODEL = (FOLDER / "semantic_model.yaml").read_text()
TABLES = ("airlines", "airports", "flights", "planes", "weather")


def catalog() -> Catalog:
    """Read from schema.sql, with its comments and keys."""
    schema = (FOLDER / "schema.sql").read_text()
    tables = [_table(name, body, schema) for name, body in re.findall(r"CREATE TABLE (\w+) \((.*?)\n\);", schema, re.DOTALL)]
    return build("flights", "postgres", tables, ("public",))


def named(*tables: str) -> tuple[TableName, ...]:
    return tuple(TableName("public", name) for name in tables)


def granted(*tables: str, withheld: int = 0) -> Grant:
    return Grant(Policy(named(*tables)), withheld)


def _table(name: str, body: str, schema: str) -> Table:
    columns = re.findall(r"^    ([a-z_]+) +([a-z]+(?: precision)?)(.*)$", body, re.MULTILINE)
    keys = [(column, *target) for column, _, rest in columns for target in re.findall(r"REFERENCES (\w+) \((\w+)\)", rest)]
    comment = re.search(rf"COMMENT ON TABLE {name} IS '(.*?)';", schema)
    return Table(
        "public",
        name,
        tuple(_column(name, column, native, schema) for column, native, _ in columns),
        foreign_keys=tuple(ForeignKey((column,), None, table, (to,)) for column, table, to in keys),
        comment=comment[1] if comment else None,
    )


def _column(table: str, name: str, native: str, schema: str) -> TableColumn:
    comment = re.search(rf"COMMENT ON COLUMN {table}\.{name} IS '(.*?)';", schema)
    return TableColumn(name, column_type(native), native, comment=comment[1] if comment else None)
