"""Records to JSON and back."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fakes.records import ANSWER, EVIDENCE, FINDINGS, RECEIPT, catalog, query, question, turn
from hypothesis import given
from hypothesis import strategies as st

from analytics_agent.adapters.record_json import from_json, from_json_bytes, safe, safe_text, to_bytes, to_json
from analytics_agent.domain.conversation import Message, ModelRequest, Reply, Tool, Usage
from analytics_agent.domain.run import Run
from analytics_agent.errors import OperatorError

RUN = Run(question(as_of=date(2013, 12, 31)), "succeeded", queries=(query(id="r1"),), answer=ANSWER, finished_at=datetime.now(UTC))
REQUEST = ModelRequest("m", "s", (Tool("t", "d", {"type": "object"}),), (Message("user", ({"type": "text", "text": "x"},)),))
REPLY = Reply(({"type": "tool_use", "id": "c", "name": "n", "input": {"b": [1, {"a": None}]}},), "tool_use", Usage(1), "m")


@pytest.mark.parametrize(
    "record", [RUN, REQUEST, REPLY, EVIDENCE, FINDINGS, RECEIPT, catalog(), turn()], ids=lambda one: type(one).__name__
)
def test_every_record_comes_back_equal(record: object) -> None:
    assert from_json(json.loads(json.dumps(to_json(record))), type(record)) == record
    assert from_json_bytes(to_bytes(record), type(record)) == record


def test_equal_records_give_equal_bytes() -> None:
    assert to_bytes(RUN) == to_bytes(RUN)


anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(categories=("Cc", "Cs", "L", "S"))),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(categories=("Cc", "Cs", "L"))), inner),
    max_leaves=20,
)


@given(anything)
def test_whatever_a_cell_holds_can_be_stored(value: Any) -> None:
    text = json.dumps(safe(value), allow_nan=False, ensure_ascii=False)
    assert "\\u0000" not in text
    text.encode("utf-8")


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")))
def test_text_that_can_be_stored_is_not_touched(text: str) -> None:
    assert safe_text(text) == text


def test_a_record_of_another_version_names_the_fields_and_no_values() -> None:
    with pytest.raises(OperatorError, match="headline") as caught:
        from_json({"summary": "geheim", "claims": [{"text": 1, "figures": "geheim"}]}, type(ANSWER))
    assert "geheim" not in str(caught.value)


def test_broken_bytes_are_an_error_of_ours() -> None:
    for content in (b"", b"{", b"\xff"):
        with pytest.raises(OperatorError):
            from_json_bytes(content, type(ANSWER))


@dataclass(frozen=True)
class Odd:
    value: float | None


def test_what_is_no_number_is_nothing() -> None:
    assert from_json(to_json(Odd(float("nan"))), Odd) == Odd(None)
