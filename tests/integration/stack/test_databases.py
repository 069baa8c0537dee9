"""Who may do what in the stack's PostgreSQL."""

from collections.abc import Iterator

import psycopg
import pytest

from analytics_agent.stack import ports
from analytics_agent.stack.databases import Addresses, provision
from analytics_agent.stack.plan import Plan, plan
from analytics_agent.stack.state import State

from .conftest import folder_for_all, small_stack

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def made() -> Iterator[Plan]:
    with folder_for_all() as folder, small_stack(folder) as stack:
        stack.up()
        yield plan(stack.settings, ports.remembered(State(stack.folder)), superset=False)


def readers(where: Addresses) -> tuple[str, str]:
    return where.flights_reader, where.shop_reader


def refused(url: str, statement: str) -> str:
    """The SQLSTATE with which a statement is refused."""
    with pytest.raises(psycopg.Error) as raised, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
    return raised.value.sqlstate or "connection refused"


@pytest.mark.parametrize("sample", ["flights", "shop"])
def test_a_reader_cannot_write_even_when_it_switches_its_backstop_off(made: Plan, sample: str) -> None:
    own, read = (getattr(made.addresses, f"{sample}_{role}") for role in ("owner", "reader"))
    with psycopg.connect(own, autocommit=True) as owner:
        owner.execute("CREATE TABLE carriers AS SELECT 'AA' AS code")
        owner.execute(f"GRANT SELECT ON carriers TO {sample}_reader")
    off = "SET default_transaction_read_only = off; "
    for statement in ("DELETE FROM carriers", "CREATE TABLE mine (a int)", "CREATE TEMP TABLE mine (a int)", "CREATE SCHEMA mine"):
        assert refused(read, statement) == "25006", statement
        with psycopg.connect(read, autocommit=True) as reader:
            reader.execute(off)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(statement)


def test_a_reader_enters_its_own_database_only_and_has_a_time_limit(made: Plan) -> None:
    for url, other in zip(readers(made.addresses), ("shop", "flights"), strict=True):
        for database in ("analytics_agent", "superset", "postgres", "template1", other):
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(f"{url.rpartition('/')[0]}/{database}")
        with psycopg.connect(url) as reader:
            assert reader.execute("SHOW statement_timeout").fetchone() == ("1min",)


def test_no_owner_enters_anothers_database(made: Plan) -> None:
    store = made.addresses.store.replace("+psycopg", "")
    for other in ("superset", "flights", "shop"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(store.rpartition("/")[0] + f"/{other}")


def test_a_wrong_password_is_refused(made: Plan) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(made.addresses.flights_reader.replace(made.secret.flights_reader, "guess"))


def test_provisioning_twice_changes_nothing(made: Plan) -> None:
    provision(made.cluster, made.secret)
    with psycopg.connect(made.addresses.store.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT current_user, current_database()").fetchone() == ("analytics_agent", "analytics_agent")
