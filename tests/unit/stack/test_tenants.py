"""Adding and removing a tenant, step by step and interrupted at each: its file is written last and taken away first."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from analytics_agent import provision, tenants
from analytics_agent.adapters import file_artifacts
from analytics_agent.adapters.store import tenants as store_tenants
from analytics_agent.domain.api_key import ApiKey
from analytics_agent.errors import Conflict, InvalidSettings, StoreUnavailable
from analytics_agent.settings import PREFIX, Settings, load
from analytics_agent.stack import tenants as operator
from analytics_agent.stack.doctor import doctor

URL = "postgresql://agent:geheim@127.0.0.1:1/store"


@dataclass
class Services:
    """The store and Temporal behind `provision`. `fails` is the step that does."""

    steps: list[str] = field(default_factory=list)
    fails: str = ""
    may_make_logins: bool = True
    administrators: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)

    def step(self, name: str, gives: Any = None) -> Callable[..., Any]:
        async def act(*given: Any, **named: Any) -> Any:
            self.steps.append(name)
            self.left |= set(named.get("but", ()))
            self.administrators |= {one for one in given if isinstance(one, str) and "://" in one}
            if self.fails == name:
                raise StoreUnavailable("The application store does not answer.")
            return gives(self) if callable(gives) else gives

        return act


@pytest.fixture
def base(tmp_path: Path) -> Settings:
    return load(state=tmp_path / "state", store_url=URL, encryption_key=Fernet.generate_key().decode())


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Services:
    behind, key = Services(), ApiKey("k1", "administrator", ("ask", "admin"), datetime.now(UTC))
    monkeypatch.setattr(operator, "NOTICED_SECONDS", 0.0)
    monkeypatch.setattr(provision, "makes_logins", behind.step("asked", lambda found: found.may_make_logins))
    monkeypatch.setattr(provision, "make", behind.step("made"))
    monkeypatch.setattr(provision, "make_key", behind.step("key", (key, "aa_acme_secret")))
    monkeypatch.setattr(provision, "revoke_key", behind.step("revoked"))
    monkeypatch.setattr(provision, "remove", behind.step("removed"))
    monkeypatch.setattr(provision, "problem", behind.step("looked", ""))
    return behind


def test_what_is_added_has_its_file_and_folder_for_their_owner_alone(base: Settings, services: Services) -> None:
    added = operator.add(base, "acme")
    assert (added.key, added.own_login, services.steps) == ("aa_acme_secret", True, ["asked", "made", "key"])
    assert services.administrators == {URL}
    assert added.file.stat().st_mode & 0o777 == 0o600 and added.file.parent.stat().st_mode & 0o777 == 0o700
    made = tenants.of_tenant(base, "acme")
    assert made.places and Path(made.places[0]).is_dir() and made.store_password
    assert operator.listed(base) == (operator.Listed("acme", "", str(added.file)),)


def test_where_no_login_can_be_made_there_is_no_password_for_one(base: Settings, services: Services) -> None:
    services.may_make_logins = False
    assert not operator.add(base, "acme").own_login
    assert tenants.of_tenant(base, "acme").store_password is None


@pytest.mark.parametrize("fails", ["asked", "made", "key"])
def test_one_that_could_not_be_made_whole_is_not_there_and_can_be_made_again(base: Settings, services: Services, fails: str) -> None:
    services.fails = fails
    with pytest.raises(StoreUnavailable):
        operator.add(base, "acme")
    assert tenants.names(base) == () and operator.listed(base) == ()
    services.fails = ""
    assert operator.add(base, "acme").name == "acme"


def test_two_tenants_have_nothing_the_same(base: Settings, services: Services) -> None:
    files = [operator.add(base, name).file.read_text() for name in ("acme", "beta")]
    values = [{line.partition("=")[2] for line in text.splitlines() if line.startswith(PREFIX)} for text in files]
    assert len(values[0]) == 2 and not values[0] & values[1]


def test_one_that_is_there_is_not_made_again(base: Settings, services: Services) -> None:
    before = operator.add(base, "acme").file.read_text()
    with pytest.raises(Conflict):
        operator.add(base, "acme")
    assert tenants.file_of(base, "acme").read_text() == before


def test_a_removal_that_was_interrupted_is_named_and_finished_by_the_same_command(base: Settings, services: Services) -> None:
    operator.add(base, "acme")
    operator.add(base, "beta")
    services.fails = "removed"
    with pytest.raises(StoreUnavailable):
        operator.remove(base, "acme")
    assert tenants.names(base) == ("beta",)  # nobody is served for it any more
    acme, beta = operator.listed(base)
    assert "tenants remove acme" in acme.problem and beta.problem == ""
    with pytest.raises(Conflict, match="already"):
        operator.add(base, "acme")
    services.fails = ""
    operator.remove(base, "acme")
    assert [one.name for one in operator.listed(base)] == ["beta"]
    assert not (base.state / "tenants" / "acme").exists() and (base.state / "tenants" / "beta").is_dir()
    assert operator.add(base, "acme").name == "acme"


def test_a_place_that_its_file_names_is_left_for_it_may_hold_more_than_the_tenant(
    base: Settings, services: Services, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    path = operator.add(base, "acme").file
    path.write_text(f"{path.read_text()}{PREFIX}ARTIFACTS_URL=file://{shared}\n{PREFIX}TEMPORAL_NAMESPACE=company\n")
    assert operator.remove(base, "acme") == (f"{PREFIX}ARTIFACTS_URL", f"{PREFIX}TEMPORAL_NAMESPACE")
    assert services.left == {"artifacts_url", "temporal_namespace"} and shared.is_dir()


@pytest.mark.parametrize("name", ["nobody", "default", "../beta", ""])
def test_what_is_no_tenant_is_not_removed(base: Settings, services: Services, name: str) -> None:
    operator.add(base, "beta")
    with pytest.raises(InvalidSettings):
        operator.remove(base, name)
    assert "removed" not in services.steps and tenants.names(base) == ("beta",)


def test_a_key_that_is_borrowed_is_given_back_whatever_happens(base: Settings, services: Services) -> None:
    operator.add(base, "acme")
    services.steps.clear()
    with pytest.raises(LookupError), operator.borrowed_key(base, "acme") as key:
        assert key == "aa_acme_secret"
        raise LookupError
    assert services.steps == ["key", "revoked"]
    with pytest.raises(InvalidSettings), operator.borrowed_key(base, "nobody"):
        pass


def test_without_a_store_it_is_said_which_setting_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="STORE_URL"):
        operator.add(load(state=tmp_path), "acme")


def test_doctor_names_tenants_that_cannot_work(base: Settings, services: Services) -> None:
    operator.add(base, "acme").file.chmod(0o644)
    operator.add(base, "beta")
    said = [problem for problem in doctor(base).problems if "tenant" in problem]
    assert len(said) == 1 and "The tenant acme cannot work" in said[0] and "chmod 600" in said[0]


def test_after_an_upgrade_each_is_brought_up_to_date_and_one_that_fails_is_named(
    base: Settings, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.add(base, "acme")
    operator.add(base, "beta")
    done: list[str] = []

    async def up_to_date(_: Settings, tenant: Settings) -> None:
        done.append(tenant.tenant)
        if tenant.tenant == "acme":
            raise StoreUnavailable("The application store does not answer.")

    monkeypatch.setattr(provision, "bring_up_to_date", up_to_date)
    (said,) = operator.bring_up_to_date(base)
    assert done == ["acme", "beta"] and said.startswith("The tenant acme is not up to date: The application store does not answer.")


@pytest.mark.parametrize(
    ("named", "removed"),
    [
        ((), {"namespace", "schema", "files"}),
        (("artifacts_url",), {"namespace", "schema"}),
        (("temporal_namespace",), {"schema", "files"}),
        (("store_url",), {"namespace", "schema", "files"}),
    ],
)
def test_what_follows_from_its_name_goes_and_a_named_place_stays(
    base: Settings, monkeypatch: pytest.MonkeyPatch, named: tuple[str, ...], removed: set[str]
) -> None:
    gone: set[str] = set()

    async def namespace(tenant: Settings) -> None:
        gone.add("namespace")

    monkeypatch.setattr(provision, "_remove_namespace", namespace)
    monkeypatch.setattr(store_tenants, "remove", lambda url, **place: gone.add("schema"))
    monkeypatch.setattr(file_artifacts, "remove_all", lambda url: gone.add("files"))
    tenant = tenants.of_tenant(base, "acme", {"encryption_key": Fernet.generate_key().decode()})
    asyncio.run(provision.remove(base, tenant, "postgresql://admin@store/x", but=named))
    assert gone == removed
