"""Which tenants an installation has, and the settings of each. Everything that is one tenant's alone follows from its Settings, and those
are made here: a schema of the store with a login of its own, a namespace of Temporal, a folder, a key.

A tenant is a file `<name>.env` in the folder of tenants. It can set whatever a setting is; what it does not set is the installation's,
or the tenant's own by its name, as the two sets below say.
"""

import logging
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from analytics_agent.domain.quoting import quoted
from analytics_agent.domain.tenant import DEFAULT, is_name
from analytics_agent.errors import InvalidSettings
from analytics_agent.settings import PREFIX, Settings, invalid

log = logging.getLogger(__name__)

LENT = frozenset(
    {
        *("model", "model_explore", "model_analyze", "model_synthesize", "model_fallback", "offline_first"),
        *("anthropic_api_key", "anthropic_base_url"),
        *("api_url", "temporal_address", "smtp_url", "mail_from", "log_level"),
        *("row_cap", "byte_cap", "statements_at_once", "statement_timeout_seconds", "cost_limit_rows", "over_limit", "turns"),
        *("model_timeout_seconds", "model_stall_seconds", "model_calls_per_minute"),
        *("catalog_age_seconds", "catalog_hard_age_seconds", "profile_seconds"),
        *("requests_per_minute", "questions_per_day", "questions_at_once"),
        *("budget_tokens", "budget_usd", "budget_user_tokens", "budget_user_usd", "budget_day_tokens", "budget_day_usd"),
    }
)
"""What a tenant has from the installation where its file says nothing: limits, and services that know nobody's data."""

OWN = frozenset(
    {
        *("state", "tenants", "store_url", "store_password", "artifacts_url", "files", "encryption_key", "temporal_namespace", "api_key"),
        *("superset_url", "superset_username", "superset_password", "superset_signing_key", "mail_recipients", "shop_scale"),
        "policies",
    }
)
"""What it has from nobody: of its own by its name, or in its file, or not at all. Every setting is in one of the two."""

_FIXED = frozenset({"state", "tenants", "api_url", "api_key"})
"""What its file cannot say."""

SEEN_SECONDS = 1.0
"""The folder is looked at again after this: a tenant that was added is served within seconds, and nothing is restarted for it."""


class _OfTenant(Settings):
    """Settings that read nothing by themselves: an environment variable of the installation is not a tenant's."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *others: Any, **named: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def folder(settings: Settings) -> Path:
    return Path(settings.tenants).absolute() if settings.tenants else settings.state.absolute() / "tenants"


def file_of(settings: Settings, name: str) -> Path:
    """Raises InvalidSettings for what is no tenant's name: it becomes part of paths and of names in the store."""
    if not is_name(name) or name == DEFAULT:
        raise InvalidSettings([f"{quoted(name)} cannot be a tenant's name: use letters a to z and digits, a letter first, 31 at most"])
    return folder(settings) / f"{name}.env"


def names(settings: Settings) -> tuple[str, ...]:
    """Of all tenants but the default one."""
    try:
        found = [path.stem for path in folder(settings).glob("*.env")]
    except PermissionError:
        return ()
    return tuple(sorted(name for name in found if is_name(name) and name != DEFAULT))


def of_tenant(settings: Settings, name: str, said: Mapping[str, str] | None = None) -> Settings:
    """The installation's settings as this tenant has them. `said` is what its file will say, where there is none yet. Raises
    InvalidSettings, naming the file and what is wrong in it."""
    if name == DEFAULT:
        return settings
    path = file_of(settings, name)
    said = read(path) if said is None else said
    lent = {field: getattr(settings, field) for field in LENT}
    try:
        made = _OfTenant(**{**lent, **_own(settings, name), **said})
        made = made.model_copy(update={"store_url": _store_url(made, name)}) if "store_url" not in said else made
    except ValidationError as error:
        raise InvalidSettings([f"{path}: {problem}" for problem in invalid(error).problems]) from None
    if made.encryption_key is None:
        raise InvalidSettings([f"{path}: {PREFIX}ENCRYPTION_KEY is missing; a tenant has one of its own"])
    made._tenant = name
    made._lender = None if made.anthropic_api_key != settings.anthropic_api_key else settings
    return made


def everyone(settings: Settings) -> dict[str, Settings]:
    """The settings of all tenants by name, the default one first. One whose file is wrong, or that is not apart from an earlier one, is
    left out and named in the log: the others go on."""
    found = {DEFAULT: settings}
    for name in names(settings):
        try:
            made = of_tenant(settings, name)
            require_apart(made, found.values())
        except InvalidSettings as error:
            log.error("the tenant %s is not served: %s", name, error)
        else:
            found[name] = made
    return found


def require_apart(made: Settings, others: Iterable[Settings]) -> None:
    """Raises InvalidSettings where two tenants would share what holds somebody's data."""
    own = _holds(made)
    for other in others:
        theirs = _holds(other)
        shared = sorted(name for name in own if own[name] and own[name] == theirs[name])
        inside = other.tenant != DEFAULT and f"{own['artifacts_url']}/".startswith(f"{theirs['artifacts_url']}/")
        if inside or f"{theirs['artifacts_url']}/".startswith(f"{own['artifacts_url']}/"):
            shared = sorted({*shared, "artifacts_url"})
        if shared:
            variables = ", ".join(f"{PREFIX}{name.upper()}" for name in shared)
            raise InvalidSettings([f"{variables}: the tenants {other.tenant} and {made.tenant} have the same; each needs its own"])


def _holds(settings: Settings) -> dict[str, Any]:
    return {
        "store_url": _text(settings.store_url),
        "artifacts_url": _place(settings.artifacts),
        "encryption_key": _text(settings.encryption_key),
        "temporal_namespace": (settings.temporal_address, settings.temporal_namespace),
        "superset_url": settings.superset_url,
        "superset_signing_key": _text(settings.superset_signing_key),
    }


def _place(url: str) -> str:
    """One writing of an address: the same folder can be written in many ways, and links lead to it too."""
    scheme, apart, rest = url.partition("://")
    if not apart or scheme.lower() in ("file", "local"):
        return f"file://{os.path.realpath(rest if apart else url)}"
    return url.rstrip("/")


def _text(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


class Roster:
    """The tenants as they are now: who holds one sees those that are added, changed and removed."""

    def __init__(self, settings: Settings, *, only: str | None = None) -> None:
        """`only`: this tenant and no other, for a process of its own."""
        self._settings, self._only = settings, only
        self._seen: tuple[object, dict[str, Settings]] | None = None
        self._again = 0.0

    def now(self) -> Mapping[str, Settings]:
        """The same object for a tenant as long as its file is the same."""
        if self._seen is None or time.monotonic() >= self._again:
            self._again = time.monotonic() + SEEN_SECONDS
            mark = self._mark()
            if self._seen is None or self._seen[0] != mark:
                before = self._seen[1] if self._seen else {}
                self._seen = (mark, {name: _kept(made, before.get(name)) for name, made in self._everyone().items()})
        return self._seen[1]

    def _everyone(self) -> dict[str, Settings]:
        found = everyone(self._settings)
        return found if self._only is None else {name: made for name, made in found.items() if name == self._only}

    def _mark(self) -> object:
        try:
            with os.scandir(folder(self._settings)) as entries:
                seen = [(one.name, one.stat()) for one in entries if one.name.endswith(".env")]
        except OSError:
            return None
        return sorted((name, found.st_ino, found.st_size, found.st_mtime_ns, found.st_mode) for name, found in seen)


def _kept(made: Settings, before: Settings | None) -> Settings:
    return before if before is not None and before == made else made


def read(path: Path) -> dict[str, str]:
    """What a tenant's file says, by the names of settings. Raises InvalidSettings."""
    try:
        if path.stat().st_mode & 0o077:
            raise InvalidSettings([f"{path} holds secrets and others may read it: chmod 600 {path}"])
        text = dotenv_values(path, interpolate=False)
    except FileNotFoundError:
        raise InvalidSettings([f"there is no tenant {quoted(path.stem)}; `analytics-agent tenants list` shows all"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSettings([f"{path} cannot be read ({type(error).__name__})"]) from None
    known = {_variable(field): field for field in Settings.model_fields}
    wrong = [name for name in text if name not in known or known[name] in _FIXED]
    if wrong:
        raise InvalidSettings([f"{path}: {quoted(name)} is not a setting of a tenant" for name in wrong])
    return {known[name]: value for name, value in text.items() if value}


def _variable(field: str) -> str:
    return field.upper() if field.startswith("anthropic_") else f"{PREFIX}{field.upper()}"


def _own(settings: Settings, name: str) -> dict[str, Any]:
    state = settings.state.absolute() / "tenants" / name
    return {
        "state": state,
        "store_url": settings.store_url,
        "artifacts_url": f"{settings.artifacts_url.rstrip('/')}/tenants/{name}" if settings.artifacts_url else "",
        "temporal_namespace": f"{settings.temporal_namespace}-{name}",
        "files": str(state / "files"),
    }


def schema_of(name: str) -> str:
    return f"tenant_{name}"


def login_of(settings: Settings, name: str) -> str:
    """The tenant's own role in the store: named after the installation's, for two installations can share a server."""
    base = urlsplit(settings.store_url.get_secret_value()).username if settings.store_url else None
    return f"{base or 'analytics_agent'}_{name}"


def _store_url(made: Settings, name: str) -> SecretStr | None:
    """The installation's store, seen through the tenant's login and in its schema alone: no name in a statement of ours has a schema."""
    if made.store_url is None:
        return None
    parts = urlsplit(made.store_url.get_secret_value())
    place = parts.netloc
    if made.store_password is not None:
        place = f"{login_of(made, name)}:{quote(made.store_password.get_secret_value(), safe='')}@{parts.netloc.rpartition('@')[2]}"
    query = dict(parse_qsl(parts.query))
    query["options"] = " ".join(filter(None, (query.get("options"), f"-csearch_path={schema_of(name)}")))
    return SecretStr(urlunsplit(parts._replace(netloc=place, query=urlencode(query, quote_via=quote))))
