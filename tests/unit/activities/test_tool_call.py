"""One tool call, whatever its step: checked, run once, what the model can mend sent back."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import query, question, turn

from analytics_agent.activities import conversation
from analytics_agent.activities.evidence import store_result
from analytics_agent.activities.tool_call import Told, ToolRunner, call_key
from analytics_agent.domain.conversation import Block, Reply, Tool, Usage
from analytics_agent.domain.orders import ToolOrder, ToolOutcome
from analytics_agent.errors import StatementFailed, ToolRefused, WarehouseUnavailable
from analytics_agent.explore import loop

LOOK = Tool(
    "look", "Look.", {"type": "object", "properties": {"at": {"type": "string"}}, "required": ["at"], "additionalProperties": False}
)


class Bench:
    """A run with one turn for each list of calls, and a tool `look` whose body a test may replace."""

    def __init__(self, *turns: list[Block], stop: str = "tool_use") -> None:
        self.store, self.artifacts = MemoryStore(), MemoryArtifacts()
        self.asked = question()
        self.ran: list[dict[str, Any]] = []
        self.fail: Exception | None = None
        self.runner = ToolRunner(self.store, self.artifacts, (LOOK,), {"look": self.look})  # type: ignore[arg-type]
        self.turns, self.stop = turns, stop

    async def look(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        self.ran.append(given)
        if self.fail:
            raise self.fail
        return Told(f"saw {given['at']}")

    async def begin(self) -> None:
        await self.store.create_run(self.asked)
        for number, calls in enumerate(self.turns, 1):
            reply = await self.artifacts.put_record(Reply(tuple(calls), self.stop, Usage(), "offline"))  # type: ignore[arg-type]
            await self.store.save_turn(self.asked.run_id, turn(number, reply=reply))

    async def call(self, number: int, call_id: str, tool: str = "look") -> ToolOutcome:
        return await self.runner.run(ToolOrder(self.asked.run_id, "explore", number, call_id, tool))

    async def told(self, number: int, call_id: str) -> tuple[str, bool]:
        said = await conversation.read(self.store, self.artifacts, self.asked.run_id, "explore", before=number + 1)  # type: ignore[arg-type]
        result, text = said.results[number, call_id]
        return text, result.is_error


def look(call_id: str, **given: Any) -> Block:
    return {"type": "tool_use", "id": call_id, "name": "look", "input": given}


def run(steps: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(steps)


def outcome(bench: Bench, number: int = 1, call_id: str = "a", tool: str = "look") -> tuple[str, bool]:
    async def steps() -> tuple[str, bool]:
        await bench.begin()
        await bench.call(number, call_id, tool)
        return await bench.told(number, call_id)

    return run(steps())  # type: ignore[no-any-return]


def again(bench: Bench) -> tuple[str, bool]:
    """What the call of the second turn is told, after that of the first was run; only the first fails."""

    async def steps() -> tuple[str, bool]:
        await bench.begin()
        await bench.call(1, "a")
        bench.fail = None
        await bench.call(2, "b")
        return await bench.told(2, "b")

    return run(steps())  # type: ignore[no-any-return]


def test_what_a_tool_says_is_kept_for_the_model() -> None:
    assert outcome(Bench([look("a", at="flights")])) == ("saw flights", False)


def test_a_call_whose_result_is_stored_is_not_run_again() -> None:
    bench = Bench([look("a", at="flights")])

    async def twice() -> None:
        await bench.begin()
        await bench.call(1, "a")
        await bench.call(1, "a")

    run(twice())
    assert len(bench.ran) == 1


def test_an_input_that_does_not_fit_the_schema_is_told_with_its_place() -> None:
    bench = Bench([look("a", at=7, deep=True)])
    text, is_error = outcome(bench)
    assert is_error and "at: 7 is not a text." in text and "no field 'deep'" in text and bench.ran == []
    assert text.endswith("Its fields: at.")


def test_a_thousand_wrong_fields_are_told_in_a_short_text() -> None:
    """It is sent again with every later turn."""
    bench = Bench([look("a", at="x", **{f"field{number}": 1 for number in range(1_000)})])

    async def steps() -> tuple[str, bool]:
        await bench.begin()
        await bench.call(1, "a")
        return await bench.told(1, "a")

    text, is_error = asyncio.run(steps())
    assert is_error and "no field 'field0'" in text and len(text) < 1_000


def test_an_unknown_tool_is_told_which_there_are() -> None:
    text, is_error = outcome(Bench([{"type": "tool_use", "id": "a", "name": "drop_table", "input": {}}]), tool="drop_table")
    assert is_error and "drop_table" in text and "look" in text


def test_the_same_call_again_is_refused_without_being_run() -> None:
    assert again(Bench([look("a", at="flights")], [look("b", at="flights")])) == (loop.SAME_CALL.format(""), True)


def test_a_call_that_was_refused_may_be_made_again() -> None:
    """What stood in its way may be gone: a result it named has been made since."""
    bench = Bench([look("a", at="r2")], [look("b", at="r2")])
    bench.fail = ToolRefused("There is no result r2.")
    assert again(bench) == ("saw r2", False)


def test_a_second_question_in_one_reply_waits_for_its_turn() -> None:
    """The run waits for one answer; the call of the other would never get a result, and the conversation could not go on."""
    asks = [{"type": "tool_use", "id": each, "name": "ask_person", "input": {"question": each}} for each in "ab"]
    assert outcome(Bench(asks), call_id="b", tool="ask_person") == (loop.ONE_AT_A_TIME.format("question"), True)


def test_progress_tells_of_calls_with_one_id_in_two_steps() -> None:
    """The offline model, and gateways, number their calls anew in every step."""
    bench = Bench([look("a")])

    async def both() -> list[str | None]:
        await bench.begin()
        await bench.call(1, "a")
        (first,) = await bench.store.turns(bench.asked.run_id)
        await bench.store.save_turn(bench.asked.run_id, replace(first, step="analyze"))
        await bench.runner.run(ToolOrder(bench.asked.run_id, "analyze", 1, "a", "look"))
        return [event.step for event in await bench.store.events(bench.asked.run_id)]

    assert run(both()) == ["explore", "analyze"]


def test_what_happened_is_told_even_when_the_worker_dies_before_the_result_is_stored() -> None:
    bench = Bench([look("a")])

    async def dies_and_comes_back() -> list[str]:
        await bench.begin()
        save, bench.store.save_tool_result = bench.store.save_tool_result, _dies  # type: ignore[method-assign]
        with pytest.raises(WarehouseUnavailable):
            await bench.call(1, "a")
        bench.store.save_tool_result = save  # type: ignore[method-assign]
        await bench.call(1, "a")
        await bench.call(1, "a")
        return [event.kind for event in await bench.store.events(bench.asked.run_id)]

    assert run(dies_and_comes_back()) == ["tool"]


async def _dies(*given: object) -> None:
    raise WarehouseUnavailable("Gone.")


def test_an_error_is_passed_on_to_whoever_ends_the_step_and_again_when_it_is_asked_twice() -> None:
    bench = Bench([look("a", at="flights")])
    bench.fail = ToolRefused("No.")

    async def twice() -> list[ToolOutcome]:
        await bench.begin()
        return [await bench.call(1, "a"), await bench.call(1, "a")]

    assert run(twice()) == [ToolOutcome(failed=True)] * 2


def test_the_same_call_twice_in_one_reply_is_run_once() -> None:
    bench = Bench([look("a", at="flights"), look("b", at="flights")])
    assert outcome(bench, 1, "b") == (loop.SAME_CALL.format(""), True)


def test_a_flood_of_calls_in_one_reply_is_cut() -> None:
    bench = Bench([look(f"c{number}", at=f"table {number}") for number in range(loop.MOST_CALLS + 1)])
    assert outcome(bench, 1, f"c{loop.MOST_CALLS}") == (loop.TOO_MANY, True)
    assert outcome(Bench(*bench.turns), 1, f"c{loop.MOST_CALLS - 1}")[1] is False


@pytest.mark.parametrize("error", [ToolRefused("No such column. Nearest: delay."), StatementFailed("Division by zero.", code="22012")])
def test_what_the_model_can_mend_goes_back_to_it(error: Exception) -> None:
    bench = Bench([look("a", at="flights")])
    bench.fail = error
    assert outcome(bench) == (str(error), True)


def test_what_it_cannot_mend_is_raised_for_a_retry_and_nothing_is_stored() -> None:
    bench = Bench([look("a", at="flights")])
    bench.fail = WarehouseUnavailable("The database does not answer.")
    with pytest.raises(WarehouseUnavailable):
        outcome(bench)
    assert run(bench.store.tool_results(bench.asked.run_id, "explore")) == ()


def test_a_conversation_pairs_every_call_with_its_result_in_their_order() -> None:
    bench = Bench([look("a", at="x"), look("b", at="y")])

    async def steps() -> list[Any]:
        await bench.begin()
        await bench.call(1, "b")
        await bench.call(1, "a")
        said = await conversation.read(bench.store, bench.artifacts, bench.asked.run_id, "explore", before=2)  # type: ignore[arg-type]
        return list(said.messages("How late?", "Hurry."))

    first, reply, results = run(steps())
    assert first.content[0]["text"] == "How late?"
    assert [block["id"] for block in reply.content] == ["a", "b"]
    assert [block.get("tool_use_id") for block in results.content] == ["a", "b", None]
    assert results.content[-1] == {"type": "text", "text": "Hurry."}


@pytest.mark.parametrize(("stop", "told"), [("max_tokens", loop.CUT), ("end_turn", loop.CALL_A_TOOL)])
def test_a_reply_whose_calls_were_not_run_is_passed_back_without_them(stop: str, told: str) -> None:
    bench = Bench([{"type": "text", "text": "I will look."}, look("a", at="x")], stop=stop)

    async def steps() -> list[Any]:
        await bench.begin()
        said = await conversation.read(bench.store, bench.artifacts, bench.asked.run_id, "explore", before=2)  # type: ignore[arg-type]
        return list(said.messages("How late?"))

    _, reply, answer = run(steps())
    assert [block["type"] for block in reply.content] == ["text"]
    assert answer.content[0]["text"] == told


# the numbers of results


class Slow(Bench):
    """Each call makes a result, `at` so many hundredths of a second after it began; one at "never" is refused."""

    def __init__(self, *turns: list[Block]) -> None:
        super().__init__(*turns)
        self.runner = ToolRunner(self.store, self.artifacts, (LOOK,), {"look": self.look}, results=("look",))  # type: ignore[arg-type]

    async def look(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        if given["at"] == "never":
            raise ToolRefused("No.")
        await asyncio.sleep(int(given["at"]) / 100)
        return Told((await store_result(self.store, order.run_id, order.step, query(), key=call_key(order), line=order.line)).id)  # type: ignore[arg-type]

    async def turn(self, number: int, line: str = "") -> dict[str, str]:
        """All calls of a turn at the same time; what each was told."""
        ids = [call["id"] for call in self.turns[number - 1]]
        orders = [ToolOrder(self.asked.run_id, "explore", number, call_id, "look", line) for call_id in ids]
        await asyncio.gather(*map(self.runner.run, orders))
        said = await conversation.read(self.store, self.artifacts, self.asked.run_id, "explore", line, before=number + 1)  # type: ignore[arg-type]
        return {call_id: said.results[number, call_id][1] for call_id in ids}


def test_results_asked_for_together_are_numbered_in_that_order_whichever_is_done_first() -> None:
    async def steps(bench: Slow) -> dict[str, str]:
        await bench.begin()
        return await bench.turn(1)

    assert run(steps(Slow([look("a", at="8"), look("b", at="4"), look("c", at="1")]))) == {"a": "r1", "b": "r2", "c": "r3"}


def test_the_number_of_a_call_that_was_refused_is_no_other_calls_of_its_turn_and_is_free_in_the_next() -> None:
    first_turn = [look("a", at="never"), look("b", at="2"), look("c", at="never")]
    bench = Slow(first_turn, [look("d", at="3"), look("e", at="1")], [look("f", at="0")])

    async def steps() -> list[dict[str, str]]:
        await bench.begin()
        return [await bench.turn(number) for number in (1, 2, 3)]

    first, second, third = run(steps())
    assert first["b"] == "r2" and first["a"] == "No."
    assert (second, third) == ({"d": "r3", "e": "r4"}, {"f": "r5"})


def test_lines_of_inquiry_keep_their_numbers_apart() -> None:
    bench = Slow([look("a", at="6"), look("b", at="1")])

    async def steps() -> list[dict[str, str]]:
        await bench.begin()
        [stored] = await bench.store.turns(bench.asked.run_id)
        for line in ("l1", "l2"):
            await bench.store.save_turn(bench.asked.run_id, replace(stored, line=line))
        return list(await asyncio.gather(*(bench.turn(1, line) for line in ("", "l1", "l2"))))

    told = run(steps())
    assert sorted(number for each in told for number in each.values()) == [f"r{n}" for n in range(1, 7)]
    assert all(int(each["a"][1:]) + 1 == int(each["b"][1:]) for each in told)


def test_a_call_that_is_run_again_by_another_worker_keeps_its_number() -> None:
    bench = Slow([look("a", at="5"), look("b", at="1")])

    async def steps() -> dict[str, str]:
        await bench.begin()
        lost = asyncio.create_task(bench.call(1, "a"))
        await asyncio.sleep(0.02)
        lost.cancel()
        await bench.call(1, "b")
        return await bench.turn(1)

    assert run(steps()) == {"a": "r1", "b": "r2"}
