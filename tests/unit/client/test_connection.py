"""What the client makes of answers: our errors by their class, and sentences that say what to do."""

import asyncio
import json
from typing import Any

import httpx2
import pytest

from analytics_agent import errors
from analytics_agent.api.problems import problem_of
from analytics_agent.client import Client
from analytics_agent.client.asking import Asking
from analytics_agent.client.async_connection import AsyncConnection
from analytics_agent.client.connection import Address, Connection
from analytics_agent.errors import AgentError, AskerError, NotAuthenticated, ServiceUnreachable, TooMany, Unavailable


def _client(handler: Any, url: str = "http://127.0.0.1:8321") -> Client:
    return Client(url, "aa_geheim", transport=httpx2.MockTransport(handler))


def _answering(status: int, body: Any, media_type: str = "application/problem+json", **headers: str) -> Client:
    content = body if isinstance(body, str) else json.dumps(body)
    return _client(lambda _: httpx2.Response(status, content=content, headers={"Content-Type": media_type, **headers}))


def _refusing(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("refused", request=request)


def test_nothing_there_says_what_starts_it() -> None:
    with pytest.raises(ServiceUnreachable, match="analytics-agent up") as caught:
        _client(_refusing).me()
    assert "http://127.0.0.1:8321 does not answer" in caught.value.message


def test_a_text_that_is_no_utf8_is_said_and_nothing_is_sent() -> None:
    sent: list[httpx2.Request] = []
    client = _client(lambda request: sent.append(request) or httpx2.Response(200))
    with pytest.raises(AskerError, match="no UTF-8"):
        client.submit("how many\udcff orders", "shop")
    with pytest.raises(AskerError, match="no UTF-8"):
        client.restore_model("shop", 1, note="\udcff")
    assert sent == []


def test_a_real_closed_port_says_what_starts_it() -> None:
    with pytest.raises(ServiceUnreachable, match="make up"), Client("http://127.0.0.1:9", "k") as client:
        client.me()


def test_another_program_on_the_port_is_recognised() -> None:
    for client in (_answering(404, "<html>", "text/html"), _answering(200, "<html>", "text/html")):
        with pytest.raises(ServiceUnreachable, match="is not the analytics-agent API"):
            client.me()


def test_a_gateway_that_answers_for_us_is_worth_a_retry() -> None:
    with pytest.raises(Unavailable, match="502"):
        _answering(502, "bad gateway", "text/html").me()


def _all_errors(kind: type[AgentError] = AgentError) -> list[type[AgentError]]:
    return [kind, *(deeper for below in kind.__subclasses__() for deeper in _all_errors(below))]


@pytest.mark.parametrize("kind", [kind for kind in _all_errors() if kind.__module__ == errors.__name__])
def test_every_error_of_the_api_arrives_as_itself(kind: type[AgentError]) -> None:
    sent = kind.__new__(kind)
    AgentError.__init__(sent, "What happened.", hint="What to do.")
    problem = problem_of(sent)
    with pytest.raises(AgentError) as caught:
        client = _answering(problem.status, problem.model_dump(), **{"Retry-After": "7"})
        client._connection.sleep = lambda seconds: None
        client.me()
    assert type(caught.value) is kind
    assert (caught.value.message, caught.value.hint) == ("What happened.", "What to do.")
    assert str(caught.value) == "What happened. What to do."
    if isinstance(caught.value, Unavailable | TooMany):
        assert caught.value.retry_after == 7


def test_a_problem_of_a_newer_api_keeps_its_words() -> None:
    problem = {"type": "urn:analytics-agent:quota-exhausted", "title": "x", "status": 429, "detail": "Too much.", "hint": "Wait."}
    with pytest.raises(AskerError, match="Too much"):
        _answering(429, problem).me()
    for name in ("agent-error.__class__", "sequence", "annotations", ""):
        with pytest.raises(NotAuthenticated):
            _answering(401, problem | {"type": f"urn:analytics-agent:{name}"}).me()


def test_a_problem_that_is_not_json_is_still_an_error_of_ours() -> None:
    with pytest.raises(NotAuthenticated, match="401"):
        _answering(401, "{").me()


def test_the_key_is_sent_and_shown_nowhere() -> None:
    seen = []
    client = _client(lambda request: seen.append(request.headers["authorization"]) or httpx2.Response(200, json={"id": "k1"}))
    assert client.me() == {"id": "k1"}
    assert seen == ["Bearer aa_geheim"]
    assert "geheim" not in repr(vars(client))
    with pytest.raises(ServiceUnreachable) as caught:
        _client(_refusing).me()
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8321", True),
        ("http://127.8.8.8", True),
        ("http://localhost:1", True),
        ("http://[::1]:1", True),
        ("http://10.0.0.1", False),
        ("https://agent.example.com", False),
        ("http://localhost.example.com", False),
    ],
)
def test_proxies_of_the_environment_are_not_for_this_machine(url: str, expected: bool) -> None:
    assert Address(url, None).options["trust_env"] is not expected


def test_without_arguments_the_settings_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALYTICS_AGENT_API_URL", "http://127.0.0.1:7777/")
    monkeypatch.setenv("ANALYTICS_AGENT_API_KEY", "from-settings")

    def echo(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json={"sent": dict(request.headers), "to": str(request.url)})

    told = Client(transport=httpx2.MockTransport(echo)).me()
    assert told["to"] == "http://127.0.0.1:7777/v1/me"
    assert told["sent"]["authorization"] == "Bearer from-settings"


# submitting


def test_a_submission_that_lost_its_connection_is_sent_again_under_the_same_key() -> None:
    keys = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        keys.append(request.headers["idempotency-key"])
        if len(keys) < 3:
            raise httpx2.ReadError("lost", request=request)
        return httpx2.Response(202, json={"id": "abc"})

    assert _client(handler).submit("How late?", "flights") == "abc"
    assert len(keys) == 3
    assert len(set(keys)) == 1


def test_a_refused_submission_is_not_sent_again() -> None:
    calls = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        calls.append(request)
        problem = {"type": "urn:analytics-agent:invalid-question", "title": "x", "status": 422, "detail": "Empty."}
        return httpx2.Response(422, json=problem, headers={"Content-Type": "application/problem+json"})

    with pytest.raises(errors.InvalidQuestion):
        _client(handler).submit("", "flights")
    assert len(calls) == 1


def test_only_what_was_given_is_sent() -> None:
    bodies = []
    client = _client(lambda request: bodies.append(json.loads(request.content)) or httpx2.Response(202, json={"id": "abc"}))
    client.submit("How late?", "flights")
    client.submit("How late?", "flights", publish=False, formats=(), budget={"usd": 1.0}, as_of="2013-12-31", continues="xyz")
    assert bodies[0] == {"question": "How late?", "database": "flights"}
    assert bodies[1] == bodies[0] | {"publish": False, "formats": [], "budget": {"usd": 1.0}, "as_of": "2013-12-31", "continue": "xyz"}


def test_as_whom_is_sent_by_its_name_in_the_body() -> None:
    bodies = []
    client = _client(lambda request: bodies.append(json.loads(request.content)) or httpx2.Response(202, json={"id": "abc"}))
    client.submit("How late?", "flights", as_user="ada")
    client.create_schedule("abc", time_zone="UTC", every="month", as_user="ada")
    assert [body["as"] for body in bodies] == ["ada", "ada"]
    assert not any("as_user" in body for body in bodies)


@pytest.mark.parametrize("name", ["../keys", "a/b", "a?b=c", "\N{PILE OF POO}", ""])
def test_names_cannot_leave_their_place_in_the_address(name: str) -> None:
    seen = []
    client = _client(lambda request: seen.append(request.url.raw_path) or httpx2.Response(200, json={}))
    client.document(name)
    assert seen[0].startswith(b"/v1/analyses/")
    assert seen[0].count(b"/") == 3
    assert b"?" not in seen[0]


def _too_many(seconds: int) -> httpx2.Response:
    told = {
        "type": "urn:analytics-agent:too-many",
        "title": "Too many",
        "status": 429,
        "detail": "2 questions are being answered.",
    }
    headers = {"Content-Type": "application/problem+json", "Retry-After": str(seconds)}
    return httpx2.Response(429, content=json.dumps(told), headers=headers)


def _asked_too_much(*waits: int) -> tuple[Connection, list[float]]:
    """A connection whose requests are refused so often, each time for so long; and the seconds it slept."""
    answers, slept = [_too_many(seconds) for seconds in waits], list[float]()
    transport = httpx2.MockTransport(lambda _: answers.pop(0) if answers else httpx2.Response(200, json={"id": "r1"}))
    return Connection(Address("http://127.0.0.1:8321", "aa_k"), transport, slept.append), slept


def test_where_one_asks_too_much_it_waits_as_long_as_it_is_told() -> None:
    connection, slept = _asked_too_much(5, 5, 17)
    assert connection.perform(Asking.submit(None, "How late?", "flights")) == "r1"
    assert slept == [5.0, 5.0, 17.0]


def test_it_waits_a_minute_in_all_and_then_says_why() -> None:
    connection, slept = _asked_too_much(*[25] * 9)
    with pytest.raises(TooMany, match="2 questions are being answered") as caught:
        connection.perform(Asking.submit(None, "How late?", "flights"))
    assert slept == [25.0, 25.0]
    assert caught.value.retry_after == 25.0


def test_it_does_not_wait_for_tomorrow_nor_where_it_was_told_not_to() -> None:
    for waits, patience in ((40_000, 60.0), (5, 0.0)):
        connection, slept = _asked_too_much(waits)
        with pytest.raises(TooMany):
            connection.perform(Asking.submit(None, "How late?", "flights", patience=patience))
        assert slept == []


async def _perform(connection: AsyncConnection) -> str:
    return await connection.perform(Asking.submit(None, "How late?", "flights"))


def test_who_awaits_waits_as_well() -> None:
    answers, slept = [_too_many(5)], list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    transport = httpx2.MockTransport(lambda _: answers.pop(0) if answers else httpx2.Response(200, json={"id": "r1"}))
    assert asyncio.run(_perform(AsyncConnection(Address("http://127.0.0.1:8321", "aa_k"), transport, sleep))) == "r1"
    assert slept == [5.0]
