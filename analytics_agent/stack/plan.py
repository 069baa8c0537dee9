"""One state folder's stack as it is meant to be: ports, secrets, addresses and the services that follow from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from analytics_agent.settings import PREFIX, Settings
from analytics_agent.stack import databases, postgres
from analytics_agent.stack.credentials import SERVICE_ACCOUNT, Credentials, credentials
from analytics_agent.stack.ports import HOST
from analytics_agent.stack.state import State, write_private


@dataclass(frozen=True)
class Plan:
    """What `up` works from. Two plans with equal inputs give equal services, so a second `up` finds nothing to change."""

    state: State
    settings: Settings
    ports: Mapping[str, int]
    secret: Credentials
    superset: bool
    postgres_programs: Path

    @property
    def cluster(self) -> postgres.Cluster:
        return postgres.Cluster(self.state.postgres.resolve(), self.ports["postgres"], self.secret.postgres, self.postgres_programs)

    @property
    def addresses(self) -> databases.Addresses:
        return databases.addresses(self.cluster, self.secret)

    def address(self, name: str) -> str:
        return f"{HOST}:{self.ports[name]}"

    def url(self, name: str) -> str:
        return f"http://{self.address(name)}"

    @property
    def client_settings(self) -> Settings:
        """Our settings with the addresses and secrets of this stack put in."""
        own = {name: SecretStr(value) if name in _SECRET else value for name, value in self._own().items()}
        return self.settings.model_copy(update={"state": self.state.folder, **own})

    def passed_on(self) -> dict[str, str]:
        """Settings that somebody chose and that every process of ours must share; the stack's own come from stack.env."""
        chosen = self.settings.model_dump(include=self.settings.model_fields_set - _NOT_PASSED)
        named = {f"{PREFIX}{name.upper()}": _text(value) for name, value in chosen.items() if value is not None}
        return {**named, f"{PREFIX}STATE": str(self.state.folder.absolute()), f"{PREFIX}MODEL": self.settings.chosen_model}

    def write_stack_env(self) -> None:
        """Write what settings.py reads in every other process."""
        lines = [f"{PREFIX}{name.upper()}={value}\n" for name, value in self._own().items()]
        write_private(self.state.stack_env, "# Written by `analytics-agent up`; read by settings.py. Holds secrets.\n" + "".join(lines))

    def _own(self) -> dict[str, str]:
        own = {
            "api_url": self.url("api"),
            "api_key": self.secret.client_key,
            "store_url": self.addresses.store,
            "encryption_key": self.secret.encryption_key,
            "temporal_address": self.address("temporal"),
        }
        if self.superset:
            own |= {
                "superset_url": self.url("superset"),
                "superset_username": SERVICE_ACCOUNT,
                "superset_password": self.secret.superset_service,
                "superset_signing_key": self.secret.superset_signing,
            }
        return own


def _text(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


_SECRET = {"api_key", "store_url", "store_password", "encryption_key", "superset_password", "superset_signing_key"}
_NOT_PASSED = {
    *_SECRET,
    "state",
    "model",
    "api_url",
    "temporal_address",
    "temporal_namespace",
    "superset_url",
    "superset_username",
    "anthropic_api_key",
    "anthropic_base_url",
    "smtp_url",
}


def plan(settings: Settings, ports: Mapping[str, int], *, superset: bool) -> Plan:
    """Read or make what is needed. The state folder must exist."""
    state = State(settings.state.absolute())
    return Plan(state, settings, ports, credentials(state), superset, postgres.runnable_binaries(state.folder))
