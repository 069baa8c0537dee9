"""Bring the application store's tables up to date with Alembic, from migrations inside the package: an installed wheel has them too."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from analytics_agent.adapters.store.engine import psycopg_url, translate
from analytics_agent.errors import OperatorError

_LOCK = 7_202_611_220
"""Any number that nothing else in this database uses as an advisory lock."""


def configuration() -> Config:
    """Alembic's settings without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Bring the store's tables up to date. Safe to run in several processes at once: the later ones wait, then find nothing to do.

    Everything happens in one transaction under an advisory lock, so a failure leaves the tables as they were.
    """
    engine = create_engine(psycopg_url(url), poolclass=NullPool, connect_args={"connect_timeout": 5})
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            config = configuration()
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    except (OperationalError, ProgrammingError) as error:
        raise translate(error) or _in_the_way(error) from error
    except CommandError as error:
        raise OperatorError(
            "The application store was written by a newer version of analytics-agent.", hint="Upgrade this one, or use another database."
        ) from error
    finally:
        engine.dispose()


def _in_the_way(error: ProgrammingError | OperationalError) -> OperatorError:
    return OperatorError(
        f"The application store's tables could not be made or changed (SQLSTATE {getattr(error.orig, 'sqlstate', None)}).",
        hint="The database in ANALYTICS_AGENT_STORE_URL must be ours alone, and its login must be allowed to create tables.",
    )
