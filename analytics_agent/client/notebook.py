"""`%load_ext analytics_agent.client.notebook` gives a notebook `%%ask` and `%ask`: the question is the cell, the answer its output."""

import argparse
import re
from typing import TYPE_CHECKING, Any, NoReturn

from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from analytics_agent.client.client import Client
from analytics_agent.client.words import line as one_line
from analytics_agent.errors import InvalidQuestion, UnknownDatabase

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from analytics_agent.client.run_view import RunView

LAST = "_run"
"""The name under which the newest run is found; `--out` chooses another one."""
CONNECTED = "client"
"""A Client of this name in the notebook is asked; without one, the client that the settings give."""


class _Arguments(argparse.ArgumentParser):
    """Splits at blanks only: a question may hold quotes and apostrophes."""

    def error(self, message: str) -> NoReturn:
        raise InvalidQuestion(f"{message[:1].upper()}{message[1:]}.", hint="`%ask?` shows what can be written.")


def _arguments() -> argparse.ArgumentParser:
    parser = _Arguments("ask", add_help=False, allow_abbrev=False)
    parser.add_argument("database", nargs="?")
    parser.add_argument("--as-of")
    parser.add_argument("--model")
    parser.add_argument("--out", default=LAST)
    parser.add_argument("--continue", dest="continues")
    parser.add_argument("--as", dest="as_user")
    parser.add_argument("--budget-usd", type=float)
    parser.add_argument("--no-publish", action="store_true")
    return parser


@magics_class
class AskMagics(Magics):
    """`%%ask` and `%ask`."""

    @no_var_expand
    @line_cell_magic
    def ask(self, line: str, cell: str | None = None) -> "RunView":
        """Ask a database a question.

            %%ask flights
            Which carriers were late most often in summer?

            %ask flights Which carriers were late most often in summer?

        The answer is the output. Its run is `_run`, for `_run["r1"].df` and `_run.report.pdf.save("late.pdf")`.

        Before the question, on the first line:
            --out NAME         the run's name in place of _run
            --as-of DATE       the day that relative dates count from, as 2013-12-31
            --model MODEL      offline, or a Claude model id
            --continue RUN     the id of a run, or the name it has here, that this question goes on from
            --as USER          with the rights of the person of this login name; needs an admin key
            --budget-usd X     stop when so much was spent
            --no-publish       make no Superset dashboard

        The API is found as by Client(): environment, .env, the embedded stack. A Client of your own is used when its name is `client`.
        """
        chosen, words = _arguments().parse_known_args(line.split())
        question = _question(words, cell)
        name = _name(chosen.out)
        client = self._client()
        database = chosen.database or (None if chosen.continues else _only_database(client))
        asked = client.ask(question, database, **self._options(chosen))
        asked.called = name
        self._names[name] = self._names[LAST] = asked
        return asked

    @property
    def _names(self) -> dict[str, Any]:
        """What the notebook has named."""
        return self.shell.user_ns if self.shell else {}

    def _client(self) -> Client:
        given = self._names.get(CONNECTED)
        return given if isinstance(given, Client) else Client()

    def _options(self, chosen: argparse.Namespace) -> dict[str, Any]:
        before = self._names.get(chosen.continues)
        options: dict[str, Any] = {"model": chosen.model, "as_of": chosen.as_of, "as_user": chosen.as_user}
        options |= {"continues": getattr(before, "id", chosen.continues), "publish": False if chosen.no_publish else None}
        return options | ({"budget": {"usd": chosen.budget_usd}} if chosen.budget_usd is not None else {})


def _question(words: list[str], cell: str | None) -> str:
    unknown = next((word for word in words if word.startswith("--")), None)
    if unknown:
        raise InvalidQuestion(f"There is no option {one_line(unknown, 40)}.", hint="`%ask?` shows what can be written.")
    if cell is not None and words:
        raise InvalidQuestion("A question of `%%ask` stands below its first line.", hint="On one line it is: %ask DATABASE QUESTION")
    question = " ".join(words) if cell is None else cell.strip()
    if not question:
        raise InvalidQuestion("There is no question.", hint="Write `%ask DATABASE QUESTION`, or the question below `%%ask DATABASE`.")
    return question


def _name(name: str) -> str:
    if not name.isidentifier():
        raise InvalidQuestion(f"{one_line(name, 40)!r} cannot be a name.", hint="`--out late` makes it `late`.")
    return name


def _only_database(client: Client) -> str:
    names = [str(database["name"]) for database in client.databases()]
    if not names:
        raise UnknownDatabase("There is no database that you may ask.", hint="`analytics-agent databases add NAME ADDRESS` adds one.")
    if len(names) > 1:
        raise InvalidQuestion("Say which database.", hint=f"`%%ask {names[0]}`. There are {one_line(', '.join(names), 300)}.")
    return names[0]


_ASKED = re.compile(r"\s*%ask\s+(?P<line>\S.*\?)\s*")


def keep_question_marks(lines: list[str]) -> list[str]:
    """IPython takes a line that ends with a question mark for a request for help; one of `%ask` is a question."""
    if lines and lines[0].startswith("%%"):
        return lines
    return [_called(found["line"]) if (found := _ASKED.fullmatch(line)) else line for line in lines]


def _called(line: str) -> str:
    return f"get_ipython().run_line_magic('ask', {line!r})\n"


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """What `%load_ext` calls."""
    shell.register_magics(AskMagics)
    if keep_question_marks not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(keep_question_marks)


def unload_ipython_extension(shell: "InteractiveShell") -> None:
    """What `%unload_ext` calls. The magics stay, as IPython's do."""
    shell.input_transformers_cleanup.remove(keep_question_marks)
