"""Case, quotes and aliases: a name that is said to exist is found by the engine, and one that is said not to exist is not.

Every spelling of every name runs on the real engine as it is written, and is resolved against the same catalog.
"""

import sqlite3
from collections.abc import Callable, Iterator

import duckdb
import psycopg
from mariadb_server import MariaServer

from analytics_agent.catalog.build import build
from analytics_agent.domain.catalog import Catalog, Dialect, Table, TableColumn
from analytics_agent.sql.identifiers import written
from analytics_agent.sql.names import resolve
from analytics_agent.sql.parse import parse

QUOTES: dict[Dialect, str] = {"postgres": '""', "duckdb": '""', "sqlite": "[]", "mysql": "``"}
NAMES = ("Orders", "items", "GRÖßE")
"""Each is a table, with columns of these three names."""
CREATE = "CREATE TABLE {0} ({1} integer, {2} integer, {3} integer)"

Runs = Callable[[str], bool]


def quoted(name: str, dialect: Dialect) -> str:
    first, last = QUOTES[dialect]
    return f"{first}{name}{last}"


def spellings(name: str, dialect: Dialect) -> list[str]:
    forms = [name, name.lower(), name.upper().replace("SS", "ß"), name.swapcase().replace("SS", "ß")]
    return [*dict.fromkeys(forms), *(quoted(form, dialect) for form in dict.fromkeys(forms))]


def statements(dialect: Dialect) -> Iterator[str]:
    exact = {name: quoted(name, dialect) for name in NAMES}
    for name in NAMES:
        for spelled in spellings(name, dialect):
            yield f"SELECT 1 AS one FROM {spelled}"
            yield f"SELECT {spelled} FROM {exact['items']}"
            yield f"SELECT t.{spelled} FROM {exact['items']} AS t"
            for other in spellings(name, dialect)[:6]:
                yield f"SELECT {other}.{exact['items']} FROM {exact['items']} AS {spelled}"
                yield f"SELECT x.{other} FROM (SELECT 1 AS {spelled}) AS x"
                yield f"WITH {spelled} AS (SELECT 7 AS seven) SELECT seven FROM {other}"


def catalog(dialect: Dialect, schema: str | None) -> Catalog:
    columns = tuple(TableColumn(name, "integer", "integer") for name in NAMES)
    return build("names", dialect, [Table(schema, name, columns) for name in NAMES], (schema,) if schema else ())


def is_found(statement: str, known: Catalog) -> bool:
    tree = parse(statement, known.dialect).tree
    assert tree is not None, statement
    return not resolve(tree, known.dialect, known).findings


def disagreements(runs: Runs, dialect: Dialect, schema: str | None) -> tuple[list[str], list[str]]:
    """Statements whose names we find and the engine does not, and the other way round."""
    known = catalog(dialect, schema)
    judged = [(statement, is_found(statement, known), runs(statement)) for statement in statements(dialect)]
    found = [statement for statement, ours, theirs in judged if ours and not theirs]
    refused = [statement for statement, ours, theirs in judged if theirs and not ours]
    return found, refused


def created(dialect: Dialect) -> list[str]:
    columns = [quoted(name, dialect) for name in NAMES]
    return [CREATE.format(table, *columns) for table in columns]


def as_column(word: str, dialect: Dialect) -> str:
    """Gives 42 where the word, as we write it, is read as the column of that name."""
    return f"SELECT {written(word, dialect)} FROM (SELECT 42 AS {quoted(word, dialect)}) AS x"


def test_there_are_enough_of_them() -> None:
    assert all(len(set(statements(dialect))) > 200 for dialect in QUOTES)


def test_postgres_reads_names_as_we_do(postgres_database: str) -> None:
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        for statement in created("postgres"):
            connection.execute(statement)

        def runs(statement: str) -> bool:
            try:
                connection.execute(statement)
            except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
                return False
            return True

        assert disagreements(runs, "postgres", "public") == ([], [])


def test_duckdb_reads_names_as_we_do() -> None:
    connection = duckdb.connect()
    for statement in created("duckdb"):
        connection.execute(statement)

    def runs(statement: str) -> bool:
        try:
            connection.execute(statement)
        except (duckdb.CatalogException, duckdb.BinderException):
            return False
        return True

    assert disagreements(runs, "duckdb", "main") == ([], [])


def test_sqlite_reads_names_as_we_do() -> None:
    connection = sqlite3.connect(":memory:")
    for statement in created("sqlite"):
        connection.execute(statement)

    def runs(statement: str) -> bool:
        try:
            connection.execute(statement)
        except sqlite3.OperationalError:
            return False
        return True

    assert disagreements(runs, "sqlite", None) == ([], [])
    connection.close()


def test_mariadb_reads_names_as_we_do(mariadb: MariaServer) -> None:
    database = mariadb.create_database(created("mysql"))
    known = list(dict.fromkeys(statements("mysql")))
    # One session for all: a statement that fails tells so in a row of its own.
    handler = "DECLARE CONTINUE HANDLER FOR SQLEXCEPTION SELECT 'failed' AS f;"
    blocks = [f"BEGIN NOT ATOMIC {handler} SELECT '#{at}' AS place; {statement}; END" for at, statement in enumerate(known)]
    rows = [row[0] for row in mariadb.execute(*blocks, database=database)]
    failed = {known[int(rows[at - 1][1:])] for at, row in enumerate(rows) if row == "failed"}
    found, refused = disagreements(lambda statement: statement not in failed, "mysql", database)
    assert found == []
    # MariaDB compares names of WITH queries without case, MySQL exactly: exactly is right in both.
    assert refused
    assert all(statement.startswith("WITH") for statement in refused)


def test_every_keyword_of_postgres_can_be_a_column(postgres_database: str) -> None:
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        keywords = [word for (word,) in connection.execute("SELECT word FROM pg_get_keywords()").fetchall()]
        misread = [word for word in keywords if connection.execute(as_column(word, "postgres")).fetchone() != (42,)]
    assert len(keywords) > 400
    assert misread == []


def test_every_keyword_of_duckdb_can_be_a_column() -> None:
    connection = duckdb.connect()
    keywords = [word for (word,) in connection.execute("SELECT keyword_name FROM duckdb_keywords()").fetchall()]
    misread = [word for word in keywords if connection.execute(as_column(word, "duckdb")).fetchone() != (42,)]
    assert len(keywords) > 400
    assert misread == []


def test_every_keyword_of_mariadb_can_be_a_column(mariadb: MariaServer) -> None:
    words = [row[0].lower() for row in mariadb.execute("SELECT word FROM information_schema.keywords")]
    keywords = [word for word in words if word.replace("_", "").isalpha()]
    rows = mariadb.execute(*(as_column(word, "mysql") for word in keywords))
    assert len(keywords) > 500
    assert [word for word, row in zip(keywords, rows, strict=True) if row != ["42"]] == []
