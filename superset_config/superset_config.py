"""Superset as analytics-agent runs it. Secrets come from the environment, or from the file that `analytics-agent up` writes.

Read by Superset through SUPERSET_CONFIG_PATH, in Superset's own Python environment.
"""

import hashlib
import os
import re
import sys
from pathlib import Path
from typing import Any

import pymysql
from dotenv import dotenv_values
from flask import g, has_request_context
from superset.utils.log import DBEventLogger

sys.path.append(str(Path(__file__).parent))
from single_tables import SecurityManager, prepare, without_reading_by_name

_written = (
    dotenv_values(os.environ["ANALYTICS_AGENT_SUPERSET_ENV"], interpolate=False) if "ANALYTICS_AGENT_SUPERSET_ENV" in os.environ else {}
)


def _value(name: str) -> str:
    found = os.environ.get(name) or _written.get(name)
    if not found:
        raise RuntimeError(f"{name} is not set. Start Superset with `analytics-agent up`, or set it in Superset's environment.")
    return found


def _optional(name: str, default: str = "") -> str:
    return os.environ.get(name) or _written.get(name) or default


def _derived(purpose: str) -> str:
    """A secret of its own for each purpose, so that a leaked token key does not open sessions."""
    return hashlib.sha256(f"{purpose}:{SECRET_KEY}".encode()).hexdigest()


# Superset names the types of MariaDB's and MySQL's columns by a driver that has to be compiled; this one has the same names.
pymysql.install_as_MySQLdb()

SECRET_KEY = _value("SUPERSET_SECRET_KEY")
GUEST_TOKEN_JWT_SECRET = _derived("guest")
GLOBAL_ASYNC_QUERIES_JWT_SECRET = _derived("async")

SQLALCHEMY_DATABASE_URI = _value("SUPERSET_DATABASE_URI")
SQLALCHEMY_ENGINE_OPTIONS = {"pool_size": 5, "max_overflow": 15, "pool_pre_ping": True}

FEATURE_FLAGS = {
    "ENABLE_EXTENSIONS": True,
    # Off by default: SQL Lab would then show people rows that their dashboards hide.
    "RLS_IN_SQLLAB": True,
}
EXTENSIONS_PATH = _value("SUPERSET_EXTENSIONS_PATH")

# Sessions: another Superset on this machine, on another port, would share a cookie of the same name.
SESSION_COOKIE_NAME = "analytics_agent_superset"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
WTF_CSRF_ENABLED = True

# Superset's own policy without the outside addresses (telemetry pixel, map tiles, fonts): nothing leaves this machine.
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'"],
        "script-src": ["'self'", "'strict-dynamic'"],
        "frame-ancestors": ["'self'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}
ENABLE_CORS = False

# Superset keeps the body of every request in its table of actions, and with it the password of each database that is connected.
_SECRET_NAME = re.compile(r"password|passphrase|private_key|secret|token|encrypted_extra|uri$", re.IGNORECASE)
_SECRET_IN_ADDRESS = re.compile(r"(://[^/\s:@]*:)[^@\s]*@")


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: "not kept" if found and _SECRET_NAME.search(str(name)) else _without_secrets(found) for name, found in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets(found) for found in value]
    return _SECRET_IN_ADDRESS.sub(r"\1***@", value) if isinstance(value, str) else value


def _is_ours() -> bool:
    """Whether our service account asks. What it publishes holds people's questions and their SQL: when somebody is erased, their charts
    are deleted, and nobody would find them in a table of actions."""
    user = getattr(g, "user", None) if has_request_context() else None
    return getattr(user, "username", None) == ANALYTICS_AGENT_SERVICE_ACCOUNT


def _where_alone(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_where_alone(found) for found in value]
    return {name: value[name] for name in ("path", "object_ref") if name in value} if isinstance(value, dict) else None


class _ActionLog(DBEventLogger):
    """Superset's own, without secrets; and of our service account without what it wrote."""

    def log(self, *arguments: Any, **named: Any) -> None:
        narrow = _where_alone if _is_ours() else _without_secrets
        kept = {name: narrow(named[name]) for name in ("records", "curated_payload") if name in named}
        super().log(*arguments, **{**named, **kept})


EVENT_LOGGER = _ActionLog()

# One process: limits can be counted in memory. Logins are limited, against guessing.
RATELIMIT_ENABLED = True
RATELIMIT_STORAGE_URI = "memory://"
RATELIMIT_APPLICATION = "200 per second"
AUTH_RATE_LIMITED = True
AUTH_RATE_LIMIT = "10 per second"

# PostgreSQL's validator needs the program ecpg and reports its absence at every keystroke in SQL Lab.
SQL_VALIDATORS_BY_ENGINE: dict[str, str] = {}

# For the extension that puts Ask into Superset: where our API is, the secret by which the API believes who is asking, and the one
# account that may ask for other people's rights. Without the secret the panel says that it is not set up; all else works.
ANALYTICS_AGENT_API_URL = _value("ANALYTICS_AGENT_API_URL")
ANALYTICS_AGENT_SIGNING_KEY = _optional("ANALYTICS_AGENT_SIGNING_KEY")
# Whose Superset this is, where one API serves several tenants.
ANALYTICS_AGENT_TENANT = _optional("ANALYTICS_AGENT_TENANT")
ANALYTICS_AGENT_SERVICE_ACCOUNT = _optional("ANALYTICS_AGENT_SUPERSET_USERNAME", "analytics_agent")
# As many as gunicorn has: at most a quarter of them wait for progress, so that dashboards load in their usual time.
ANALYTICS_AGENT_THREADS = 16

# People who may read single tables are held to them: Superset alone does not do it everywhere.
CUSTOM_SECURITY_MANAGER = SecurityManager
SQL_QUERY_MUTATOR = without_reading_by_name
FLASK_APP_MUTATOR = prepare
