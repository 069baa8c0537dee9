"""What a MariaDB or MySQL login could change, in sentences, and the exact statements that make a login which cannot.

Read from SHOW GRANTS, which names what comes from roles too: in MariaDB by itself, in MySQL when it is asked with their names. A grant
that is not known to be harmless counts as one that writes.
"""

import re

from analytics_agent.adapters.mariadb.session import Session

_GRANT = re.compile(
    r"GRANT (?P<rights>.+?) ON (?:TABLE |FUNCTION |PROCEDURE |PACKAGE |PACKAGE BODY )?(?P<place>(?:`(?:[^`]|``)*`|\*)\.\S.*?) TO .+?"
)
_ROLE = re.compile(r"GRANT (`(?:[^`]|``)*`@`(?:[^`]|``)*`(?:,`(?:[^`]|``)*`@`(?:[^`]|``)*`)*) TO ")
_COLUMNS = re.compile(r"\s*\([^)]*\)")
_HARMLESS = frozenset(
    {
        "USAGE",
        "SELECT",
        "SHOW VIEW",
        "SHOW DATABASES",
        "SHOW CREATE ROUTINE",
        "PROCESS",
        "BINLOG MONITOR",
        "REPLICATION CLIENT",
        "SLAVE MONITOR",
        "REPLICA MONITOR",
    }
)
_EVERYTHING = frozenset({"ALL PRIVILEGES", "SUPER"})
_WITH_GRANT = "WITH GRANT OPTION"


async def what_it_can_write(session: Session, database: str | None) -> tuple[str, ...]:
    """A sentence for each thing the login could change, and last the statements for one that only reads. Empty when it only reads."""
    lines = [row[0] for row in await session.all("SHOW GRANTS")]
    if not session.is_mariadb and (roles := [role[1] for line in lines if (role := _ROLE.match(line))]):
        lines = [row[0] for row in await session.all(f"SHOW GRANTS FOR CURRENT_USER() USING {','.join(roles)}")]
    found = tuple(dict.fromkeys(sentence for line in lines for sentence in _sentences(line)))
    return (*found, _read_only_login(database)) if found else ()


def _sentences(line: str) -> list[str]:
    grant = _GRANT.fullmatch(line)
    if grant is None:
        return []  # a role, whose rights have lines of their own, or the right to stand in for another login
    rights = [right.strip() for right in _COLUMNS.sub("", grant["rights"]).split(",")]
    place = "every database" if grant["place"] == "*.*" else grant["place"]
    sentences = [f"The login may give its rights on {place} to others."] * line.endswith(_WITH_GRANT)
    if place == "every database" and _EVERYTHING & set(rights):
        return ["The login can change everything on the server, accounts and files included.", *sentences]
    if "FILE" in rights:
        sentences.insert(0, "The login can read and write files of the server.")
    writing = [right for right in rights if right not in _HARMLESS and right != "FILE"]
    if writing:
        sentences.insert(0, f"The login has {', '.join(writing)} on {place}.")
    return sentences


def _read_only_login(database: str | None) -> str:
    login = "'analytics_reader'@'%'"
    place = f"{_as_pattern(database)}.*" if database else "*.*"
    lines = (f"CREATE USER {login} IDENTIFIED BY 'choose one';", f"GRANT SELECT, SHOW VIEW ON {place} TO {login};")
    return "A login that can only read is made with:\n" + "\n".join(lines)


def _as_pattern(database: str) -> str:
    """The name of a database in a GRANT is a pattern, in which _ and % stand for other characters."""
    escaped = re.sub(r"([\\_%])", r"\\\1", database).replace("`", "``")
    return f"`{escaped}`"
