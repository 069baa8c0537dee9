"""`%%ask` and `%ask` in a real IPython."""

from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config
from unit.client.views import view

from analytics_agent.client import Client, notebook
from analytics_agent.errors import ServiceUnreachable


class Asked(Client):
    """A client that remembers what it is asked."""

    def __init__(self, *names: str, away: bool = False) -> None:
        super().__init__("http://127.0.0.1:9", "k")
        self.names = names
        self.away = away
        self.questions: list[tuple[str, str, dict[str, Any]]] = []

    def databases(self) -> Any:
        return [{"name": name} for name in self.names]

    def ask(self, question: str, database: str, **options: Any) -> Any:
        if self.away:
            raise ServiceUnreachable("The API does not answer.", hint="Start it.")
        self.questions.append((question, database, {name: value for name, value in options.items() if value is not None}))
        return view()


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    quiet = Config()
    quiet.HistoryManager.enabled = False
    quiet.InteractiveShell.colors = "nocolor"
    made = InteractiveShell(config=quiet)
    made.run_line_magic("load_ext", "analytics_agent.client.notebook")
    yield made
    made.run_line_magic("unload_ext", "analytics_agent.client.notebook")
    assert notebook.keep_question_marks not in made.input_transformers_cleanup


@pytest.fixture
def client(shell: InteractiveShell) -> Asked:
    client = Asked("flights", "shop")
    shell.user_ns["client"] = client
    return client


def run(shell: InteractiveShell, cell: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The cell's outcome: the shown error, or what its last line is."""
    outcome = shell.run_cell(cell)
    shown = capsys.readouterr()
    return shown.out + shown.err if outcome.error_in_exec or outcome.error_before_exec else repr(outcome.result)


def test_a_cell_is_a_question_and_its_run_has_a_name(shell: InteractiveShell, client: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    said = run(shell, "%%ask flights\nWhich carriers\nwere late?\n", capsys)
    assert client.questions == [("Which carriers\nwere late?", "flights", {})]
    assert said == "<Run abc succeeded: How late were flights?>"
    assert shell.user_ns["_run"].id == "abc"
    assert shell.user_ns["_run"].called == "_run"


def test_a_line_is_a_question_too_with_its_question_mark_and_apostrophes(
    shell: InteractiveShell, client: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, 'x = 1\n%ask flights Why didn\'t {x} "leave" for $x?', capsys)
    run(shell, "%ask flights how many flights", capsys)
    assert [question for question, _, _ in client.questions] == ['Why didn\'t {x} "leave" for $x?', "how many flights"]


def test_options_stand_before_the_question(shell: InteractiveShell, client: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    run(shell, "%%ask flights --out late --as-of 2013-12-31 --model offline --budget-usd 0.5 --no-publish\nHow late?", capsys)
    run(shell, "%ask --continue late --as ada flights And in winter?", capsys)
    assert client.questions[0][2] == {"as_of": "2013-12-31", "model": "offline", "budget": {"usd": 0.5}, "publish": False}
    assert client.questions[1] == ("And in winter?", "flights", {"continues": "abc", "as_user": "ada"})
    assert shell.user_ns["late"].called == "late"


def test_the_only_database_need_not_be_named(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    client = shell.user_ns["client"] = Asked("flights")
    run(shell, "%%ask\nHow late?", capsys)
    assert client.questions[0][:2] == ("How late?", "flights")


@pytest.mark.parametrize(
    ("cell", "names", "said"),
    [
        ("%%ask\nHow late?", ("flights", "shop"), "Say which database.\n`%%ask flights`. There are flights, shop.\n"),
        ("%%ask\nHow late?", (), "There is no database that you may ask.\n`analytics-agent databases add NAME ADDRESS` adds one.\n"),
        ("%%ask flights\n  \n", ("flights",), "There is no question.\n"),
        ("%ask", ("flights",), "There is no question.\n"),
        ("%%ask flights How late?\nHow early?", ("flights",), "A question of `%%ask` stands below its first line.\n"),
        ("%ask flights --sudo How late", ("flights",), "There is no option --sudo.\n"),
        ("%ask flights --budget-usd much How late", ("flights",), "Argument --budget-usd: invalid float value: 'much'.\n"),
        ("%ask flights --out 1x How late", ("flights",), "'1x' cannot be a name.\n"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_type_and_without_a_traceback(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], cell: str, names: tuple[str, ...], said: str
) -> None:
    shell.user_ns["client"] = Asked(*names)
    shown = run(shell, cell, capsys)
    assert shown.startswith(said)
    assert len(shown.splitlines()) == 2


def test_an_api_that_is_away_is_two_lines(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.user_ns["client"] = Asked("flights", away=True)
    assert run(shell, "%ask flights How late?", capsys) == "The API does not answer.\nStart it.\n"


def test_without_a_client_in_the_notebook_the_settings_give_one(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANALYTICS_AGENT_API_URL", "http://127.0.0.1:9")
    shown = run(shell, "%ask flights How late?", capsys)
    assert "http://127.0.0.1:9 does not answer" in shown and "analytics-agent up" in shown


def test_help_for_anything_else_stays_help() -> None:
    for line in ("%ask?\n", "print?\n", "x = '%ask y?'\n"):
        assert notebook.keep_question_marks([line]) == [line]
    assert notebook.keep_question_marks(["%%ask flights\n", "%ask flights Why?\n"]) == ["%%ask flights\n", "%ask flights Why?\n"]
