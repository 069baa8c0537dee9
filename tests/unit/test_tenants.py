"""The settings of tenants: what is lent, what is their own, and that two of them share nothing that holds data."""

import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.fernet import Fernet

from analytics_agent import tenants
from analytics_agent.errors import InvalidSettings
from analytics_agent.settings import PREFIX, Settings, load

SECRETS = {
    "store_url": "postgresql+psycopg://agent:geheim@db.example.com:5432/store?sslmode=require",
    "encryption_key": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",  # the same for all who collect the tests side by side
    "api_key": "aa_of-the-installation",
    "superset_url": "http://superset.example.com",
    "superset_password": "geheim",
    "superset_signing_key": "s" * 48,
    "mail_recipients": "*@board.example.com",
    "anthropic_api_key": "sk-ant-of-the-installation",
}


@pytest.fixture(autouse=True)
def without_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith((PREFIX, "ANTHROPIC_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def base(tmp_path: Path) -> Settings:
    return load(state=tmp_path / "state", budget_usd=2.5, **SECRETS)


def write(base: Settings, name: str, *lines: str, mode: int = 0o600) -> Path:
    """A tenant's file."""
    path = tenants.folder(base) / f"{name}.env"
    path.parent.mkdir(parents=True, exist_ok=True)
    said = "\n".join(lines)
    key = "" if "ENCRYPTION_KEY" in said else f"{PREFIX}ENCRYPTION_KEY={Fernet.generate_key().decode()}\n"
    path.write_text(f"{key}{said}\n")
    path.chmod(mode)
    return path


def test_of_every_setting_it_is_said_whether_a_tenant_has_it_from_the_installation() -> None:
    """A new setting is to be put into one of the two sets: a secret that slipped into the wrong hands would show nowhere else."""
    known = set(Settings.model_fields)
    assert known - tenants.LENT - tenants.OWN == set(), "say in tenants.py whether tenants have it from the installation"
    assert (tenants.LENT | tenants.OWN) - known == set() and not tenants.LENT & tenants.OWN


def test_everything_of_a_tenant_follows_from_its_name(base: Settings) -> None:
    write(base, "acme", f"{PREFIX}STORE_PASSWORD=a/b@c")
    acme = tenants.of_tenant(base, "acme")
    assert acme.tenant == "acme" and acme.temporal_namespace == "default-acme"
    assert acme.state == base.state / "tenants" / "acme"
    assert acme.artifacts == f"file://{base.state}/tenants/acme/artifacts"
    assert acme.places == (str(base.state / "tenants" / "acme" / "files"),)
    assert acme.store_url is not None
    store = urlsplit(acme.store_url.get_secret_value())
    assert store.netloc == "agent_acme:a%2Fb%40c@db.example.com:5432"
    assert parse_qs(store.query) == {"sslmode": ["require"], "options": ["-csearch_path=tenant_acme"]}


def test_without_a_login_of_its_own_a_tenant_still_sees_its_schema_alone(base: Settings) -> None:
    write(base, "acme")
    url = tenants.of_tenant(base, "acme").store_url
    assert (
        url
        and url.get_secret_value().startswith("postgresql+psycopg://agent:geheim@")
        and "search_path%3Dtenant_acme" in str(url.get_secret_value())
    )


def test_an_object_store_has_a_prefix_for_each(base: Settings) -> None:
    write(base, "acme")
    base = base.model_copy(update={"artifacts_url": "s3://bucket/agent/"})
    assert tenants.of_tenant(base, "acme").artifacts == "s3://bucket/agent/tenants/acme"


def test_limits_are_lent_and_no_secret_but_the_models_key(base: Settings) -> None:
    write(base, "acme")
    acme = tenants.of_tenant(base, "acme")
    assert acme.budget_usd == 2.5 and acme.anthropic_api_key == base.anthropic_api_key
    assert (acme.superset_url, acme.superset_password, acme.superset_signing_key, acme.api_key, acme.mail_recipients) == (
        *(None, None, None, None),
        "",
    )
    assert acme.encryption_key != base.encryption_key


def test_the_environment_of_the_installation_is_not_a_tenants(base: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    write(base, "acme")
    monkeypatch.setenv(f"{PREFIX}SUPERSET_URL", "http://superset.example.com")
    monkeypatch.setenv(f"{PREFIX}MAIL_RECIPIENTS", "*@example.com")
    assert (tenants.of_tenant(base, "acme").superset_url, tenants.of_tenant(base, "acme").mail_recipients) == (None, "")


def test_a_tenants_file_goes_before_what_is_lent(base: Settings) -> None:
    write(base, "acme", f"{PREFIX}BUDGET_USD=0.5", "ANTHROPIC_API_KEY=sk-ant-acme", f"{PREFIX}SUPERSET_URL=http://acme.example.com")
    acme = tenants.of_tenant(base, "acme")
    assert acme.budget_usd == 0.5 and acme.superset_url == "http://acme.example.com"
    assert acme.anthropic_api_key and acme.anthropic_api_key.get_secret_value() == "sk-ant-acme"


def test_the_rate_of_a_key_that_is_lent_is_counted_where_the_key_is_from(base: Settings) -> None:
    write(base, "acme")
    write(base, "beta", "ANTHROPIC_API_KEY=sk-ant-beta")
    acme, beta = tenants.of_tenant(base, "acme"), tenants.of_tenant(base, "beta")
    assert acme.account is base and beta.account is beta and base.account is base


def test_a_file_that_others_may_read_is_refused(base: Settings) -> None:
    path = write(base, "acme", mode=0o640)
    with pytest.raises(InvalidSettings, match=f"chmod 600 {path}"):
        tenants.of_tenant(base, "acme")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{PREFIX}BUDGET_US=1", "is not a setting of a tenant"),
        (f"{PREFIX}STATE=/somewhere", "is not a setting of a tenant"),
        (f"{PREFIX}TURNS=many", "TURNS"),
        (f"{PREFIX}ENCRYPTION_KEY=", "ENCRYPTION_KEY is missing"),
    ],
)
def test_a_mistake_in_a_file_is_named_with_the_file(base: Settings, line: str, said: str) -> None:
    path = write(base, "acme", line)
    with pytest.raises(InvalidSettings) as caught:
        tenants.of_tenant(base, "acme")
    assert said in str(caught.value) and str(path) in str(caught.value) and "geheim" not in str(caught.value)


@pytest.mark.parametrize("name", ["../state", "Acme", "default", "a b", ""])
def test_what_is_no_name_never_becomes_a_path(base: Settings, name: str) -> None:
    with pytest.raises(InvalidSettings, match="cannot be a tenant's name"):
        tenants.file_of(base, name)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("STORE_URL", SECRETS["store_url"]),
        ("ENCRYPTION_KEY", SECRETS["encryption_key"]),
        ("TEMPORAL_NAMESPACE", "default"),
        ("SUPERSET_URL", SECRETS["superset_url"]),
        ("SUPERSET_SIGNING_KEY", SECRETS["superset_signing_key"]),
        ("ARTIFACTS_URL", "file://{state}/artifacts"),
        ("ARTIFACTS_URL", "file://{state}"),
        ("ARTIFACTS_URL", "{state}/artifacts/"),
        ("ARTIFACTS_URL", "file://{state}/tenants/../artifacts"),
        ("ARTIFACTS_URL", "local://{state}/./artifacts"),
    ],
)
def test_a_tenant_that_shares_what_holds_data_is_not_served(
    base: Settings, variable: str, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    write(base, "acme", f"{PREFIX}{variable}={value.format(state=base.state)}")
    write(base, "beta")
    assert list(tenants.everyone(base)) == ["default", "beta"]
    assert f"{PREFIX}{variable}: the tenants default and acme have the same" in caplog.text and "geheim" not in caplog.text


def test_two_tenants_cannot_be_inside_one_another(base: Settings) -> None:
    write(base, "acme", f"{PREFIX}ARTIFACTS_URL=s3://bucket/a")
    write(base, "beta", f"{PREFIX}ARTIFACTS_URL=s3://bucket/a/b")
    write(base, "gamma", f"{PREFIX}ARTIFACTS_URL=s3://bucket/ab")
    assert list(tenants.everyone(base)) == ["default", "acme", "gamma"]


def test_a_link_to_anothers_folder_is_that_folder(base: Settings, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere"
    link.symlink_to(base.state / "tenants" / "acme" / "artifacts")
    write(base, "acme")
    write(base, "beta", f"{PREFIX}ARTIFACTS_URL=file://{link}")
    assert list(tenants.everyone(base)) == ["default", "acme"]


def test_who_holds_the_roster_sees_tenants_come_change_and_go(base: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tenants, "SEEN_SECONDS", 0.0)
    roster = tenants.Roster(base)
    assert dict(roster.now()) == {"default": base}
    write(base, "acme", mode=0o644)
    assert list(roster.now()) == ["default"]  # others may read it
    path = write(base, "acme")
    first = roster.now()["acme"]
    write(base, "beta")
    assert roster.now()["acme"] is first and list(roster.now()) == ["default", "acme", "beta"]
    path.write_text(path.read_text() + f"{PREFIX}TURNS=3\n")
    assert roster.now()["acme"] is not first and roster.now()["acme"].turns == 3
    path.unlink()
    assert list(roster.now()) == ["default", "beta"]


def test_a_process_of_one_tenant_knows_no_other(base: Settings) -> None:
    write(base, "acme")
    write(base, "beta")
    assert list(tenants.Roster(base, only="acme").now()) == ["acme"]


def test_an_installation_without_tenants_is_as_it_was(base: Settings) -> None:
    assert tenants.everyone(base) == {"default": base} and tenants.of_tenant(base, "default") is base
    assert base.places is None and base.tenant == "default"
