import pytest

from analytics_agent.domain.conversation import Block, Reply, Usage
from analytics_agent.explore import loop


def called(*names: str, stop: str = "tool_use") -> Reply:
    blocks = tuple({"type": "tool_use", "id": f"t{n}", "name": name, "input": {"x": name}} for n, name in enumerate(names))
    return Reply(blocks, stop, Usage(10, 5), "offline")  # type: ignore[arg-type]


def silent() -> Reply:
    return Reply(({"type": "text", "text": "Let me think."},), "end_turn", Usage(), "offline")


def decide(*replies: Reply, turns: int = 16) -> loop.Verdict:
    return loop.decide(replies, turns=turns)


def test_a_new_conversation_goes_on() -> None:
    assert decide() == loop.Verdict()


def test_the_turn_limit_ends_the_step_and_the_turn_before_it_is_told() -> None:
    replies = [called(str(number)) for number in range(4)]
    assert decide(*replies[:3], turns=4).nudge == loop.LAST_TURN
    assert decide(*replies, turns=4).ends == "exhausted"


def test_three_turns_without_a_call_are_a_lost_conversation() -> None:
    assert decide(called("a"), silent(), silent()).ends is None
    assert decide(called("a"), silent(), silent(), silent()).ends == "silent"


def test_a_truncated_reply_counts_as_no_call() -> None:
    cut = called("a", stop="max_tokens")
    assert decide(cut, cut, cut).ends == "silent"


def test_going_in_circles_ends_the_step() -> None:
    first, second = called("a"), called("b")
    assert decide(first, second, first).nudge == ""
    assert decide(first, second, first, second) == loop.Verdict(nudge=loop.CIRCLING)
    assert decide(first, second, first, second, first).ends == "circling"


def test_a_new_call_among_old_ones_is_no_circle() -> None:
    assert decide(called("a"), called("a"), called("a", "b"), called("a")).ends is None


def sql(text: str, *, purpose: str = "x", number: str = "t0") -> Block:
    return {"type": "tool_use", "id": number, "name": "run_sql", "input": {"purpose": purpose, "sql": text}}


def asked(*calls: Block) -> Reply:
    return Reply(calls, "tool_use", Usage(), "offline")


def test_the_same_call_is_known_whatever_the_order_of_its_input() -> None:
    earlier = {"type": "tool_use", "id": "1", "name": "run_sql", "input": {"a": 1, "b": 2}}
    assert loop.repeated({"name": "run_sql", "input": {"b": 2, "a": 1}}, [earlier]) == earlier
    assert not loop.repeated({"name": "run_sql", "input": {"b": 2, "a": 2}}, [earlier])


@pytest.mark.parametrize(
    "other",
    ["select count(*)\n  from flights -- all of them", "SELECT COUNT(*) FROM flights;", "/* again */ Select  count( * ) From flights"],
)
def test_the_same_statement_in_another_layout_is_the_same_call(other: str) -> None:
    assert loop.repeated(sql(other, purpose="in other words"), [sql("SELECT count(*) FROM flights")])


@pytest.mark.parametrize("other", ["SELECT count(*) FROM planes", "SELECT count(*) FROM flights WHERE origin = 'JFK'", "SELECT ) FROM"])
def test_another_statement_is_another_call(other: str) -> None:
    assert not loop.repeated(sql(other), [sql("SELECT count(*) FROM flights WHERE origin = 'jfk'"), sql("SELECT ( FROM")])


def test_statements_that_fail_in_a_row_are_told_and_then_end_the_step() -> None:
    replies = [asked(sql(f"SELECT {number} FROM nowhere")) for number in range(loop.FAILURES)]
    failed = [{"t0"}] * len(replies)
    told = loop.decide(replies[: loop.TOLD_FAILURES], turns=16, failed=failed[: loop.TOLD_FAILURES])
    assert told.ends is None and "Do not vary the same statement" in told.nudge
    assert loop.decide(replies, turns=16, failed=failed).ends == "failing"


def test_one_statement_that_works_begins_the_count_anew() -> None:
    replies = [asked(sql(f"SELECT {number} FROM nowhere")) for number in range(8)]
    failed: list[set[str]] = [{"t0"}] * 5 + [set()] + [{"t0"}] * 2
    assert loop.decide(replies, turns=16, failed=failed) == loop.Verdict()


def test_looking_around_between_failures_neither_counts_nor_forgives() -> None:
    looks = asked({"type": "tool_use", "id": "t0", "name": "describe", "input": {"names": ["a"]}})
    replies = [asked(sql(f"SELECT {number}")) for number in range(5)] + [looks, asked(sql("SELECT 99"))]
    assert loop.decide(replies, turns=16, failed=[{"t0"}] * 5 + [set(), {"t0"}]).ends == "failing"


def test_calls_that_never_fit_their_tools_are_failures_too() -> None:
    wrong = [called("no_such_tool", f"nor_{number}") for number in range(loop.FAILURES)]
    assert loop.decide(wrong, turns=16, failed=[{"t0", "t1"}] * len(wrong)).ends == "failing"


def test_of_two_questions_or_two_investigations_in_a_reply_the_second_waits() -> None:
    calls = [{"type": "tool_use", "id": f"t{n}", "name": name, "input": {}} for n, name in enumerate(["investigate", "ask_person"] * 2)]
    assert [bool(loop.out_of_turn(call, asked(*calls))) for call in calls] == [False, False, True, True]
