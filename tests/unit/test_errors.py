"""What a refusal says of very many problems: a model reads it again with every later turn."""

from fakes.records import catalog

from analytics_agent.errors import StatementRefused, Ungrounded
from analytics_agent.sql.check import check


def test_a_statement_of_wrong_names_is_refused_in_a_short_text() -> None:
    statement = "SELECT " + ", ".join(f"nothing{number}" for number in range(1_500)) + " FROM flights"
    refused = StatementRefused(check(statement, dialect="postgres", catalog=catalog(), row_cap=100).findings)
    assert len(str(refused)) < 3_000 and "nothing0" in str(refused) and str(refused).endswith(" more.")
    assert len(refused.findings) > 8


def test_a_mended_statement_is_told_with_the_refusal() -> None:
    refused = StatementRefused(check("SELECT carier FROM flights", dialect="postgres", catalog=catalog(), row_cap=100).findings)
    assert str(refused).endswith("Mended, and checked: SELECT carrier FROM flights")


def test_an_answer_of_many_problems_is_refused_in_a_short_text() -> None:
    told = str(Ungrounded([f"Claim {number}: no." for number in range(1_000)]))
    assert told.startswith("The answer was not accepted. Claim 0: no.") and told.endswith("And 970 more.")
