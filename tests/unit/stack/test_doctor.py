"""The doctor shows no secret, and each thing it finds says what to do."""

from pathlib import Path

import pytest
from fakes.mail_server import MailServer
from pydantic import SecretStr

from analytics_agent.settings import load
from analytics_agent.stack import doctor as examined
from analytics_agent.stack.doctor import PACKAGES, doctor, redacted
from analytics_agent.stack.state import State

UNREACHABLE = {"api_url": "http://127.0.0.1:9", "temporal_address": "127.0.0.1:9"}


def test_no_secret_and_no_login_in_an_address_is_shown() -> None:
    settings = load(
        api_key=SecretStr("s3cret"),
        anthropic_base_url="https://me:s3cret@gateway.example/v1?token=s3cret",
        artifacts_url="s3://key:s3cret@bucket/folder",
    )
    shown = redacted(settings)
    assert "s3cret" not in str(shown)
    assert shown["api_key"] == "set, not shown"
    assert shown["anthropic_base_url"].startswith("https://gateway.example/v1")
    assert shown["artifacts_url"] == "s3://bucket/folder"
    assert set(shown) == set(type(settings).model_fields)


def test_what_does_not_answer_is_named_with_the_command_that_starts_it(tmp_path: Path) -> None:
    found = doctor(load(state=tmp_path, **UNREACHABLE))
    assert [one.answers for one in found.reached if one.name in ("api", "temporal")] == [False, False]
    assert any("api, temporal" in problem and "analytics-agent up" in problem for problem in found.problems)
    assert found.versions["python"] and found.disk_free_bytes > 0


def test_the_mail_server_is_logged_in_to_and_sent_nothing(tmp_path: Path) -> None:
    with MailServer() as server:
        found = doctor(load(state=tmp_path, **UNREACHABLE, smtp_url=SecretStr(server.url), mail_from="reports@analytics.example"))
        assert [one.answers for one in found.reached if one.name == "mail"] == [True]
        assert server.taken == [] and not any("mail" in problem for problem in found.problems)


def test_a_mail_server_that_does_not_answer_is_a_problem_that_says_what_to_check(tmp_path: Path) -> None:
    settings = load(
        state=tmp_path, **UNREACHABLE, smtp_url=SecretStr("smtp://me:s3cret@127.0.0.1:9"), mail_from="reports@analytics.example"
    )
    found = doctor(settings)
    assert "The mail server 127.0.0.1:9 does not answer. Check ANALYTICS_AGENT_SMTP_URL." in found.problems
    assert "s3cret" not in str(found)
    assert not any("No answer from" in problem and "mail" in problem for problem in found.problems)


def test_a_mail_server_without_a_sender_is_a_problem(tmp_path: Path) -> None:
    found = doctor(load(state=tmp_path, **UNREACHABLE, smtp_url=SecretStr("smtp://127.0.0.1:9"), mail_from=""))
    assert any("ANALYTICS_AGENT_MAIL_FROM" in problem for problem in found.problems)


def test_all_that_is_wrong_with_the_file_of_policies_is_told_without_a_store(tmp_path: Path) -> None:
    path = tmp_path / "policies.yaml"
    path.write_text("version: 2\npolicies: [{name: one, users: [ada], database: shop, tables: [{tabel: orders}]}]\n")
    found = doctor(load(state=tmp_path, **UNREACHABLE, policies=path)).problems
    assert len([problem for problem in found if problem.startswith(f"The file of policies {path}: line ")]) == 3
    path.unlink()
    found = doctor(load(state=tmp_path, **UNREACHABLE, policies=path)).problems
    assert f"The file of policies {path}: it cannot be read: No such file or directory." in found
    path.write_text("version: 1\npolicies: []\n")
    assert not any("policies" in problem for problem in doctor(load(state=tmp_path, **UNREACHABLE, policies=path)).problems)


def test_secrets_that_others_can_read_are_a_problem(tmp_path: Path) -> None:
    State(tmp_path).superset_env.write_text("x")
    State(tmp_path).superset_env.chmod(0o644)
    assert any("chmod 600" in problem for problem in doctor(load(state=tmp_path, **UNREACHABLE)).problems)


def test_a_claude_model_without_a_key_is_a_problem(tmp_path: Path) -> None:
    settings = load(state=tmp_path, **UNREACHABLE).model_copy(update={"model": "claude-opus-4-7", "anthropic_api_key": None})
    assert any("set ANTHROPIC_API_KEY" in problem for problem in doctor(settings).problems)


def test_the_last_errors_come_from_the_logs(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.logs.mkdir()
    (state.logs / "postgres.log").write_text("LOG: fine\nFATAL: too many clients\nLOG: fine\n")
    (state.logs / "api.log").write_text("all is well\n")
    assert doctor(load(state=tmp_path, **UNREACHABLE)).last_errors == {"postgres": ("FATAL: too many clients",)}


def test_a_package_that_is_not_there_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examined, "PACKAGES", ("dpkg", "no-such-package-of-ours"))
    assert examined.missing_packages() == ("no-such-package-of-ours",)


def test_the_makefile_installs_the_packages_that_the_doctor_looks_for() -> None:
    makefile = Path(__file__).parents[3] / "Makefile"
    line = next(line for line in makefile.read_text().splitlines() if line.startswith("REPORT_PACKAGES"))
    assert tuple(line.partition(":=")[2].split()) == PACKAGES
