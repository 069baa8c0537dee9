"""What README tells people to type into PostgreSQL makes a login that can read and nothing else."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from analytics_agent.adapters.postgres import grants as postgres_grants
from analytics_agent.adapters.postgres.warehouse import PostgresWarehouse

README = Path(__file__).resolve().parents[3] / "README.md"


def statements() -> str:
    (block,) = re.findall(r"```sql\n(.*?)```", README.read_text(), re.DOTALL)
    return str(block)


@pytest.fixture
def reader(postgres_database: str) -> Iterator[str]:
    """The address of the login that the statements in README make, in a database with one table before them and one after."""
    name = urlsplit(postgres_database).path.removeprefix("/")
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute("CREATE TABLE orders (id integer PRIMARY KEY, amount numeric); INSERT INTO orders VALUES (1, 9.5)")
        connection.execute(statements().replace("DATABASE sales", f"DATABASE {name}"))
        connection.execute("CREATE TABLE later (id integer); INSERT INTO later VALUES (7)")
    parts = urlsplit(postgres_database)
    yield parts._replace(netloc=f"analytics_reader:choose%20one@{parts.hostname}:{parts.port}").geturl()
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute("DROP OWNED BY analytics_reader; DROP ROLE analytics_reader")


def test_the_login_of_readme_reads_tables_of_today_and_of_tomorrow(reader: str) -> None:
    with psycopg.connect(reader) as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (1,)
        assert connection.execute("SELECT id FROM later").fetchone() == (7,)


@pytest.mark.parametrize(
    "write", ["INSERT INTO orders VALUES (2, 1)", "DELETE FROM orders", "CREATE TABLE mine (id integer)", "DROP TABLE orders"]
)
def test_the_login_of_readme_writes_nothing_even_when_it_asks_for_it(reader: str, write: str) -> None:
    with psycopg.connect(reader, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(write)


def test_the_login_of_readme_gives_no_warning_when_it_is_added(reader: str) -> None:
    async def found() -> tuple[str, ...]:
        warehouse = PostgresWarehouse("shop", reader)
        try:
            return await warehouse.can_write()
        finally:
            await warehouse.close()

    assert asyncio.run(found()) == ()


def test_what_databases_add_prints_is_what_readme_says() -> None:
    printed = postgres_grants._read_only_login("sales", ["public"]).partition("\n")[2]
    assert printed.replace('"', "").split() == statements().split()
