"""A MariaDB or MySQL address as the driver takes it: host, login, database, and what of TLS it asks for.

`ssl_mode` is one of MySQL's own words (disabled, preferred, required, verify_ca, verify_identity), and preferred without one: encrypted
where the server offers it. Naming `ssl_ca` asks for verify_identity.
"""

import ssl
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from analytics_agent.errors import WarehouseRefused

TlsMode = Literal["disabled", "preferred", "required", "verify_ca", "verify_identity"]
FORM = "mariadb://user:password@host:3306/database"

_MODES: dict[str, TlsMode] = {
    "disabled": "disabled",
    "false": "disabled",
    "preferred": "preferred",
    "prefer": "preferred",
    "required": "required",
    "require": "required",
    "true": "required",
    "verify_ca": "verify_ca",
    "verify_identity": "verify_identity",
    "verify_full": "verify_identity",
}
_MODE_NAMES = ("ssl_mode", "sslmode", "ssl")
_FILES = ("ssl_ca", "ssl_cert", "ssl_key")
_IGNORED = frozenset({"charset"})
"""Text is always utf8mb4."""


@dataclass(frozen=True)
class Address:
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str | None = None
    unix_socket: str | None = None
    tls: TlsMode = "preferred"
    files: dict[str, str] = field(default_factory=dict)
    """Of `ssl_ca`, `ssl_cert` and `ssl_key`, those that are named."""

    def tls_context(self) -> ssl.SSLContext | None:
        """None where nothing is to be encrypted. Raises WarehouseRefused for a certificate that cannot be read."""
        if self.tls == "disabled" or self.unix_socket:
            return None
        try:
            context = ssl.create_default_context(cafile=self.files.get("ssl_ca"))
            if "ssl_cert" in self.files:
                context.load_cert_chain(self.files["ssl_cert"], self.files.get("ssl_key"))
        except (OSError, ssl.SSLError):
            raise WarehouseRefused(
                "A certificate that the address names cannot be read.", hint="Check ssl_ca, ssl_cert and ssl_key."
            ) from None
        context.check_hostname = self.tls == "verify_identity"
        context.verify_mode = ssl.CERT_REQUIRED if self.tls.startswith("verify") else ssl.CERT_NONE
        return context


def address_of(uri: str) -> Address:
    """Raises WarehouseRefused; what the address says is never repeated, its names of options aside."""
    try:
        parts = urlsplit(uri)
        port = parts.port or 3306
    except ValueError:
        raise _unreadable() from None
    options = {name.lower().replace("-", "_"): value for name, value in parse_qsl(parts.query, keep_blank_values=True)}
    if unknown := sorted(options.keys() - {*_MODE_NAMES, *_FILES, *_IGNORED, "unix_socket"}):
        raise WarehouseRefused(
            f"Options of the address are not known: {', '.join(name[:30] for name in unknown[:3])}.",
            hint="Known are ssl_mode, ssl_ca, ssl_cert, ssl_key and unix_socket.",
        )
    if not parts.username or not (parts.hostname or "unix_socket" in options):
        raise _unreadable()
    return Address(
        host=parts.hostname or "localhost",
        port=port,
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        database=_database(parts),
        unix_socket=options.get("unix_socket"),
        tls=_mode(options),
        files={name: options[name] for name in _FILES if name in options},
    )


def _mode(options: dict[str, str]) -> TlsMode:
    given = next((options[name] for name in _MODE_NAMES if name in options), None)
    if given is None:
        return "verify_identity" if "ssl_ca" in options else "preferred"
    mode = _MODES.get(given.lower().replace("-", "_"))
    if mode is None:
        raise WarehouseRefused("The address asks for a kind of TLS that is not known.", hint=f"ssl_mode is one of {', '.join(_words())}.")
    return mode


def _words() -> tuple[str, ...]:
    return tuple(dict.fromkeys(_MODES.values()))


def _database(parts: SplitResult) -> str | None:
    return unquote(parts.path.removeprefix("/")) or None


def _unreadable() -> WarehouseRefused:
    return WarehouseRefused("The database's address cannot be read.", hint=f"Write {FORM}.")
