"""How the command line ends: a status that scripts can trust, a sentence, and never a traceback of a foreseen error."""

from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from analytics_agent import cli, errors
from analytics_agent.cli import app as commands


@pytest.fixture
def raising(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], int]:
    """Runs a command that ends with this error; gives the exit status."""

    def run(error: BaseException) -> int:
        def command(_: Any) -> NoReturn:
            raise error

        monkeypatch.setattr(commands, "app", command)
        return cli.run([])

    return run


@pytest.mark.parametrize("kind", errors.Unavailable.__subclasses__())
def test_a_service_that_does_not_answer_is_status_3(kind: type[errors.AgentError], raising: Callable[[BaseException], int]) -> None:
    assert raising(kind("It does not answer.", hint="Start it.")) == 3


@pytest.mark.parametrize(
    "error", [errors.InvalidQuestion("It is empty."), errors.UnknownDatabase("Which?"), errors.InvalidSettings(["A: b"])]
)
def test_wrong_usage_is_status_2(error: errors.AgentError, raising: Callable[[BaseException], int]) -> None:
    assert raising(error) == 2


@pytest.mark.parametrize("error", [errors.Conflict("It has ended."), errors.StackError("It fell."), errors.StatementTimeout("Too slow.")])
def test_what_was_asked_for_and_failed_is_status_1(error: errors.AgentError, raising: Callable[[BaseException], int]) -> None:
    assert raising(error) == 1


def test_an_error_is_a_sentence_and_a_hint_on_standard_error(
    raising: Callable[[BaseException], int], capsys: pytest.CaptureFixture[str]
) -> None:
    raising(errors.StackError("[bold]Port 1[/bold] is taken.", hint="Free it."))
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.split("\n")[:2] == ["✗ [bold]Port 1[/bold] is taken.", "  Free it."]


def test_a_missing_server_package_is_named_with_what_to_install(
    raising: Callable[[BaseException], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert raising(ModuleNotFoundError("No module named 'fastapi'", name="fastapi")) == 1
    assert "fastapi is not installed" in (said := capsys.readouterr().err)
    assert "pip install 'analytics-agent[server]'" in said


def test_a_module_of_ours_that_is_missing_is_a_fault_and_shows_itself(raising: Callable[[BaseException], int]) -> None:
    with pytest.raises(ModuleNotFoundError):
        raising(ModuleNotFoundError("No module named 'analytics_agent.gone'", name="analytics_agent.gone"))


def test_an_interrupt_is_status_130(raising: Callable[[BaseException], int]) -> None:
    assert raising(KeyboardInterrupt()) == 130


def test_wrong_usage_of_a_command_is_status_2_and_says_what_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["worker", "--queue", "coffee"]) == 2
    assert "workflow, model, warehouse, report, deliver" in capsys.readouterr().err
