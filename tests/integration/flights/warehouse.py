"""A database of flights for tests: made with an owner and a reader of its own, filled by the loader that bootstrap uses."""

import importlib.util
import uuid
from dataclasses import dataclass
from types import ModuleType

import psycopg

from analytics_agent.resources import resource
from analytics_agent.stack.postgres import Cluster

FOLDER = resource("sql_fixtures") / "flights"


@dataclass(frozen=True)
class Warehouse:
    """A database of flights. `owner` and `reader` are URLs, `role` is the reader's name."""

    owner: str
    reader: str
    role: str


def load_module() -> ModuleType:
    """The loader as bootstrap gets it: by path."""
    spec = importlib.util.spec_from_file_location("flights_load", FOLDER / "load.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Maker:
    """Makes databases with an owner and a reader, and drops them at the end."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.names: list[str] = []

    def make(self) -> Warehouse:
        name = f"flights_{uuid.uuid4().hex[:8]}"
        owner, reader = f"{name}_owner", f"{name}_reader"
        with psycopg.connect(self.cluster.url(), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {owner} LOGIN PASSWORD 'o'")
            connection.execute(f"CREATE ROLE {reader} LOGIN PASSWORD 'r'")
            connection.execute(f"CREATE DATABASE {name} OWNER {owner}")
        self.names.append(name)
        return Warehouse(self.cluster.url(name, owner, "o"), self.cluster.url(name, reader, "r"), reader)

    def remove(self) -> None:
        with psycopg.connect(self.cluster.url(), autocommit=True) as connection:
            for name in self.names:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
                connection.execute(f"DROP ROLE {name}_owner")
                connection.execute(f"DROP ROLE {name}_reader")
