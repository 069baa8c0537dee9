"""The worlds of servers: PostgreSQL as its superuser, MariaDB as its root."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from attack.worlds import MariaWorld, PostgresWorld, plant, statements_of
from mariadb_server import PASSWORD, MariaServer

from analytics_agent.stack.postgres import Cluster


@contextmanager
def postgres_world(cluster: Cluster, name: str = "world") -> Iterator[PostgresWorld]:
    """A database of its own, dropped at the end. The canaries lie in the server's data folder."""
    folder = cluster.folder.resolve()
    plant(folder)
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    world = PostgresWorld(cluster.url(name), folder)
    try:
        world.execute("SET search_path = public")
        for statement in statements_of("postgres"):
            world.execute(statement)
        world.execute("SET search_path = pg_catalog, public, pg_temp")
        yield world
    finally:
        world.close()
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@contextmanager
def maria_world(server: MariaServer) -> Iterator[MariaWorld]:
    data = server.folder / "data"
    plant(data)
    shutil.copy(data / "canary.csv", server.folder / "canary.csv")
    server.execute("CREATE DATABASE world CHARACTER SET utf8mb4")
    server.execute(*statements_of("mysql"), database="world")
    world = MariaWorld(server.port, PASSWORD, data)
    try:
        yield world
    finally:
        world.close()
        server.execute("DROP DATABASE world")


def data_folder(cluster: Cluster) -> Path:
    return cluster.folder.resolve()
