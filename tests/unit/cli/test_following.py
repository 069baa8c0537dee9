"""A run that is followed at the terminal, where what it waits for is given while we look."""

from collections.abc import Iterator
from typing import Any, cast

from unit.cli.documents import Json, document

from analytics_agent.cli import ask
from analytics_agent.client import Client

ASKED = {"question": "Which Leeds?", "readings": ["Branch Leeds", "City Leeds"], "answer": None}


class Told:
    """A client whose run is in one state after the other, each time somebody looks."""

    def __init__(self, *states: Json) -> None:
        self._states = list(states)

    def events(self, run_id: str, *, after: int) -> Iterator[Any]:
        return iter(())

    def document(self, run_id: str) -> Json:
        return self._states.pop(0) if len(self._states) > 1 else self._states[0]


def followed(*states: Json) -> str:
    return str(ask.follow(cast(Client, Told(document(status="queued"), *states)), "a1", as_json=True)["status"])


def test_an_answer_that_the_run_has_not_heard_yet_is_waited_for() -> None:
    heard = document(status="needs_input", clarification=ASKED | {"answer": "City Leeds"})
    assert followed(heard, document(status="running"), document(status="succeeded")) == "succeeded"


def test_a_question_that_nobody_has_answered_ends_the_command() -> None:
    assert followed(document(status="needs_input", clarification=ASKED), document(status="succeeded")) == "needs_input"
