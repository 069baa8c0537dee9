"""What each service is given: its own secrets only, none on a command line, every address on this machine."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics_agent.settings import Settings, load
from analytics_agent.stack import ports, postgres
from analytics_agent.stack.plan import Plan, plan
from analytics_agent.stack.probes import TEMPORAL_HOST
from analytics_agent.stack.service import Service
from analytics_agent.stack.services import QUEUES, services
from analytics_agent.stack.state import State

KEY = "sk-ant-test-0123456789"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plan]:
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "ANALYTICS_AGENT_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "somebody-elses")
    monkeypatch.setenv("ANALYTICS_AGENT_ROW_CAP", "1234")
    monkeypatch.setenv("ANALYTICS_AGENT_STATE", str(tmp_path))
    State(tmp_path).create()
    yield plan(load(), ports.USUAL, superset=True)
    shutil.rmtree(postgres.outside(tmp_path), ignore_errors=True)


def named(made: Plan) -> dict[str, Service]:
    return {service.name: service for service in services(made)}


def test_every_queue_has_its_worker_and_superset_can_be_left_out(made: Plan, tmp_path: Path) -> None:
    assert set(named(made)) == {"postgres", "temporal", "superset", "api", *(f"worker-{queue}" for queue in QUEUES)}
    assert "superset" not in {service.name for service in services(plan(made.settings, ports.USUAL, superset=False))}


def test_only_the_model_worker_gets_the_models_key(made: Plan) -> None:
    holders = [service.name for service in services(made) if KEY in service.environment.values()]
    assert holders == ["worker-model"]


def test_only_who_sends_and_who_must_know_of_it_gets_the_mail_servers_password(made: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALYTICS_AGENT_SMTP_URL", "smtp://ann:word-of-mail@mail.example.com")
    with_mail = plan(load(), ports.USUAL, superset=True)
    holders = [service.name for service in services(with_mail) if "word-of-mail" in str(service.environment)]
    assert holders == ["api", "worker-deliver"]


def test_a_secret_that_is_nobodys_business_reaches_no_service(made: Plan) -> None:
    assert not [service.name for service in services(made) if "somebody-elses" in service.environment.values()]


def test_no_secret_is_on_a_command_line_or_in_what_status_shows(made: Plan) -> None:
    shown = " ".join(" ".join([service.address, *service.command, repr(service)]) for service in services(made))
    assert not [name for name, value in vars(made.secret).items() if value in shown]
    assert KEY not in shown


def test_every_address_is_on_this_machine(made: Plan) -> None:
    assert all("127.0.0.1:" in service.address for service in services(made) if service.address)
    assert not [service.name for service in services(made) if "0.0.0.0" in " ".join(service.command)]  # noqa: S104


def test_settings_that_somebody_chose_reach_the_workers(made: Plan) -> None:
    environment = named(made)["worker-warehouse"].environment
    assert environment["ANALYTICS_AGENT_ROW_CAP"] == "1234"
    assert environment["ANALYTICS_AGENT_MODEL"] == made.settings.chosen_model != "offline"
    assert "ANALYTICS_AGENT_STORE_URL" not in environment


def test_a_second_plan_from_another_terminal_changes_nothing(made: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/somewhere/else:/usr/bin:/bin")
    monkeypatch.setenv("TERM", "dumb")
    again = plan(load(), ports.USUAL, superset=True)
    first = {name: (service.command, service.environment) for name, service in named(made).items()}
    assert {name: (service.command, service.environment) for name, service in named(again).items()} == first


def test_another_process_reads_the_stacks_addresses_from_its_state_folder_alone(made: Plan) -> None:
    made.write_stack_env()
    read: Settings = load()
    assert read.store_url is not None and read.store_url.get_secret_value() == made.addresses.store
    assert read.api_key is not None and read.api_key.get_secret_value() == made.secret.client_key
    assert read.superset_signing_key is not None and read.superset_signing_key.get_secret_value() == made.secret.superset_signing
    assert (read.temporal_address, read.superset_url) == (made.address("temporal"), made.url("superset"))
    assert read == made.client_settings
    assert made.state.stack_env.stat().st_mode & 0o777 == 0o600


def test_without_superset_publishing_is_off(made: Plan) -> None:
    plan(made.settings, ports.USUAL, superset=False).write_stack_env()
    assert load().superset_url is None
    assert load().superset_signing_key is None


def test_temporals_http_interface_answers_to_no_name_that_a_browser_can_use(made: Plan) -> None:
    assert f'frontend.httpAllowedHosts=["{TEMPORAL_HOST}"]' in named(made)["temporal"].command
    assert TEMPORAL_HOST.endswith(".invalid")
