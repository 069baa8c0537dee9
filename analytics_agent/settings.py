"""The only reader of the environment. Order: environment, `.env`, `<state>/stack.env` (written by `up`), defaults.

Only entry points and `bootstrap` call `load()`; everything else is handed what it needs.
"""

import os
import sys
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, Field, PrivateAttr, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources import DotEnvSettingsSource

from analytics_agent.domain.addresses import mail_address
from analytics_agent.domain.approval import CostLimit, OverLimit
from analytics_agent.domain.models import DEFAULT, NO_FALLBACK, OFFLINE, PROFILES, ModelChoice
from analytics_agent.domain.question import Budget
from analytics_agent.domain.quota import Quota
from analytics_agent.domain.said_of_values import instead
from analytics_agent.domain.tenant import DEFAULT as DEFAULT_TENANT
from analytics_agent.errors import InvalidSettings
from analytics_agent.resources import default_state

PREFIX = "ANALYTICS_AGENT_"
SHORTEST_SIGNING_KEY = 32

_HARMLESS = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYTHONPATH", "LD_LIBRARY_PATH", "XDG_CACHE_HOME", "FONTCONFIG_FILE"),
    *("MALLOC_ARENA_MAX", "MALLOC_TRIM_THRESHOLD_", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"),
    "ANALYTICS_AGENT_STACK",  # by which the stack knows its processes
)


class Settings(BaseSettings):
    """Every setting. A field `x_y` is the environment variable ANALYTICS_AGENT_X_Y."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True, allow_inf_nan=False)

    state: Path = Field(default_factory=default_state, description="Folder of the embedded stack: data, logs, secrets, artifacts.")
    model: str = Field(default="", description="`offline` or a Claude model id; empty chooses by whether a key is set.")
    model_explore: str = Field(default="", description="Another model for explore, where a question names none.")
    model_analyze: str = Field(default="", description="The model of analyze; empty is a small one where explore has a Claude model.")
    model_synthesize: str = Field(default="", description="Another model for synthesize, where a question names none.")
    model_fallback: str = Field(
        default="", description="Answers where a model stays overloaded; empty is that of the table of models, `none` is no other."
    )
    offline_first: Literal["off", "certain"] = Field(
        default="off", description="`certain`: a question that names no model is answered by rule, for nothing, where that is certain."
    )
    anthropic_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("ANTHROPIC_API_KEY", "anthropic_api_key"), description="Key for the Claude API."
    )
    anthropic_base_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("ANTHROPIC_BASE_URL", "anthropic_base_url"),
        description="Another Messages-API endpoint: a gateway, a proxy.",
    )
    api_url: str = Field(default="http://127.0.0.1:8321", description="Where clients find the HTTP API.")
    api_key: SecretStr | None = Field(default=None, description="The client's key; the stack writes one for you.")
    store_url: SecretStr | None = Field(default=None, description="SQLAlchemy URL of the application store (PostgreSQL).")
    store_password: SecretStr | None = Field(
        default=None, description="Password of a tenant's own login at the store; `tenants add` writes it into the tenant's file."
    )
    artifacts_url: str = Field(default="", description="fsspec URL for results and reports; empty is a folder in the state folder.")
    encryption_key: SecretStr | None = Field(default=None, description="Fernet key that encrypts the URIs of databases in the store.")
    temporal_address: str = Field(default="127.0.0.1:7233", description="Temporal's frontend, host:port.")
    temporal_namespace: str = Field(default="default", description="Temporal namespace.")
    superset_url: str | None = Field(default=None, description="Superset as we and people reach it; empty switches publishing off.")
    superset_username: str = Field(default="analytics_agent", description="Our service account in Superset.")
    superset_password: SecretStr | None = Field(default=None, description="Its password.")
    superset_signing_key: SecretStr | None = Field(
        default=None, description="Secret shared with the Superset extension: it signs who is asking; at least 32 characters."
    )
    policies: Path | None = Field(default=None, description="A file of policies: which tables, rows and columns people and models may see.")
    smtp_url: SecretStr | None = Field(default=None, description="Mail server: smtp://user:password@host:587 (STARTTLS) or smtps://…")
    mail_from: str = Field(default="", description="The sender's address of reports by mail.")
    mail_recipients: str = Field(
        default="", description="Addresses that may get any report without an account in Superset: `ops@example.com, *@board.example.com`."
    )
    row_cap: int = Field(default=50_000, ge=1, le=5_000_000, description="Most rows that one statement may fetch.")
    byte_cap: int = Field(
        default=64_000_000,
        ge=1_000_000,
        le=2_000_000_000,
        description="Most bytes in memory that the stored rows of one statement may have.",
    )
    statements_at_once: int = Field(
        default=4, ge=1, le=100, description="Most statements that run in one database at the same time, over all workers."
    )
    statement_timeout_seconds: float = Field(default=30.0, gt=0, le=3600, description="Time limit of one statement.")
    cost_limit_rows: int = Field(
        default=1_000_000_000,
        ge=0,
        le=10**15,
        description="Most rows that one statement may be expected to go through, where its database says nothing else; 0 is no limit.",
    )
    over_limit: OverLimit = Field(
        default="refuse",
        description="A statement over that limit: `refuse` it, `ask` whoever asked the question, or an `admin`.",
    )
    model_timeout_seconds: float = Field(default=300.0, gt=0, le=3600, description="Time limit of one model turn.")
    model_stall_seconds: float = Field(default=60.0, gt=0, le=3600, description="Longest silence in the middle of a model's reply.")
    model_calls_per_minute: float | None = Field(
        default=None, gt=0, description="Most calls of Claude a minute that all workers together begin, batches aside; empty is no limit."
    )
    turns: int = Field(default=16, ge=1, le=100, description="Most model turns in one step.")
    budget_tokens: int | None = Field(default=None, ge=1, description="Tokens one run may use when the asker names no limit.")
    budget_usd: float | None = Field(default=None, gt=0, description="Dollars one run may use when the asker names no limit.")
    budget_user_tokens: int | None = Field(default=None, ge=1, description="Tokens that one person or key may use in a day (UTC).")
    budget_user_usd: float | None = Field(default=None, gt=0, description="Dollars that one person or key may use in a day (UTC).")
    budget_day_tokens: int | None = Field(default=None, ge=1, description="Tokens that all may use together in a day (UTC).")
    budget_day_usd: float | None = Field(default=None, gt=0, description="Dollars that all may use together in a day (UTC).")
    requests_per_minute: int | None = Field(
        default=None, ge=1, le=1_000_000, description="Requests of the API that one key or person may send in a minute; empty is no limit."
    )
    questions_per_day: int | None = Field(
        default=None, ge=1, le=1_000_000, description="Questions that one key or person may ask in a day (UTC), schedules aside."
    )
    questions_at_once: int | None = Field(
        default=None, ge=1, le=10_000, description="Questions of one key or person that may be answered at the same time, schedules aside."
    )
    catalog_age_seconds: float = Field(
        default=3600.0, ge=0, description="A cached catalog older than this is read again, in the background while questions go on with it."
    )
    catalog_hard_age_seconds: float = Field(
        default=86_400.0, ge=0, description="A cached catalog older than this is not used: a question waits until it is read again."
    )
    profile_seconds: float = Field(
        default=60.0, ge=0, le=3600, description="Seconds in which tables that changed are profiled after a catalog was read; 0 is never."
    )
    shop_scale: float = Field(
        default=1.0, ge=0, le=20, description="Size of the sample warehouse `shop`: 1 is a million order lines, 0 leaves it out."
    )
    tenants: str = Field(default="", description="Folder with a file of settings for each tenant; empty is `tenants` in the state folder.")
    files: str = Field(
        default="",
        description="Folders and addresses, with commas between, below which files may be read and reports be put; empty is anywhere, "
        "and for a tenant its own folder.",
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")

    _tenant: str = PrivateAttr(DEFAULT_TENANT)
    _lender: "Settings | None" = PrivateAttr(None)

    @field_validator("state", mode="before")
    @classmethod
    def some_folder(cls, value: str | Path) -> str | Path:
        return value or default_state()

    @field_validator("policies", mode="before")
    @classmethod
    def whole_path(cls, value: str | Path | None) -> Path | None:
        """Every process reads the same file, wherever it was started."""
        return Path(value).expanduser().absolute() if value else None

    @field_validator("anthropic_api_key")
    @classmethod
    def empty_key_is_none(cls, value: SecretStr | None) -> SecretStr | None:
        return value or None

    @field_validator("superset_signing_key")
    @classmethod
    def long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value and len(value.get_secret_value()) < SHORTEST_SIGNING_KEY:
            raise ValueError(f"use at least {SHORTEST_SIGNING_KEY} random characters")
        return value or None

    @field_validator("log_level")
    @classmethod
    def known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("use DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("model", "model_explore", "model_analyze", "model_synthesize", "model_fallback")
    @classmethod
    def known_model(cls, value: str, about: ValidationInfo) -> str:
        may_be_none = about.field_name == "model_fallback" and value == NO_FALLBACK
        if value and value not in PROFILES and not may_be_none:
            raise ValueError(f"no profile for this model; known are {', '.join(PROFILES)}")
        return value

    @field_validator("smtp_url")
    @classmethod
    def mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        """The address may hold a password: it is not repeated."""
        if value and not value.get_secret_value().startswith(("smtp://", "smtps://")):
            raise ValueError("write smtp://user:password@host:587 or smtps://user:password@host")
        return value or None

    @field_validator("mail_from")
    @classmethod
    def senders_address(cls, value: str) -> str:
        try:
            return mail_address(value) if value else value
        except ValueError:
            raise ValueError("write an address, as reports@example.com") from None

    @field_validator("api_url", "superset_url", "anthropic_base_url")
    @classmethod
    def web_address(cls, value: str | None) -> str | None:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("write the whole address, with http:// or https://")
        return value.rstrip("/") if value else None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        stated = (source().get("state") for source in (init_settings, env_settings, dotenv_settings))
        state = Path(next(filter(None, stated), default_state()))
        written_by_up = DotEnvSettingsSource(settings_cls, env_file=state / "stack.env")
        return (init_settings, env_settings, dotenv_settings, written_by_up)

    @property
    def tenant(self) -> str:
        """Whose settings these are. tenants.py makes those of the others."""
        return self._tenant

    @property
    def account(self) -> "Settings":
        """Whose account at the model's provider is used: what the provider says of its rate holds for all who share it."""
        return self._lender or self

    @property
    def chosen_model(self) -> str:
        """The model a question gets when it names none."""
        return self.model or (DEFAULT if self.anthropic_api_key else OFFLINE)

    @property
    def model_choice(self) -> ModelChoice:
        return ModelChoice(self.chosen_model, self.model_explore, self.model_analyze, self.model_synthesize, self.model_fallback)

    @property
    def cost_limit(self) -> CostLimit:
        return CostLimit(self.cost_limit_rows or None, self.over_limit)

    @property
    def budget_of_a_person(self) -> Budget:
        return Budget(self.budget_user_tokens, self.budget_user_usd)

    @property
    def budget_of_a_day(self) -> Budget:
        return Budget(self.budget_day_tokens, self.budget_day_usd)

    @property
    def places(self) -> tuple[str, ...] | None:
        """Below which files may be read and reports be put; None is anywhere."""
        return tuple(filter(None, map(str.strip, self.files.split(",")))) or None

    @property
    def quota(self) -> Quota:
        return Quota(self.requests_per_minute, self.questions_per_day, self.questions_at_once)

    @property
    def artifacts(self) -> str:
        return self.artifacts_url or f"file://{self.state.absolute() / 'artifacts'}"


def load(**overrides: Any) -> Settings:
    """Read the settings. Raises InvalidSettings with every problem, each naming its variable; a secret's value is never shown."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise invalid(error) from None
    except PermissionError as error:
        raise InvalidSettings([f"{error.filename}: only its owner may read it; ask as that user, or set {PREFIX}STATE"]) from None


def without_secrets() -> dict[str, str]:
    """The environment for a process of ours that works on what it is given: where programs and fonts are, and how memory is used."""
    return {name: os.environ[name] for name in _HARMLESS if name in os.environ}


def plain_locale() -> bool:
    """Whether somebody chose the locale C, where only ASCII is sure to be shown. Python takes it for UTF-8, and an unset one for C too."""
    chosen = os.environ.get("LC_ALL") or os.environ.get("LANG")
    return bool(sys.flags.utf8_mode) and chosen in ("C", "POSIX")


def invalid(error: ValidationError) -> InvalidSettings:
    """Every problem as a sentence, without the values."""
    return InvalidSettings([_sentence(problem) for problem in error.errors(include_input=False, include_url=False)])


def _sentence(problem: Any) -> str:
    name = str(problem["loc"][0]) if problem["loc"] else "settings"
    variable = name if name.upper().startswith("ANTHROPIC") else f"{PREFIX}{name.upper()}"
    return f"{variable.upper()}: {instead(problem['msg'])}"
