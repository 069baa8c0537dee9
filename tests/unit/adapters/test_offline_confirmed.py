"""A question in a wording that nobody tried is told as it was read, and answered once the asker said yes."""

import pytest
from unit.adapters.offline_conversation import Talk
from unit.semantic import shop

from analytics_agent.domain.markup import tag
from analytics_agent.semantic import overview

MODEL = [overview(shop.model())]
NEW = "By region one can see how many orders in 2025?"
TRIED = "orders by month in 2025"


def asked(question: str = NEW) -> Talk:
    talk = Talk("explore", question)
    talk.next()
    return talk.told(MODEL)


def test_what_was_tried_is_answered() -> None:
    assert asked(TRIED).next()[0][0] == "query_metrics"


def test_what_is_new_is_told_as_it_was_read() -> None:
    (call,) = asked().next()
    assert call[0] == "ask_person" and call[1]["readings"][0].startswith("yes: Orders by region, in 2025")


@pytest.mark.parametrize("said", ["yes", "1", "Yes, please", "the first one"])
def test_yes_is_enough(said: str) -> None:
    talk = asked()
    talk.next()
    (call,) = talk.told(tag("clarification", said)).next()
    assert call[0] == "query_metrics" and call[1]["metrics"] == ["orders"]


@pytest.mark.parametrize("said", ["no", "2", "No, that is not it"])
def test_no_ends_with_what_to_do(said: str) -> None:
    talk = asked()
    talk.next()
    (call,) = talk.told(tag("clarification", said)).next()
    assert call[0] == "refuse" and "in other words" in call[1]["reason"]


def test_an_answer_in_own_words_is_read_and_told_again() -> None:
    talk = asked()
    talk.next()
    (call,) = talk.told(tag("clarification", "only March 2025")).next()
    assert call[0] in ("ask_person", "refuse")
