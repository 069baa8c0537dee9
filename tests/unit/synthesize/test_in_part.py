"""An answer over a part of the rows says so before anything else."""

import pytest
from fakes.records import query

from analytics_agent.domain.answer import Answer, Claim
from analytics_agent.domain.policy import NONE_SEEN, Mask, mask_caveat, rows_caveat
from analytics_agent.synthesize.in_part import LEAD, led

ANSWER = Answer("None", "There were none. JetBlue led.", (Claim("There were none.", ()), Claim("JetBlue led.", ())))


@pytest.mark.parametrize("caveat", [rows_caveat("orders"), rows_caveat("orders", to_model=True), NONE_SEEN])
def test_where_rows_are_left_out_by_rights_the_first_sentence_says_of_which_rows_it_speaks(caveat: str) -> None:
    said = led(ANSWER, [query(), query(caveats=("Rounded.", caveat))])
    assert said.summary == f"{LEAD} There were none. JetBlue led."
    assert [claim.text for claim in said.claims] == [f"{LEAD} There were none.", "JetBlue led."]
    assert led(said, [query(caveats=(caveat,))]) == said  # once


def test_masked_columns_and_other_remarks_leave_the_sentences_as_they_are() -> None:
    assert led(ANSWER, [query(caveats=("Rounded.", mask_caveat("customers", Mask("email", "partial"))))]) == ANSWER
    assert led(ANSWER, []) == ANSWER
    nothing = Answer("", "", ())
    assert led(nothing, [query(caveats=(NONE_SEEN,))]) == nothing
