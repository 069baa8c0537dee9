"""Whatever is sent, the API answers with a result or a problem, and never with a fault of its own."""

import json
from functools import cache
from typing import Any

import anyio
import httpx2
import pytest
from fakes.api import Api
from hypothesis import given, settings
from hypothesis import strategies as st

TEXT = st.text(max_size=30) | st.sampled_from(["How late?", "flights", "offline", "\0", "\ud800", "2013-12-31", "r1", ""])
VALUE: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "question",
    "database",
    "model",
    "publish",
    "formats",
    "budget",
    "as_of",
    "continue",
    "schema",
    "webhook",
    "name",
    "uri",
    "scopes",
    "text",
)
BODY = st.dictionaries(st.sampled_from(FIELDS), VALUE, max_size=6)
GOOD = st.fixed_dictionaries({"question": st.just("How late?"), "database": st.just("flights")})

POSTS = ("/v1/analyses", "/v1/databases", "/v1/keys", "/v1/analyses/x/answer", "/v1/analyses/x/cancel", "/v1/databases/x/refresh")


@cache
def _api() -> Api:
    """One for all that is sent: what came before is a part of what must not matter."""
    return anyio.run(Api().prepare)


def _send(method: str, path: str, **options: Any) -> httpx2.Response:
    api = _api()

    async def sending() -> httpx2.Response:
        async with api.client(api.admin) as client:
            return await client.request(method, path, **options)

    return anyio.run(sending)


def _is_ours(answer: httpx2.Response) -> bool:
    if answer.status_code < 400:
        return True
    return answer.status_code < 500 and answer.headers["content-type"] == "application/problem+json" and bool(answer.json()["detail"])


@pytest.mark.parametrize("path", POSTS)
@settings(max_examples=25, deadline=None)
@given(body=BODY)
def test_no_body_is_a_fault_of_ours(path: str, body: dict[str, Any]) -> None:
    answer = _send("POST", path, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert _is_ours(answer), answer.text


@settings(max_examples=40, deadline=None)
@given(good=GOOD, rest=BODY)
def test_a_good_question_with_strange_company_is_taken_or_refused(good: dict[str, Any], rest: dict[str, Any]) -> None:
    answer = _send("POST", "/v1/analyses", content=json.dumps(rest | good), headers={"Content-Type": "application/json"})
    assert answer.status_code in {202, 422}, answer.text
    assert _is_ours(answer)


@settings(max_examples=40, deadline=None)
@given(run_id=st.text(min_size=1, max_size=20), query=st.dictionaries(st.sampled_from(["after", "wait", "limit", "before"]), TEXT))
def test_no_address_is_a_fault_of_ours(run_id: str, query: dict[str, str]) -> None:
    for path in ("/v1/analyses", f"/v1/analyses/{_quoted(run_id)}", f"/v1/analyses/{_quoted(run_id)}/events", "/v1/costs"):
        answer = _send("GET", path, params={name: value.encode("utf-8", "replace").decode() for name, value in query.items()})
        assert _is_ours(answer), (path, answer.text)


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", ""])
def test_a_body_of_another_kind_is_not_a_fault_of_ours(media_type: str) -> None:
    for path in POSTS:
        answer = _send("POST", path, content=b"--x\r\n\r\n", headers={"Content-Type": media_type})
        assert _is_ours(answer), answer.text
