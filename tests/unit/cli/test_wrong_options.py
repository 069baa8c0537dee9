"""What is wrong with an option or a setting is said in our words, without those of the library that reads it."""

import pytest

from analytics_agent import cli
from analytics_agent.domain.said_of_values import instead, ours


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["databases", "set", "x", "--model-sees", "nothing"], "'--model-sees': 'nothing' is not one of 'full', 'masked', 'schema'."),
        (["databases", "set", "x", "--at-once", "999"], "'--at-once': 999 is not a number up to 100, nor default"),
        (
            ["databases", "set", "x", "--rows-limit", "many"],
            "'--rows-limit': many is not a number of rows up to 1,000,000,000,000,000; 0 is no limit",
        ),
        (["ask", "Why?", "--database", "x", "--budget-usd", "much"], "'--budget-usd': write a number"),
        (["ask", "Why?", "--database", "x", "--budget-tokens", "2.5"], "'--budget-tokens': write a whole number"),
    ],
)
def test_a_wrong_option_is_usage_and_says_what_to_write(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(arguments) == 2
    assert capsys.readouterr().err.rstrip("\n").endswith(f"Error: Invalid value for {said}")


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Value error, use at least 32 random characters", "use at least 32 random characters"),
        ("Input should be greater than or equal to 1", "write 1 or more"),
        ("Input should be greater than 0", "write more than 0"),
        ("Input should be less than 5", "write less than 5"),
        ("Input should be a valid boolean, unable to interpret input", "write true or false"),
        ("Input should be 'a', 'b' or 'c'", "use 'a', 'b' or 'c'"),
        ("something new", "something new"),
    ],
)
def test_what_the_library_says_of_a_value_is_said_in_our_words(message: str, said: str) -> None:
    assert instead(message) == said


def test_our_own_words_are_not_changed() -> None:
    assert ours("Value error, Write a date, as 2013-12-31.") == "Write a date, as 2013-12-31."
