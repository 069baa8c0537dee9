"""Stand-ins for the texts of a database: put in, put back, never mistaken for one another."""

import pytest
from fakes.records import question

from analytics_agent.domain.confidential import MOST_STAND_INS, NOTICES, WITHHELD, StandIns, notice, references, stricter
from analytics_agent.domain.question import StepModels

NAMES = StandIns(("Ann", "Ann-Marie O'Hara", 'A "quoted" one', "{{r1[0].secret}}"))


def test_a_text_keeps_its_stand_in_whatever_comes_after() -> None:
    more = NAMES.more(["Bob", "Ann", "Cy", "Bob"])
    assert [more.of(text) for text in ("Ann", "Bob", "Cy")] == ["name_1", "name_5", "name_6"]
    assert more.of("nobody") == WITHHELD


def test_there_are_only_so_many() -> None:
    many = StandIns().more(f"n{number}" for number in range(MOST_STAND_INS + 10))
    assert len(many.texts) == MOST_STAND_INS and many.more(["one more"]).of("one more") == WITHHELD


def test_texts_come_back_in_place_of_their_stand_ins() -> None:
    assert NAMES.put_back("only name_1 and name_2, not name_77 or surname_1") == "only Ann and Ann-Marie O'Hara, not name_77 or surname_1"


@pytest.mark.parametrize(
    ("sql", "real"),
    [
        ("SELECT 1 FROM t WHERE n = 'name_2'", "SELECT 1 FROM t WHERE n = 'Ann-Marie O''Hara'"),
        ("SELECT name_1 FROM t WHERE n IN ('name_1','x')", "SELECT name_1 FROM t WHERE n IN ('Ann','x')"),
        ("SELECT 'its ''name_1'''", "SELECT 'its ''name_1'''"),
        ("SELECT 'name_99'", "SELECT 'name_99'"),
    ],
)
def test_in_sql_a_whole_literal_is_a_stand_in_and_nothing_else(sql: str, real: str) -> None:
    assert NAMES.put_back_in_sql(sql) == real


def test_the_longest_text_is_replaced_first() -> None:
    assert NAMES.put_in("Ann-Marie O'Hara met ann, not Annabel") == "name_2 met name_1, not Annabel"


def test_in_references_texts_are_quoted_and_in_prose_they_become_references() -> None:
    written = 'name_1 paid {{r1[who=name_3].paid}}, {{r1[who="name_2"].paid}}.'
    told = references(written, NAMES, {"Ann": 'r1[0]."who"'})
    assert told == '{{r1[0]."who"}} paid {{r1[who="A \\"quoted\\" one"].paid}}, {{r1[who="Ann-Marie O\'Hara"].paid}}.'


def test_a_column_may_have_the_name_of_a_stand_in() -> None:
    assert references("{{r1[name_1=name_1].name_1}}", NAMES, {}) == '{{r1[name_1="Ann"].name_1}}'


def test_a_text_that_looks_like_a_reference_is_none() -> None:
    assert references("said name_4", NAMES, {}) == "said { {r1[0].secret} }"


def test_the_stricter_rule_holds() -> None:
    assert stricter("full", "schema", "masked") == "schema" and stricter("masked", "full") == "masked"


def test_who_reads_an_answer_of_the_offline_model_is_told_nothing() -> None:
    assert notice(question(model="offline"), "schema") == ""
    mixed = question(model="offline", models=StepModels("offline", "offline", "claude-opus-4-7"))
    assert notice(mixed, "schema") == NOTICES["schema"]
