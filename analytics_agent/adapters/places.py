"""Where a tenant's files may be. Whoever administers a tenant is no operator of this machine: the address of a database or of a folder
for reports must not lead to a file of another tenant, to a socket, or to a login that only this machine has."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from analytics_agent.adapters.warehouses import path_of
from analytics_agent.errors import WarehouseRefused

_FILE_SCHEMES = frozenset({"", "duckdb", "sqlite"})
_WORDS = {
    "postgresql": frozenset(
        {"sslmode", "connect_timeout", "application_name", "target_session_attrs", "channel_binding", "gssencmode", "options"}
    ),
    "mysql": frozenset({"ssl_mode", "sslmode", "ssl", "charset"}),
}
_FILES = {"postgresql": frozenset({"sslrootcert", "sslcert", "sslkey", "sslcrl"}), "mysql": frozenset({"ssl_ca", "ssl_cert", "ssl_key"})}
_HOSTS = re.compile(r"[A-Za-z0-9.\-_:,\[\]]+")
_KINDS = {"postgresql": "postgresql", "postgres": "postgresql", "mysql": "mysql", "mariadb": "mysql"}


class Places:
    """Folders and addresses; what lies below one of them may be used."""

    def __init__(self, below: tuple[str, ...]) -> None:
        self._folders = tuple(Path(place.removeprefix("file://")) for place in below if "://" not in place or place.startswith("file://"))
        self._addresses = tuple(place.rstrip("/") for place in below if "://" in place)

    def require_database(self, uri: str) -> None:
        """Raises WarehouseRefused, without repeating the address: it may hold a password."""
        scheme = uri.partition("://")[0].lower().partition("+")[0] if "://" in uri else ""
        if scheme in _FILE_SCHEMES:
            if not self._holds(path_of(uri)):
                raise WarehouseRefused("Files are read only below this tenant's folder.", hint="Ask the operator to put the file there.")
        elif problem := next(self._problems_of_server(uri, _KINDS.get(scheme, "")), ""):
            raise WarehouseRefused(problem, hint="Write the address with user, password and host.")

    def folder_problem(self, address: str) -> str:
        """Why no report may be put there; empty where it may."""
        if address.startswith("file://"):
            allowed = self._holds(Path(unquote(urlsplit(address).path)))
        else:
            apart = "::" in address or ".." in address.split("/") or "%" in address
            allowed = not apart and any(f"{address}/".startswith(f"{place}/") for place in self._addresses)
        return "" if allowed else "Reports of this tenant are put only below its own folder, or where the operator allows it."

    def _holds(self, path: Path) -> bool:
        """Links followed: one that leads out of the folder is outside."""
        try:
            found = path.expanduser().resolve()
        except (OSError, RuntimeError, ValueError):
            return False
        return any(found.is_relative_to(folder.resolve()) for folder in self._folders)

    def _problems_of_server(self, uri: str, kind: str) -> Iterator[str]:
        """Nothing is left to two readings: what we take for a part of the address, a driver may take for another."""
        try:
            parts = urlsplit(uri)
        except ValueError:
            yield "The address cannot be read."
            return
        if not uri.isprintable() or "#" in uri or " " in uri or parts.netloc.count("@") > 1:
            yield "The address holds characters that have to be written as %…"
        if not _HOSTS.fullmatch(parts.netloc.rpartition("@")[2]):
            yield "The address names no host."
        if not parts.password:
            yield "The address has no password, and none of this machine's is used."
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            word = name.lower().replace("-", "_")
            if word in _FILES.get(kind, ()):
                if value != "system" and not self._holds(Path(value)):
                    yield f"The file of {word} is not below this tenant's folder."
            elif word not in _WORDS.get(kind, ()):
                yield f"The option {word[:30]!r} cannot be used in the address of a tenant's database."
