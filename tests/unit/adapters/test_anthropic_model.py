"""The adapter against a real socket: what is sent, what comes back, and each way a call can break."""

import asyncio
import json
from typing import Any

import pytest
from fakes.messages_api import Fault, MessagesApi, Step, call

from analytics_agent.adapters.anthropic_model import AnthropicModel
from analytics_agent.domain.conversation import Message, ModelRequest, Reply, Tool
from analytics_agent.errors import ModelRejected, ModelUnavailable

TOOL = Tool("run_sql", "Run a query.", {"type": "object", "properties": {"sql": {"type": "string"}}})
REQUEST = ModelRequest("claude-opus-4-7", "Be right.", (TOOL,), (Message("user", ({"type": "text", "text": "How many?"},)),))


async def ask(
    step: Step, *, timeout: float = 5, request: ModelRequest = REQUEST, stop_reason: str | None = None
) -> tuple[Reply, MessagesApi]:
    with MessagesApi(step, stop_reason=stop_reason) as api:
        model = AnthropicModel("sk-test", api.url, timeout_seconds=timeout)
        try:
            return await model.reply(request), api
        finally:
            await model.close()


def run(step: Step, **given: Any) -> tuple[Reply, MessagesApi]:
    return asyncio.run(ask(step, **given))


def test_a_tool_call_comes_back_with_its_usage_and_price() -> None:
    reply, _ = run(lambda body: [call("run_sql", sql="SELECT 1")])
    assert reply.stop_reason == "tool_use"
    assert reply.tool_calls()[0]["input"] == {"sql": "SELECT 1"}
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (1000, 100)
    assert (reply.usage.cache_write_tokens, reply.usage.cache_read_tokens) == (10, 20)
    assert reply.usage.cost_usd == pytest.approx((1000 * 5 + 100 * 25 + 10 * 6.25 + 20 * 0.5) / 1e6)
    assert reply.request_id == "req_1"


def test_tools_and_system_are_the_same_bytes_in_every_turn() -> None:
    first = run(lambda body: [call("run_sql", sql="SELECT 1")])[1].requests[0]
    said = (
        Message("assistant", ({"type": "text", "text": "a"},)),
        Message("user", ({"type": "text", "text": "b"},)),
    )
    longer = ModelRequest(REQUEST.model, REQUEST.system, REQUEST.tools, (*REQUEST.messages, *said))
    second = run(lambda body: [call("run_sql", sql="SELECT 1")], request=longer)[1].requests[0]
    for part in ("tools", "system"):
        assert json.dumps(first[part]) == json.dumps(second[part])


def test_the_cache_mark_moves_with_the_conversation() -> None:
    sent = run(lambda body: [call("run_sql", sql="SELECT 1")])[1].requests[0]
    assert sent["system"][-1]["cache_control"] and sent["messages"][-1]["content"][-1]["cache_control"]
    assert "cache_control" not in REQUEST.messages[-1].content[-1]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(529, "overloaded_error"),
        Fault(500),
        Fault(502, raw=b"<html>bad gateway</html>", content_type="text/html"),
        Fault(200, raw=b"<html>hello</html>", content_type="text/html"),
        Fault(200, raw=b'{"answer": 42}'),
        Fault(200, raw=b'{"id": "msg_1", "content": [{"type": "te'),
        Fault(close=True),
    ],
    ids=["overloaded", "500", "html 502", "html 200", "other json", "cut json", "reset"],
)
def test_what_may_pass_is_left_to_temporal_to_retry(fault: Fault) -> None:
    with pytest.raises(ModelUnavailable):
        run(lambda body: fault)


def test_the_providers_own_delay_is_kept() -> None:
    with pytest.raises(ModelUnavailable) as raised:
        run(lambda body: Fault(429, "rate_limit_error", headers={"retry-after": "7"}))
    assert raised.value.retry_after == 7


def test_silence_ends_at_the_time_limit() -> None:
    with pytest.raises(ModelUnavailable, match=r"within 0\.3 seconds"):
        run(lambda body: Fault(silent_seconds=1), timeout=0.3)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
def test_what_waiting_does_not_mend_is_not_retried(status: int) -> None:
    with pytest.raises(ModelRejected):
        run(lambda body: Fault(status, "invalid_request_error"))


def test_a_spend_limit_is_not_retried() -> None:
    with pytest.raises(ModelRejected, match="spend limit"):
        run(lambda body: Fault(429, "rate_limit_error", details={"error_code": "enforced_spend_limit_reached"}))


def test_the_sdk_does_not_retry() -> None:
    with MessagesApi(lambda body: Fault(529, "overloaded_error")) as api:
        import asyncio

        async def once() -> None:
            model = AnthropicModel("sk-test", api.url, timeout_seconds=5)
            with pytest.raises(ModelUnavailable):
                await model.reply(REQUEST)
            await model.close()

        asyncio.run(once())
        assert len(api.requests) == 1


def test_the_key_is_in_no_error() -> None:
    for fault in (Fault(401, "authentication_error"), Fault(close=True)):
        with pytest.raises((ModelRejected, ModelUnavailable)) as raised:
            run(lambda body, fault=fault: fault)
        assert "sk-test" not in str(raised.value)


def test_a_refusal_and_a_cut_reply_keep_their_stop_reason() -> None:
    assert run(lambda body: [], stop_reason="refusal")[0].stop_reason == "refusal"
    assert run(lambda body: [call("run_sql", sql="SELECT")], stop_reason="max_tokens")[0].stop_reason == "max_tokens"
    assert run(lambda body: [], stop_reason="something_new")[0].stop_reason == "other"
