"""The adapter against a real socket: what comes back, and each way a call can break."""

import asyncio
import json
import time
from dataclasses import replace
from typing import Any

import pytest
from fakes.messages_api import Fault, MessagesApi, Says, Step, call

from analytics_agent.adapters.anthropic.client import AnthropicClient
from analytics_agent.adapters.anthropic.model import AnthropicModel
from analytics_agent.domain.conversation import LONGEST_NAME, Message, ModelRequest, Reply, Tool, Usage
from analytics_agent.domain.models import PROFILES
from analytics_agent.errors import CallInterrupted, ModelRejected, ModelUnavailable

TOOL = Tool("run_sql", "Run a query.", {"type": "object", "properties": {"sql": {"type": "string"}}})
REQUEST = ModelRequest("claude-opus-4-7", "Be right. " * 50, (TOOL,), (Message("user", ({"type": "text", "text": "How many?"},)),))
SQL = "SELECT carrier, count(*) FROM flights WHERE dep_delay > 15 GROUP BY carrier ORDER BY 2 DESC"


def model_at(url: str, *, timeout: float = 5, stall: float = 5) -> AnthropicModel:
    return AnthropicModel(AnthropicClient("sk-test", url, timeout_seconds=timeout), timeout_seconds=timeout, stall_seconds=stall)


async def ask(step: Step, *, request: ModelRequest = REQUEST, stop_reason: str | None = None, **limits: float) -> tuple[Reply, MessagesApi]:
    with MessagesApi(step, stop_reason=stop_reason) as api:
        model = model_at(api.url, **limits)
        try:
            return await model.reply(request), api
        finally:
            await model.close()


def run(step: Step, **given: Any) -> tuple[Reply, MessagesApi]:
    return asyncio.run(ask(step, **given))


def failed(step: Step, **given: Any) -> ModelUnavailable:
    with pytest.raises(ModelUnavailable) as raised:
        run(step, **given)
    return raised.value


def test_a_streamed_reply_is_put_together_as_it_was_said() -> None:
    said = [
        {"type": "thinking", "thinking": "Count rows. " * 20},
        {"type": "text", "text": "Let me count — señor, 日本. " * 5},
        call("run_sql", sql=SQL),
        call("run_sql", sql="SELECT 1"),
    ]
    reply, api = run(lambda body: said)
    assert api.requests[0]["stream"] is True
    assert reply.stop_reason == "tool_use"
    assert [block["type"] for block in reply.content] == ["thinking", "text", "tool_use", "tool_use"]
    assert reply.content[0] == {**said[0], "signature": "sig1_0:claude-opus-4-7"}
    assert reply.text() == said[1]["text"]
    assert [block["input"]["sql"] for block in reply.tool_calls()] == [SQL, "SELECT 1"]
    assert (reply.model, reply.request_id) == ("claude-opus-4-7", "req_1")


def test_usage_and_price_are_the_servers_to_the_token() -> None:
    reply, api = run(lambda body: [call("run_sql", sql=SQL)])
    counted, usage = api.usage["claude-opus-4-7"], reply.usage
    assert (usage.input_tokens, usage.output_tokens) == (counted["input_tokens"], counted["output_tokens"])
    written, hour = counted["cache_creation_input_tokens"], counted["ephemeral_1h_input_tokens"]
    assert (usage.cache_write_tokens, usage.cache_write_1h_tokens, usage.cache_read_tokens) == (written, hour, 0)
    assert 0 < hour < written
    dollars = usage.input_tokens * 5 + usage.output_tokens * 25 + (written - hour) * 6.25 + hour * 10
    assert usage.cost_usd == pytest.approx(dollars / 1e6)


def test_an_endpoint_that_does_not_stream_is_understood_too() -> None:
    message = {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "model": "claude-haiku-4-5-20251001",
        "content": [{"type": "text", "text": "Four.", "citations": None}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 10, "output_tokens": 2, "cache_creation_input_tokens": 100, "cache_read_input_tokens": None},
    }
    reply, _ = run(lambda body: Fault(200, raw=json.dumps(message).encode()), request=replace(REQUEST, model="claude-haiku-4-5"))
    assert reply.content == ({"type": "text", "text": "Four."},)
    assert reply.model == "claude-haiku-4-5"
    # It does not say for how long the cache keeps what was written: the dearer of the two is counted.
    assert reply.usage == PROFILES["claude-haiku-4-5"].usage(input=10, output=2, write=100, write_1h=100)


PASSING = {
    "overloaded": Fault(529, "overloaded_error"),
    "500": Fault(500),
    "503": Fault(503, "api_error"),
    "html 502": Fault(502, raw=b"<html>bad gateway</html>", content_type="text/html"),
    "html 200": Fault(200, raw=b"<html>hello</html>", content_type="text/html"),
    "other json": Fault(200, raw=b'{"answer": 42}'),
    "a list": Fault(200, raw=b"[1, 2]"),
    "cut json": Fault(200, raw=b'{"id": "msg_1", "content": [{"type": "te'),
    "blocks of another shape": Fault(200, raw=b'{"content": ["text"], "usage": {"input_tokens": 1}, "stop_reason": "end_turn"}'),
    "an empty stream": Fault(200, raw=b"", content_type="text/event-stream"),
    "reset": Fault(close=True),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_what_may_pass_is_left_to_temporal_to_retry(fault: Fault) -> None:
    failed(lambda body: fault)


MID: dict[str, Fault] = {
    "reset": Fault(mid="reset"),
    "closed": Fault(mid="cut"),
    "ended without message_stop": Fault(mid="end"),
    "no json": Fault(mid="garbage"),
    "another shape": Fault(mid="wrong_shape"),
    "overloaded": Fault(mid="error", kind="overloaded_error"),
    "refused after it began": Fault(mid="error", kind="invalid_request_error"),
    "silence": Fault(mid="stall"),
}


@pytest.mark.parametrize("fault", MID.values(), ids=MID)
def test_what_was_counted_before_a_reply_broke_is_kept(fault: Fault) -> None:
    with MessagesApi(lambda body: fault) as api:

        async def once() -> ModelUnavailable:
            model = model_at(api.url, stall=0.3)
            with pytest.raises(ModelUnavailable) as raised:
                await model.reply(REQUEST)
            await model.close()
            return raised.value

        error = asyncio.run(once())
        counted = api.usage["claude-opus-4-7"]
    assert error.request_id == "req_1"
    assert error.spent is not None
    assert (error.spent.input_tokens, error.spent.output_tokens) == (counted["input_tokens"], counted["output_tokens"])
    assert error.spent.cache_write_tokens == counted["cache_creation_input_tokens"]
    assert error.spent.cost_usd > 0


def test_a_stall_is_noticed_long_before_the_turns_limit() -> None:
    begun = time.monotonic()
    error = failed(lambda body: Fault(mid="stall"), timeout=20, stall=0.3)
    assert "fell silent" in error.message
    assert time.monotonic() - begun < 5


def test_silence_before_a_reply_ends_at_the_time_limit() -> None:
    error = failed(lambda body: Fault(silent_seconds=2), timeout=0.3, stall=0.1)
    assert "within 0.3 seconds" in error.message
    assert error.spent is None


def test_a_cancelled_call_says_what_it_had_cost() -> None:
    async def cancelled() -> Usage:
        with MessagesApi(lambda body: Fault(mid="stall")) as api:
            model = model_at(api.url)
            asking = asyncio.create_task(model.reply(REQUEST))
            while not api.usage:
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.2)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError) as raised:
                await asking
            await model.close()
        assert isinstance(raised.value, CallInterrupted)
        return raised.value.spent

    assert asyncio.run(cancelled()).cache_write_tokens > 0


def test_a_call_cancelled_before_it_cost_anything_is_just_cancelled() -> None:
    async def cancelled() -> BaseException:
        with MessagesApi(lambda body: Fault(silent_seconds=5)) as api:
            model = model_at(api.url)
            asking = asyncio.create_task(model.reply(REQUEST))
            while not api.requests:
                await asyncio.sleep(0.02)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError) as raised:
                await asking
            await model.close()
            return raised.value

    assert not isinstance(asyncio.run(cancelled()), CallInterrupted)


@pytest.mark.parametrize(
    ("fault", "overloaded"),
    [
        (Fault(529, "overloaded_error"), True),
        (Fault(429, "rate_limit_error"), True),
        (Fault(503), True),
        (Fault(mid="error", kind="overloaded_error"), True),
        (Fault(500), False),
        (Fault(close=True), False),
        (Fault(mid="cut"), False),
    ],
)
def test_overload_is_told_from_other_trouble(fault: Fault, overloaded: bool) -> None:
    assert failed(lambda body: fault).overloaded is overloaded


@pytest.mark.parametrize(("given", "kept"), [("7", 7), ("0.5", 0.5), ("-3", 0), ("soon", None), ("", None)])
def test_the_providers_own_delay_is_kept_where_it_is_one(given: str, kept: float | None) -> None:
    error = failed(lambda body: Fault(429, "rate_limit_error", headers={"retry-after": given}))
    assert error.retry_after == kept


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422])
def test_what_waiting_does_not_mend_is_not_retried(status: int) -> None:
    with pytest.raises(ModelRejected):
        run(lambda body: Fault(status, "invalid_request_error"))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(429, "rate_limit_error", details={"error_code": "enforced_spend_limit_reached"}),
        Fault(400, "billing_error"),
        Fault(402, "invalid_request_error"),
    ],
)
def test_a_spend_limit_is_not_retried(fault: Fault) -> None:
    with pytest.raises(ModelRejected, match="spend limit"):
        run(lambda body: fault)


def test_a_conversation_that_is_too_long_says_so() -> None:
    with pytest.raises(ModelRejected, match="too long"):
        run(lambda body: Fault(413, "request_too_large"))


def test_the_sdk_does_not_retry() -> None:
    with MessagesApi(lambda body: Fault(529, "overloaded_error", headers={"x-should-retry": "true"})) as api:

        async def once() -> None:
            model = model_at(api.url)
            with pytest.raises(ModelUnavailable):
                await model.reply(REQUEST)
            await model.close()

        asyncio.run(once())
        assert len(api.requests) == 1


def test_the_key_is_in_no_error() -> None:
    for fault in (Fault(401, "authentication_error"), Fault(close=True), Fault(mid="reset")):
        with pytest.raises((ModelRejected, ModelUnavailable)) as raised:
            run(lambda body, fault=fault: fault)
        assert "sk-test" not in str(raised.value)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("end_turn", "end_turn"),
        ("stop_sequence", "end_turn"),
        ("max_tokens", "max_tokens"),
        ("model_context_window_exceeded", "max_tokens"),
        ("refusal", "refusal"),
        ("pause_turn", "pause_turn"),
        ("something_new", "other"),
    ],
)
def test_a_stop_reason_that_we_do_not_know_is_none_that_runs_a_tool(told: str, kept: str) -> None:
    assert run(lambda body: Says([call("run_sql", sql=SQL)], told))[0].stop_reason == kept


def test_a_refusal_may_be_without_a_word() -> None:
    reply, _ = run(lambda body: Says([], "refusal"))
    assert (reply.stop_reason, reply.content) == ("refusal", ())
    assert reply.usage.cost_usd > 0


def test_a_tool_call_that_was_cut_off_keeps_no_part_of_its_input() -> None:
    reply, _ = run(lambda body: Says([call("run_sql", sql=SQL)], "max_tokens", cut=True))
    assert reply.stop_reason == "max_tokens"
    assert reply.tool_calls()[0]["input"] == {}


def test_a_tool_call_that_claims_to_be_whole_and_is_not_is_asked_for_again() -> None:
    error = failed(lambda body: Says([call("run_sql", sql=SQL)], "tool_use", cut=True))
    assert "could not be read" in error.message
    assert error.spent


def test_a_block_that_we_do_not_know_is_kept_and_is_no_call() -> None:
    reply, _ = run(lambda body: [{"type": "hologram", "data": {"a": [1]}}, {"type": "text", "text": "x"}])
    assert reply.content[0] == {"type": "hologram", "data": {"a": [1]}}
    assert reply.tool_calls() == ()


def test_a_model_that_is_not_in_the_table_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(ModelRejected, match="claude-nine"):
        run(lambda body: [], request=replace(REQUEST, model="claude-nine"))


def test_many_turns_at_once_share_one_client_and_none_waits_for_a_connection() -> None:
    def slow(body: Any) -> list[dict[str, Any]]:
        time.sleep(0.5)
        return [{"type": "text", "text": "ok"}]

    async def all_of_them() -> float:
        with MessagesApi(slow) as api:
            model = model_at(api.url, timeout=20)
            await model.reply(REQUEST)
            begun = time.monotonic()
            await asyncio.gather(*(model.reply(REQUEST) for _ in range(150)))
            await model.close()
            return time.monotonic() - begun

    assert asyncio.run(all_of_them()) < 6


def test_the_id_of_a_request_is_short_enough_for_a_key() -> None:
    error = failed(lambda body: Fault(529, "overloaded_error", headers={"request-id": "r" * 5_000}))
    assert error.request_id == "r" * LONGEST_NAME
