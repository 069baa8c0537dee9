"""What MySQL says of a login's rights in its own way; MariaDB is asked for real in tests/integration/warehouse."""

import asyncio
from typing import Any, cast

import pytest

from analytics_agent.adapters.mariadb.grants import what_it_can_write
from analytics_agent.adapters.mariadb.session import Session

USER = "`ada`@`%`"


class Mysql:
    """A server that is no MariaDB: it names roles, and what they bring only when it is asked so."""

    is_mariadb = False

    def __init__(self, *lines: str, by_roles: str = "") -> None:
        self._lines, self._by_roles = lines, by_roles
        self.asked: list[str] = []

    async def all(self, statement: str) -> list[tuple[str]]:
        self.asked.append(statement)
        return [(line,) for line in (*self._lines, *([self._by_roles] if "USING" in statement else []))]


def told(server: Mysql) -> tuple[str, ...]:
    return asyncio.run(what_it_can_write(cast(Session, server), "shop"))


def test_what_a_role_brings_is_looked_at() -> None:
    roles = "`writer`@`%`,`odd``role`@`localhost`"
    server = Mysql(f"GRANT USAGE ON *.* TO {USER}", f"GRANT {roles} TO {USER}", by_roles=f"GRANT INSERT ON `shop`.* TO {USER}")
    assert told(server)[0] == "The login has INSERT on `shop`.*."
    assert server.asked[-1] == f"SHOW GRANTS FOR CURRENT_USER() USING {roles}"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"GRANT SELECT, SHOW VIEW ON `shop`.* TO {USER}", None),
        (f"GRANT USAGE ON *.* TO {USER}", None),
        (f"GRANT SELECT, SHOW DATABASES, REPLICATION CLIENT, PROCESS ON *.* TO {USER}", None),
        (f"GRANT BACKUP_ADMIN,SYSTEM_VARIABLES_ADMIN ON *.* TO {USER}", "BACKUP_ADMIN, SYSTEM_VARIABLES_ADMIN on every database"),
        (f"GRANT SELECT (`a`, `b`), UPDATE (`a`) ON `shop`.`orders` TO {USER}", "UPDATE on `shop`.`orders`"),
        (f"GRANT EXECUTE ON PROCEDURE `shop`.`clear` TO {USER}", "EXECUTE on `shop`.`clear`"),
        (f"GRANT DELETE ON `odd ON `` TO`.* TO {USER}", "DELETE on `odd ON `` TO`.*"),
        (f"GRANT PROXY ON ``@`` TO {USER} WITH GRANT OPTION", None),
    ],
)
def test_a_grant_is_read(line: str, words: str | None) -> None:
    found: Any = told(Mysql(line))
    assert (words is None and found == ()) or words in found[0]
