"""superset_config.py: no secret in it, nothing that reaches outside, and a clear word when something is not set."""

import runpy
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from analytics_agent.resources import resource
from analytics_agent.stack import superset
from analytics_agent.stack.credentials import credentials
from analytics_agent.stack.state import State

SOURCE = resource("superset_config") / "superset_config.py"
NAMES = (
    "SUPERSET_SECRET_KEY",
    "SUPERSET_DATABASE_URI",
    "SUPERSET_EXTENSIONS_PATH",
    "ANALYTICS_AGENT_API_URL",
    "ANALYTICS_AGENT_SUPERSET_ENV",
)


class EventLogger:
    """Stands in for Superset's DBEventLogger, which is not in this environment: keeps what it is given to keep."""

    def __init__(self) -> None:
        self.kept: list[Any] = []

    def log(self, user_id: int, action: str, **named: Any) -> None:
        self.kept.append(named)


@pytest.fixture(autouse=True)
def superset_package(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("superset", "superset.utils", "superset.utils.log", "superset.security", "flask"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "pymysql", ModuleType("pymysql"))
    monkeypatch.setattr(sys.modules["pymysql"], "install_as_MySQLdb", lambda: None, raising=False)
    monkeypatch.setattr(sys.modules["superset.security"], "SupersetSecurityManager", object, raising=False)
    monkeypatch.setattr(sys.modules["superset.utils.log"], "DBEventLogger", EventLogger, raising=False)
    monkeypatch.setattr(sys.modules["flask"], "g", SimpleNamespace(user=SimpleNamespace(username="ada")), raising=False)
    monkeypatch.setattr(sys.modules["flask"], "has_request_context", lambda: True, raising=False)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    state = State(tmp_path)
    secret = credentials(state)
    superset.write_env(state, "postgresql+psycopg2://superset:p$w%rd@127.0.0.1:5433/superset", secret, "http://127.0.0.1:8321")
    monkeypatch.setenv("ANALYTICS_AGENT_SUPERSET_ENV", str(state.superset_env))
    found = runpy.run_path(str(SOURCE))
    assert found["SECRET_KEY"] == secret.superset_secret
    assert found["ANALYTICS_AGENT_SIGNING_KEY"] == secret.superset_signing
    return found


def test_it_reads_what_up_wrote_to_the_letter(config: dict[str, Any]) -> None:
    assert config["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg2://superset:p$w%rd@127.0.0.1:5433/superset"
    assert config["ANALYTICS_AGENT_API_URL"] == "http://127.0.0.1:8321"
    assert config["EXTENSIONS_PATH"].endswith("/extensions")


def test_rights_and_guards_are_on(config: dict[str, Any]) -> None:
    assert config["FEATURE_FLAGS"] == {"ENABLE_EXTENSIONS": True, "RLS_IN_SQLLAB": True}
    assert config["WTF_CSRF_ENABLED"] and config["TALISMAN_ENABLED"] and config["AUTH_RATE_LIMITED"]


def test_the_page_policy_names_no_outside_address(config: dict[str, Any]) -> None:
    policy = config["TALISMAN_CONFIG"]["content_security_policy"]
    sources = {source for value in policy.values() for source in ([value] if isinstance(value, str) else value)}
    assert sources <= {"'self'", "'none'", "'unsafe-inline'", "'strict-dynamic'", "blob:", "data:"}


def test_each_purpose_has_its_own_secret(config: dict[str, Any]) -> None:
    assert len({config[name] for name in ("SECRET_KEY", "GUEST_TOKEN_JWT_SECRET", "GLOBAL_ASYNC_QUERIES_JWT_SECRET")}) == 3


def test_a_missing_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(RuntimeError, match="SUPERSET_SECRET_KEY is not set"):
        runpy.run_path(str(SOURCE))


def test_superset_is_never_started_without_its_configuration(tmp_path: Path) -> None:
    assert Path(superset.environment(State(tmp_path))["SUPERSET_CONFIG_PATH"]) == SOURCE


def test_a_new_extension_means_a_restart_and_a_new_initialization(tmp_path: Path) -> None:
    before = superset.environment(State(tmp_path))["SUPERSET_BUILD"]
    (tmp_path / "extensions").mkdir()
    (tmp_path / "extensions" / "ask.supx").write_bytes(b"zip")
    assert superset.environment(State(tmp_path))["SUPERSET_BUILD"] != before


def test_the_lock_holds_the_superset_that_we_know() -> None:
    assert superset.version() == "6.1.0"


def test_the_table_of_actions_holds_no_password(config: dict[str, Any]) -> None:
    body = {"sqlalchemy_uri": "postgresql://u:geheim@h/d", "database_name": "shop", "parameters": {"host": "h", "password": "geheim"}}
    sentence = "postgresql+psycopg2://u:geheim%40@h/d was refused"
    records = [{**body, "path": "/api/v1/database/"}, {"rows": 3, "errors": [{"message": sentence}]}]
    logger = config["EVENT_LOGGER"]
    logger.log(1, "DatabaseRestApi.post", records=records, duration_ms=5)
    (kept,) = logger.kept
    assert "geheim" not in str(kept)
    assert kept["duration_ms"] == 5
    assert kept["records"][0]["database_name"] == "shop" and kept["records"][0]["parameters"]["host"] == "h"
    assert kept["records"][1] == {"rows": 3, "errors": [{"message": "postgresql+psycopg2://u:***@h/d was refused"}]}


def test_of_what_our_service_account_writes_the_table_of_actions_keeps_where_alone(config: dict[str, Any]) -> None:
    logger, chart = config["EVENT_LOGGER"], {"path": "/api/v1/chart/", "slice_name": "Ada's question", "params": "SELECT 'planted'"}
    logger.log(1, "ChartRestApi.post", records=[chart], curated_payload=chart, duration_ms=5)
    sys.modules["flask"].g.user.username = config["ANALYTICS_AGENT_SERVICE_ACCOUNT"]  # type: ignore[attr-defined]
    logger.log(2, "ChartRestApi.post", records=[chart, None], curated_payload=chart, duration_ms=5)
    theirs, ours = logger.kept
    assert theirs["records"] == [chart]
    assert ours == {"records": [{"path": "/api/v1/chart/"}, None], "curated_payload": {"path": "/api/v1/chart/"}, "duration_ms": 5}
