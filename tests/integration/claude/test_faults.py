"""Every way a call of Claude can go wrong, through the real workflow: a right answer or a clear status, nothing asked for ever, no call
of a tool that was cut off, no token that was charged and is not in the ledger."""

import json
from collections import Counter

import pytest
from integration.claude.conversations import SCENARIOS
from integration.claude.seen import Seen

from analytics_agent.domain.models import PROFILES
from analytics_agent.workflows import calls

ENDS_WITHOUT = {
    "refusal": ("refused", "declined"),
    "refusal with text": ("refused", "declined"),
    "spend limit": ("failed", "spend limit"),
    "wrong key": ("failed", "key"),
    "too long": ("failed", "too long"),
    "all down": ("failed", "overloaded"),
    "always cut off": ("failed", "broke"),
    "never whole": ("failed", "stopped calling"),
}
"""Status and a word of the reason; all others come to the right answer."""

TWICE = {"reset in the middle", "overloaded twice"}


@pytest.mark.parametrize("name", sorted(set(SCENARIOS) - set(ENDS_WITHOUT)))
def test_trouble_on_the_way_does_not_change_the_answer(seen: Seen, name: str) -> None:
    run = seen.runs[name]
    assert run.status == "succeeded", run.reason
    assert run.answer
    assert run.answer.summary.replace("**", "") == "east leads with 48."


@pytest.mark.parametrize("name", ENDS_WITHOUT)
def test_what_cannot_be_answered_ends_with_a_clear_status(seen: Seen, name: str) -> None:
    run, (status, word) = seen.runs[name], ENDS_WITHOUT[name]
    assert run.status == status
    assert word in str(run.reason)
    assert run.answer is None


def test_nothing_that_was_sent_is_refused_by_the_api(seen: Seen) -> None:
    assert seen.api.refusals == []


def test_the_ledger_is_the_endpoints_count_to_the_token(seen: Seen) -> None:
    ledger = {cost.group: cost for cost in seen.costs}
    assert set(ledger) == set(seen.api.usage)
    for model, counted in seen.api.usage.items():
        cost, usage = ledger[model], ledger[model].usage
        assert (usage.input_tokens, usage.output_tokens) == (counted["input_tokens"], counted["output_tokens"]), model
        assert usage.cache_read_tokens == counted["cache_read_input_tokens"]
        assert usage.cache_write_tokens == counted["cache_creation_input_tokens"]
        assert usage.cache_write_1h_tokens == counted["ephemeral_1h_input_tokens"]
        assert cost.turns == counted["calls"]
        charged = PROFILES[model].usage(
            input=counted["input_tokens"],
            output=counted["output_tokens"],
            write=counted["cache_creation_input_tokens"],
            write_1h=counted["ephemeral_1h_input_tokens"],
            read=counted["cache_read_input_tokens"],
        )
        assert usage.cost_usd == pytest.approx(charged.cost_usd)


def test_nothing_is_retried_for_ever(seen: Seen) -> None:
    most = max(Counter(json.dumps([body["model"], body["messages"]]) for body in seen.api.requests).values())
    assert most <= calls.MODEL_TURN.attempts
    assert len(seen.asked("all down")) == len(seen.asked("always cut off")) == calls.MODEL_TURN.attempts
    assert len(seen.asked("never whole")) <= 5  # the turns that it has


@pytest.mark.parametrize("name", ["spend limit", "wrong key", "too long", "refusal", "refusal with text"])
def test_what_waiting_does_not_mend_is_asked_once(seen: Seen, name: str) -> None:
    assert len(seen.asked(name)) == 1


@pytest.mark.parametrize("name", sorted(set(SCENARIOS) - set(ENDS_WITHOUT) - {"overloaded for long", "asked to wait an hour"}))
def test_a_turn_is_asked_again_no_more_often_than_it_failed(seen: Seen, name: str) -> None:
    """explore in two turns, analyze and synthesize in one each."""
    expected = 4 if name in {"plain one", "plain two", "unknown block", "parallel"} else 6 if name in TWICE else 5
    assert len(seen.asked(name)) == expected


@pytest.mark.parametrize("name", ["cut call", "call at the end of a turn", "new stop reason", "never whole"])
def test_a_call_that_was_cut_off_or_not_meant_is_not_run(seen: Seen, name: str) -> None:
    assert all("never" not in query.sql for query in seen.runs[name].queries)
    assert len(seen.results[name]) == (0 if name == "never whole" else 2)  # the right statement, and finish


def test_calls_of_one_turn_are_all_answered(seen: Seen) -> None:
    assert sorted(query.id for query in seen.runs["parallel"].queries) == ["r1", "r2"]


@pytest.mark.parametrize("name", ["unknown tool", "wrong arguments"])
def test_a_wrong_call_comes_back_to_the_model_as_an_error(seen: Seen, name: str) -> None:
    assert [result.is_error for result in seen.results[name]] == [True, False, False]


def test_who_watches_is_told_why_a_run_waits(seen: Seen) -> None:
    assert "overloaded (429 rate_limit_error). Trying again in 2 seconds, as it asked (attempt 1)" in seen.warnings("limited")
    assert "fell silent" in seen.warnings("stall")
    assert not seen.warnings("plain one")


def test_a_model_that_stays_overloaded_has_another_answer_and_the_answer_says_so(seen: Seen) -> None:
    run = seen.runs["overloaded for long"]
    assert run.notices == ("1 turn of explore was answered by claude-sonnet-5: claude-opus-4-6 was overloaded.",)
    assert not seen.runs["plain one"].notices
    # Three times itself, then the other; the next turn is its own again.
    asked = Counter(body["model"] for body in seen.requests("overloaded for long"))
    assert asked == {"claude-opus-4-6": 5, "claude-sonnet-5": 1, "claude-haiku-4-5": 1}


def test_an_hour_is_not_waited_for_where_another_model_may_answer(seen: Seen) -> None:
    run = seen.runs["asked to wait an hour"]
    assert all("claude-opus-5 was overloaded" in notice for notice in run.notices)
    assert len(run.notices) == 2
    asked = Counter(body["model"] for body in seen.requests("asked to wait an hour"))
    assert asked["claude-opus-5"] == 1  # nobody asked it again within its pause
