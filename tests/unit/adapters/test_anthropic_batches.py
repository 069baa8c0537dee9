"""Message batches against a real socket."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from fakes.messages_api import Fault, MessagesApi, Says, Step, call

from analytics_agent.adapters.anthropic.batches import AnthropicBatches
from analytics_agent.adapters.anthropic.client import AnthropicClient
from analytics_agent.adapters.anthropic.errors import judged
from analytics_agent.domain.batch import BatchFailure
from analytics_agent.domain.conversation import Message, ModelRequest, Reply
from analytics_agent.domain.models import PROFILES
from analytics_agent.errors import ModelRejected, ModelUnavailable, NoBatches, RequestRejected

T = TypeVar("T")
Requests = dict[str, ModelRequest]


def asking(words: str, model: str = "claude-opus-4-7") -> ModelRequest:
    return ModelRequest(model, "Be right.", (), (Message("user", ({"type": "text", "text": words},)),))


def with_batches(api: MessagesApi, use: Callable[[AnthropicBatches], Coroutine[Any, Any, T]], key: str = "sk-test") -> T:
    async def once() -> T:
        batches = AnthropicBatches(AnthropicClient(key, api.url, timeout_seconds=5), timeout_seconds=5)
        try:
            return await use(batches)
        finally:
            await batches.close()

    return asyncio.run(once())


def came_of(step: Step, requests: Requests) -> tuple[dict[str, Reply | BatchFailure], MessagesApi]:
    async def use(batches: AnthropicBatches) -> dict[str, Reply | BatchFailure]:
        batch = await batches.create(requests)
        state = await batches.state(batch)
        assert (state.ended, state.requests) == (True, len(requests))
        return {name: result async for name, result in batches.results(batch)}

    with MessagesApi(step) as api:
        return with_batches(api, use), api


def test_replies_come_back_by_their_custom_ids_at_half_the_price() -> None:
    found, api = came_of(
        lambda body: [call("run_sql", sql=body["messages"][0]["content"][0]["text"])], {"a": asking("A"), "b": asking("B")}
    )
    reply = found["a"]
    assert isinstance(reply, Reply)
    assert reply.tool_calls()[0]["input"] == {"sql": "A"}
    both = [each.usage for each in found.values() if isinstance(each, Reply)]
    counted = api.batch_usage["claude-opus-4-7"]
    assert sum(usage.output_tokens for usage in both) == counted["output_tokens"]
    full = PROFILES["claude-opus-4-7"].usage(
        input=counted["input_tokens"],
        output=counted["output_tokens"],
        write=counted["cache_creation_input_tokens"],
        write_1h=counted["ephemeral_1h_input_tokens"],
        read=counted["cache_read_input_tokens"],
    )
    assert sum(usage.cost_usd for usage in both) == pytest.approx(full.cost_usd / 2)
    assert not api.refusals


def test_a_request_without_a_reply_says_whether_another_try_may_help() -> None:
    faults = {
        "overloaded": Fault(529, "overloaded_error"),
        "refused": Fault(400, "invalid_request_error"),
        "late": Fault(kind="expired"),
        "cut": Says([call("run_sql", sql="SELECT 1")], "max_tokens"),
    }
    found, _ = came_of(lambda body: faults[body["messages"][0]["content"][0]["text"]], {name: asking(name) for name in faults})
    cut, late, overloaded, refused = (found[name] for name in sorted(found))
    assert isinstance(cut, Reply)
    assert cut.stop_reason == "max_tokens"
    assert isinstance(late, BatchFailure)
    assert (late.kind, late.mendable) == ("expired", True)
    assert isinstance(overloaded, BatchFailure)
    assert (overloaded.kind, overloaded.mendable) == ("errored", True)
    assert isinstance(refused, BatchFailure)
    assert (refused.kind, refused.mendable) == ("errored", False)


def test_a_batch_that_is_not_done_says_so_and_can_be_cancelled() -> None:
    async def use(batches: AnthropicBatches) -> tuple[bool, list[str]]:
        batch = await batches.create({"a": asking("A")})
        before = (await batches.state(batch)).ended
        await batches.cancel(batch)
        found = [result.kind async for _, result in batches.results(batch) if isinstance(result, BatchFailure)]
        return before, found

    with MessagesApi(lambda body: []) as api:
        api.batches.ready = lambda batch: False
        assert with_batches(api, use) == (False, ["canceled"])


def test_recent_batches_are_listed_over_all_pages_and_no_further_back() -> None:
    async def use(batches: AnthropicBatches) -> tuple[list[str], int]:
        for n in range(3):
            await batches.create({f"a{n}": asking("A")})
        api.batches.made[0].created_at = datetime.now(UTC) - timedelta(days=2)
        recent = await batches.recent(since=datetime.now(UTC) - timedelta(hours=1))
        return [state.id for state in recent], len(await batches.recent(since=datetime.now(UTC) - timedelta(days=9)))

    with MessagesApi(lambda body: []) as api:
        assert with_batches(api, use) == (["msgbatch_3", "msgbatch_2"], 3)


def test_a_provider_without_batches_is_told_from_one_that_is_down() -> None:
    async def use(batches: AnthropicBatches) -> str:
        return await batches.create({"a": asking("A")})

    with MessagesApi(lambda body: []) as api:
        api.batches.supported = False
        with pytest.raises(NoBatches):
            with_batches(api, use)
        api.batches.supported, api.batches.lose_next = True, True
        with pytest.raises(ModelUnavailable):
            with_batches(api, use)
        assert len(api.batches.made) == 1  # it was taken, and its answer was lost: whoever asks again looks for it first


def test_a_model_that_is_not_in_the_table_is_refused_before_anything_is_sent() -> None:
    with MessagesApi(lambda body: []) as api, pytest.raises(ModelRejected):
        with_batches(api, lambda batches: batches.create({"a": asking("A", "claude-nine")}))


def test_a_batch_that_is_refused_for_what_it_holds_is_told_from_a_key_that_is_refused() -> None:
    async def use(batches: AnthropicBatches) -> str:
        return await batches.create({"a" * 65: asking("A")})  # a name that is too long

    with MessagesApi(lambda body: []) as api, pytest.raises(RequestRejected):
        with_batches(api, use)
    refused = [judged(status, "", None, None, None) for status in (401, 402, 403, 404)]
    assert not any(isinstance(error, RequestRejected) for error in refused), "splitting the batch would not help"
    assert isinstance(judged(413, "", None, None, None), RequestRejected)


def results_of(*lines: str) -> dict[str, Reply | BatchFailure]:
    """What is read of a batch whose results are these lines."""

    async def use(batches: AnthropicBatches) -> dict[str, Reply | BatchFailure]:
        await batches.create({"a": asking("A")})
        return {name: result async for name, result in batches.results("msgbatch_1")}

    with MessagesApi(lambda body: []) as api:
        api.batches.told_instead = lines
        return with_batches(api, use)


WHOLE = '{"custom_id": "a", "result": {"type": "succeeded", "message": {"content": [], "usage": {}, "stop_reason": "end_turn"}}}'


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("no JSON", None),
        ("[1]", None),
        ('{"custom_id": "b"}', None),
        ("[" * 100_000, None),
        ('{"custom_id": "b", "result": "succeeded"}', "b"),
        ('{"custom_id": "b", "result": {"type": "succeeded", "message": []}}', "b"),
        ('{"custom_id": "b", "result": {"type": "errored", "error": "overloaded"}}', "b"),
        ('{"custom_id": "b", "result": {"type": "succeeded", "message": {"content": [3], "usage": {}}}}', "b"),
        ('{"custom_id": "b", "result": {"type": "succeeded", "message": {"content": [], "usage": {}, "stop_reason": [1]}}}', "b"),
    ],
)
def test_a_line_that_cannot_be_read_is_the_trouble_of_one_request(line: str, name: str | None) -> None:
    found = results_of(line, WHOLE)
    assert isinstance(found.pop("a"), Reply)
    assert list(found) == ([name] if name else [])


def test_what_was_charged_for_a_reply_that_cannot_be_read_is_told() -> None:
    message = {"model": "claude-opus-4-7", "content": [3], "stop_reason": "end_turn", "usage": {"input_tokens": 40, "output_tokens": 2}}
    failure = results_of(json.dumps({"custom_id": "b", "result": {"type": "succeeded", "message": message}}), WHOLE)["b"]
    assert isinstance(failure, BatchFailure)
    assert failure.spent == PROFILES["claude-opus-4-7"].usage(input=40, output=2, batched=True)


def test_results_that_were_cut_are_asked_for_again() -> None:
    with pytest.raises(ModelUnavailable):
        results_of(WHOLE, WHOLE[:40])
