"""Settings: where they come from, in which order, and what is said when they are wrong."""

import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from analytics_agent import resources
from analytics_agent.errors import InvalidSettings
from analytics_agent.settings import PREFIX, Settings, load

KEY = "sk-ant-never-show-me"
STATE = "analytics-agent"


@pytest.fixture(autouse=True)
def installed_without_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of ours, no `.env`, and the package outside of any checkout, so that the state folder is the test's own."""
    for name in list(os.environ):
        if name.startswith((PREFIX, "ANTHROPIC_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "site-packages" / "analytics_agent")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def write_stack_env(folder: Path, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "stack.env").write_text(text)


def test_a_mail_servers_address_that_is_none_is_refused_without_being_shown() -> None:
    with pytest.raises(InvalidSettings) as caught:
        load(smtp_url="https://ann:geheim@mail.example.com", mail_from="Reports <reports@example.com>")
    assert {problem.partition(":")[0] for problem in caught.value.problems} == {"ANALYTICS_AGENT_SMTP_URL", "ANALYTICS_AGENT_MAIL_FROM"}
    assert "geheim" not in str(caught.value)
    assert load(smtp_url="", mail_from="").smtp_url is None


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    found = load()
    assert found.chosen_model == "offline"
    assert found.state == tmp_path / STATE
    assert found.artifacts == f"file://{tmp_path}/{STATE}/artifacts"
    assert found.superset_url is None


def test_a_key_for_claude_chooses_claude(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    assert load().chosen_model == "claude-opus-4-7"


def test_a_model_that_was_chosen_goes_before_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANALYTICS_AGENT_MODEL", "offline")
    assert load().chosen_model == "offline"


def test_an_empty_key_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "")
    found = load()
    assert found.anthropic_api_key is None
    assert found.chosen_model == "offline"


def test_another_messages_endpoint_is_honored_without_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9/")
    assert load().anthropic_base_url == "http://127.0.0.1:9"


def test_the_environment_goes_before_dotenv_and_dotenv_before_what_up_wrote(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_stack_env(tmp_path / STATE, "ANALYTICS_AGENT_ROW_CAP=1\nANALYTICS_AGENT_TURNS=1\nANALYTICS_AGENT_TEMPORAL_ADDRESS=stack:1\n")
    (tmp_path / ".env").write_text("ANALYTICS_AGENT_ROW_CAP=2\nANALYTICS_AGENT_TURNS=2\n")
    monkeypatch.setenv("ANALYTICS_AGENT_ROW_CAP", "3")
    found = load()
    assert (found.row_cap, found.turns, found.temporal_address) == (3, 2, "stack:1")


def test_what_up_wrote_is_found_when_dotenv_names_the_state_folder(tmp_path: Path) -> None:
    write_stack_env(tmp_path / "elsewhere", "ANALYTICS_AGENT_API_URL=http://127.0.0.1:4321\n")
    (tmp_path / ".env").write_text(f"ANALYTICS_AGENT_STATE={tmp_path}/elsewhere\n")
    assert load().api_url == "http://127.0.0.1:4321"


def test_what_up_wrote_is_found_when_the_caller_names_the_state_folder(tmp_path: Path) -> None:
    write_stack_env(tmp_path / "elsewhere", "ANALYTICS_AGENT_API_URL=http://127.0.0.1:4321\n")
    assert load(state=tmp_path / "elsewhere").api_url == "http://127.0.0.1:4321"


def test_an_empty_state_folder_is_the_usual_one_and_never_the_current_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANALYTICS_AGENT_STATE", "")
    assert load().state == tmp_path / STATE


def test_a_file_of_policies_is_the_same_from_wherever_a_process_is_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANALYTICS_AGENT_POLICIES", "here/policies.yaml")
    assert load().policies == tmp_path / "here" / "policies.yaml"
    monkeypatch.setenv("ANALYTICS_AGENT_POLICIES", "~/policies.yaml")
    assert load().policies == Path.home() / "policies.yaml"
    monkeypatch.setenv("ANALYTICS_AGENT_POLICIES", "")
    assert load().policies is None


def test_an_empty_superset_address_switches_publishing_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_stack_env(tmp_path / STATE, "ANALYTICS_AGENT_SUPERSET_URL=http://127.0.0.1:8088\n")
    assert load().superset_url == "http://127.0.0.1:8088"
    monkeypatch.setenv("ANALYTICS_AGENT_SUPERSET_URL", "")
    assert load().superset_url is None


def test_all_problems_are_told_at_once_each_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {
        "ANALYTICS_AGENT_MODEL": "gpt-9",
        "ANALYTICS_AGENT_ROW_CAP": "many",
        "ANALYTICS_AGENT_TURNS": "0",
        "ANALYTICS_AGENT_API_URL": "127.0.0.1:8321",
        "ANALYTICS_AGENT_LOG_LEVEL": "loud",
        "ANTHROPIC_BASE_URL": "gateway",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSettings) as caught:
        load()
    assert {problem.partition(":")[0] for problem in caught.value.problems} == set(wrong)


def test_an_unknown_model_is_refused_with_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALYTICS_AGENT_MODEL", "claude-next")
    with pytest.raises(InvalidSettings, match=r"known are offline, claude-"):
        load()


def test_a_secret_is_shown_neither_by_repr_nor_by_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = [name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]
    assert {"anthropic_api_key", "api_key", "store_url", "encryption_key", "superset_password"} <= set(secrets)
    given = {name: SecretStr(f"smtp://{KEY}-{name}") for name in secrets}
    assert KEY not in repr(load(**given))
    assert KEY not in str(load(**given))
    with pytest.raises(InvalidSettings) as caught:
        load(**given, turns=0)
    assert KEY not in str(caught.value)


def test_the_value_of_a_wrong_setting_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody may have put the key into the wrong variable."""
    monkeypatch.setenv("ANTHROPIC_BASE_URL", KEY)
    monkeypatch.setenv("ANALYTICS_AGENT_BUDGET_TOKENS", KEY)
    with pytest.raises(InvalidSettings) as caught:
        load()
    assert KEY not in str(caught.value)


def test_a_file_of_another_user_is_named_instead_of_a_traceback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_stack_env(tmp_path / STATE, "ANALYTICS_AGENT_TURNS=2\n")
    refused = PermissionError(13, "Permission denied", str(tmp_path / STATE / "stack.env"))

    def refuse(*_: object, **__: object) -> None:
        raise refused

    monkeypatch.setattr("pydantic_settings.sources.providers.dotenv.dotenv_values", refuse)
    with pytest.raises(InvalidSettings, match=r"stack\.env: only its owner may read it"):
        load()


def test_settings_cannot_be_changed_once_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().turns = 3  # type: ignore[misc]


def test_a_signing_key_that_could_be_guessed_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}SUPERSET_SIGNING_KEY", "short-and-secret")
    with pytest.raises(InvalidSettings) as refused:
        load()
    assert "ANALYTICS_AGENT_SUPERSET_SIGNING_KEY: use at least 32 random characters" in str(refused.value)
    assert "short-and-secret" not in str(refused.value)
    monkeypatch.setenv(f"{PREFIX}SUPERSET_SIGNING_KEY", "x" * 32)
    assert load().superset_signing_key == SecretStr("x" * 32)


def test_an_empty_signing_key_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}SUPERSET_SIGNING_KEY", "")
    assert load().superset_signing_key is None


@pytest.mark.parametrize("step", ["explore", "analyze", "synthesize", "fallback"])
def test_a_model_of_a_step_that_nobody_knows_is_refused(step: str) -> None:
    with pytest.raises(InvalidSettings, match=f"MODEL_{step.upper()}.*no profile"):
        load(**{f"model_{step}": "claude-nine"})


@pytest.mark.parametrize("name", ["budget_usd", "budget_user_usd", "budget_day_usd", "model_calls_per_minute", "shop_scale"])
@pytest.mark.parametrize("amount", ["inf", "nan"])
def test_a_number_without_bound_is_refused(name: str, amount: str) -> None:
    with pytest.raises(InvalidSettings):
        load(**{name: amount})


def test_no_model_takes_over_where_the_operators_say_so() -> None:
    assert load(model_fallback="none").model_choice.fallback == "none"
    with pytest.raises(InvalidSettings):
        load(model_explore="none")
