"""Who is named in the text of a semantic model."""

import pytest

from analytics_agent.domain.model_version import is_named


@pytest.mark.parametrize(
    "text", ["by: ada byron", 'by: "Ada\\\n    \\ Byron"', "by: Ada\n  Byron", r'"by": "\u0041da Byron"', "Ａda Byron's"]
)
def test_a_name_is_found_however_it_is_spelled(text: str) -> None:
    assert is_named(text, ["Ada Byron"])


@pytest.mark.parametrize("text", ["by: Adam Byron", "by: Ada Byrons", "AdaByron", r"\UFFFFFFFF \ud83d", ""])
def test_other_words_are_not_the_name(text: str) -> None:
    assert not is_named(text, ["Ada Byron"])


def test_a_name_of_signs_alone_is_in_no_text() -> None:
    assert not is_named("anything", ["", " ", "\\"])
