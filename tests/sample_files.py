"""The sample warehouses as DuckDB files, for tests that change them: the tables of schema.sql in the schema `public`, with comments and
primary keys, with rows or without."""

import re
from pathlib import Path

import duckdb
from integration.flights.warehouse import load_module as flights_loader
from integration.shop.warehouse import load_module as shop_loader

from analytics_agent.resources import resource

_GENERATED = re.compile(r" GENERATED ALWAYS AS \(.*\) STORED")
_REFERENCES = re.compile(r" REFERENCES \w+ \(\w+\)")


def make(name: str, path: Path, *, scale: float | None = None) -> Path:
    """With rows where there is a `scale`, of which the flights have one only."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE SCHEMA public; SET schema = 'public'; SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
        schema = _REFERENCES.sub("", _GENERATED.sub("", (resource("sql_fixtures") / name / "schema.sql").read_text()))
        connection.execute("\n".join(line for line in schema.splitlines() if not line.startswith("CREATE INDEX")))
        if scale is not None:
            _fill_flights(connection, path.parent) if name == "flights" else _fill_shop(connection, scale)
    return path


def semantic_model(name: str) -> str:
    return (resource("sql_fixtures") / name / "semantic_model.yaml").read_text()


def _fill_flights(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    loader = flights_loader()
    days = {"flights": "flight_date", "weather": "weather_date"}
    for table in loader.TABLES:
        copy = folder / f"{table}.csv"
        with loader.open_csv(table) as file:
            copy.write_bytes(file.read())
        made = f", make_date(year, month, day) AS {days[table]}" if table in days else ""
        connection.execute(f"INSERT INTO {table} BY NAME SELECT *{made} FROM read_csv('{copy}', nullstr='NA', sample_size=-1)")
        copy.unlink()


def _fill_shop(connection: duckdb.DuckDBPyConnection, scale: float) -> None:
    loader = shop_loader()
    for table, rows in loader.part("generate").generate(loader.SEED, scale):
        connection.register("rows_of_it", rows)
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM rows_of_it")
        connection.unregister("rows_of_it")
