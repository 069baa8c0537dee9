from analytics_agent.domain.conversation import Reply, Usage
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
    assert decide(called("a"), silent(), silent(), silent()).ends == "exhausted"


def test_a_truncated_reply_counts_as_no_call() -> None:
    cut = called("a", stop="max_tokens")
    assert decide(cut, cut, cut).ends == "exhausted"


def test_going_in_circles_ends_the_step() -> None:
    first, second = called("a"), called("b")
    assert decide(first, second, first, second).ends is None
    assert decide(first, second, first, second, first).ends == "exhausted"


def test_a_new_call_among_old_ones_is_no_circle() -> None:
    assert decide(called("a"), called("a"), called("a", "b"), called("a")).ends is None


def test_the_same_call_is_known_whatever_the_order_of_its_input() -> None:
    earlier = {"type": "tool_use", "id": "1", "name": "run_sql", "input": {"a": 1, "b": 2}}
    assert loop.repeats({"name": "run_sql", "input": {"b": 2, "a": 1}}, [earlier])
    assert not loop.repeats({"name": "run_sql", "input": {"b": 2, "a": 2}}, [earlier])
