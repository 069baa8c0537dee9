"""Row security held to what is true without us: a few hundred cases at random here, 10,000 and more with ROW_SECURITY_CASES=10000."""

import os
import sys
import uuid
from collections.abc import Iterator

import pytest
from integration.row_security.engines import Duckdb, Mariadb, Postgres, Sqlite
from integration.row_security.oracles import PASSWORD, Difference, Tally, against_a_copy, against_native, drop_person, make_person
from mariadb_server import MariaServer

from analytics_agent.stack.postgres import Cluster

CASES = int(os.environ.get("ROW_SECURITY_CASES", "0"))
SEED = int(os.environ.get("ROW_SECURITY_SEED", "1"))
pytestmark = pytest.mark.timeout(300 if not CASES else 7_200)


def holds(differences: Iterator[Difference], tally: Tally) -> None:
    found = [str(each) for each in differences]
    sys.stdout.write(f"{tally}\n")
    assert not found, f"{len(found)} of {tally.cases} cases differ\n\n" + "\n\n".join(found[:5])
    assert tally.in_other_order < tally.cases / 20, f"too often it is not known why one failed and the other did not: {tally}"
    assert tally.failed > tally.cases / 100, f"hardly a statement failed, so nothing was shown of errors: {tally}"
    assert tally.with_rows > tally.cases / 5, f"hardly a statement gave rows: {tally}"
    assert tally.refused < tally.cases / 2, f"most statements were refused: {tally}"


@pytest.fixture
def person(postgres: Cluster, postgres_database: str) -> Iterator[str]:
    name = f"asker_{uuid.uuid4().hex[:8]}"
    make_person(postgres_database, name)
    yield name
    drop_person(postgres_database, name)


def test_a_statement_gives_what_postgres_own_row_security_gives(postgres: Cluster, postgres_database: str, person: str) -> None:
    tally = Tally()
    url = postgres.url(postgres_database.rsplit("/", 1)[1], person, PASSWORD)
    holds(against_native(postgres_database, url, person, CASES or 300, SEED, tally), tally)


def test_on_postgres_a_statement_gives_what_it_gives_on_a_copy_of_what_may_be_seen(postgres: Cluster, postgres_database: str) -> None:
    other = f"t_{uuid.uuid4().hex[:12]}"
    whole = Postgres(postgres_database)
    whole.rows(f"CREATE DATABASE {other}")
    copy, tally = Postgres(postgres.url(other)), Tally()
    try:
        holds(against_a_copy("postgres", whole, copy, ("public", "public"), CASES or 200, SEED, tally), tally)
    finally:
        copy.close()
        whole.rows(f"DROP DATABASE {other}")
        whole.close()


def test_on_duckdb_a_statement_gives_what_it_gives_on_a_copy_of_what_may_be_seen() -> None:
    whole, copy, tally = Duckdb(), Duckdb(), Tally()
    holds(against_a_copy("duckdb", whole, copy, ("main", "main"), CASES or 300, SEED, tally), tally)


def test_on_sqlite_a_statement_gives_what_it_gives_on_a_copy_of_what_may_be_seen() -> None:
    whole, copy, tally = Sqlite(), Sqlite(), Tally()
    holds(against_a_copy("sqlite", whole, copy, (None, None), CASES or 600, SEED, tally), tally)


def test_on_mariadb_a_statement_gives_what_it_gives_on_a_copy_of_what_may_be_seen(mariadb: MariaServer) -> None:
    whole, copy, tally = Mariadb(mariadb, mariadb.create_database()), Mariadb(mariadb, mariadb.create_database()), Tally()
    try:
        holds(against_a_copy("mysql", whole, copy, (whole.database, copy.database), CASES or 200, SEED, tally), tally)
    finally:
        whole.close()
        copy.close()
