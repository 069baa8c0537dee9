"""Asking, with both clients: the same requests, the same answers, and the same care on bad days."""

import asyncio
import inspect
import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from fakes.records import ANSWER, query, question

from analytics_agent.api.document import document
from analytics_agent.client import AsyncClient, Client, StillRunning
from analytics_agent.client import asking as asking_module
from analytics_agent.client.calls import Calls
from analytics_agent.client.steps import endpoint
from analytics_agent.domain.run import Clarification, Run
from analytics_agent.errors import Conflict, ServiceUnreachable

URL = "http://127.0.0.1:8321"


class Api:
    """Answers like an API with one run, `abc`. `fails` are the next things that go wrong, before anything is answered."""

    def __init__(self, *fails: Any, run: Run | None = None) -> None:
        self.fails = list(fails)
        self.run = run or Run(question(run_id="abc"), "succeeded", answer=ANSWER, queries=(query(id="r1"),))
        self.asked: list[tuple[str, str]] = []
        self.keys: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append((request.method, request.url.path))
        if request.method == "POST" and request.url.path == "/v1/analyses":
            self.keys.append(request.headers["idempotency-key"])
        if self.fails and (error := self.fails.pop(0)):
            if isinstance(error, httpx2.Response):
                return error
            raise error if isinstance(error, BaseException) else error("lost", request=request)
        return self._answer(request)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            if request.url.path.endswith("/answer"):
                self.run = Run(self.run.question, "succeeded", answer=ANSWER, queries=self.run.queries)
            return httpx2.Response(202, json={"id": "abc"})
        if request.url.path.endswith("/events"):
            if request.headers["accept"] == "application/json":
                return httpx2.Response(200, json={"events": [], "next": 1, "status": self.run.status})
            event = {"seq": 1, "kind": "run", "step": None, "data": {"status": self.run.status}}
            return httpx2.Response(200, text=f"data: {json.dumps(event)}\n\n", headers={"Content-Type": "text/event-stream"})
        if request.url.path.endswith((".parquet", ".svg")):
            return httpx2.Response(200, content=b"bytes")
        return httpx2.Response(200, json=dict(document(self.run)))


Does = Callable[[Api, Callable[[Any], Any]], Any]


def waiting(api: Api, call: Callable[[Any], Any]) -> Any:
    return call(Client(URL, "k", transport=httpx2.MockTransport(api)))


def awaiting(api: Api, call: Callable[[Any], Any]) -> Any:
    async def awaited() -> Any:
        async with AsyncClient(URL, "k", transport=httpx2.MockTransport(api)) as client:
            return await call(client)

    return asyncio.run(awaited())


@pytest.fixture(params=[waiting, awaiting], autouse=True)
def does(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Does:
    """Every test is for both clients. Nobody really pauses."""
    monkeypatch.setattr(asking_module, "_SUBMIT_PAUSES", (0.001,) * 5)
    return request.param  # type: ignore[no-any-return]


def test_ask_gives_the_run_and_tells_its_events(does: Does) -> None:
    seen: list[int] = []
    run = does(Api(), lambda client: client.ask("How late?", "flights", progress=lambda event: seen.append(event["seq"])))
    assert (run.id, run.status, str(run.answer), seen) == ("abc", "succeeded", "Frontier was 20.2 min late.", [1])


@pytest.mark.parametrize("error", [httpx2.ReadError, httpx2.RemoteProtocolError, httpx2.ReadTimeout])
def test_a_connection_lost_while_asking_asks_once(does: Does, error: Any) -> None:
    api = Api(error, httpx2.ConnectError, httpx2.ConnectError)
    assert does(api, lambda client: client.submit("How late?", "flights")) == "abc"
    assert (len(api.keys), len(set(api.keys))) == (4, 1)


def test_an_api_that_never_was_there_is_told_at_once(does: Does) -> None:
    api = Api(httpx2.ConnectError)
    with pytest.raises(ServiceUnreachable, match="analytics-agent up"):
        does(api, lambda client: client.submit("How late?", "flights"))
    assert len(api.keys) == 1


def test_two_questions_have_two_keys(does: Does) -> None:
    api = Api()
    does(api, lambda client: client.submit("How late?", "flights"))
    does(api, lambda client: client.submit("How late?", "flights"))
    assert len(set(api.keys)) == 2


def test_an_api_that_restarts_before_the_answer_is_read_is_waited_for(does: Does) -> None:
    gateway = httpx2.Response(503, text="restarting")
    api = Api(None, httpx2.ReadError, httpx2.ConnectError, None, None, httpx2.ConnectError, gateway)
    run = does(api, lambda client: client.ask("How late?", "flights"))
    assert (run.status, len(api.keys)) == ("succeeded", 1)


@pytest.mark.parametrize("at", range(1, 5))
def test_an_interrupt_ends_the_wait_and_says_how_to_go_on(does: Does, at: int) -> None:
    api = Api(*[None] * at, KeyboardInterrupt()) if at < 4 else Api(None, httpx2.ReadError, KeyboardInterrupt())
    with pytest.raises(StillRunning) as caught:
        does(api, lambda client: client.ask("How late?", "flights"))
    assert caught.value.run_id == "abc"
    assert isinstance(caught.value, KeyboardInterrupt)
    assert ("POST", "/v1/analyses/abc/cancel") not in api.asked
    for what in ("client.watch('abc')", "client.run('abc')", "client.cancel('abc')"):
        assert what in "".join(caught.value._render_traceback_())


def test_a_question_back_is_answered_by_whoever_is_given(does: Does) -> None:
    asked: list[Any] = []
    run = Run(question(run_id="abc"), "needs_input", clarification=Clarification("Which summer?", ("2013", "both")))
    done = does(Api(run=run), lambda client: client.ask("How late?", "flights", answer=lambda one: asked.append(one) or "both"))
    assert (done.status, asked[0]["question"]) == ("succeeded", "Which summer?")
    assert does(Api(run=run), lambda client: client.ask("How late?", "flights")).status == "needs_input"


def test_a_reply_waits_for_what_the_run_makes_of_it(does: Does) -> None:
    run = Run(question(run_id="abc"), "needs_input", clarification=Clarification("Which summer?", ("2013", "both")))
    assert does(Api(run=run), lambda client: client.reply("abc", "both")).status == "succeeded"


def test_an_older_api_is_named_as_the_reason(does: Does) -> None:
    problem = {"type": "urn:analytics-agent:not-found", "title": "x", "status": 404, "detail": "There is nothing at this address."}
    missing = httpx2.Response(404, json=problem, headers={"Content-Type": "application/problem+json"})
    with pytest.raises(ServiceUnreachable, match=r"older than this client: it has no /v1/schedules. Update the server"):
        does(Api(missing), lambda client: client.schedules())


def test_errors_of_the_api_come_as_themselves(does: Does) -> None:
    problem = {"type": "urn:analytics-agent:conflict", "title": "x", "status": 409, "detail": "It is over.", "hint": "Ask again."}
    over = httpx2.Response(409, json=problem, headers={"Content-Type": "application/problem+json"})
    with pytest.raises(Conflict) as caught:
        does(Api(over), lambda client: client.cancel("abc"))
    assert caught.value._render_traceback_() == ["It is over.", "Ask again."]


def test_events_are_followed_by_both() -> None:
    async def follow() -> list[int]:
        async with AsyncClient(URL, "k", transport=httpx2.MockTransport(Api())) as client:
            return [event["seq"] async for event in client.follow("abc")]

    assert asyncio.run(follow()) == [1]
    assert [event["seq"] for event in Client(URL, "k", transport=httpx2.MockTransport(Api())).follow("abc")] == [1]


def test_what_is_awaited_comes_with_the_tables_it_shows_and_what_waits_fetches_them_late() -> None:
    api = Api()
    run = awaiting(api, lambda client: client.ask("How late?", "flights"))
    assert "results/r1.parquet" in run.files
    assert "results/r1.parquet" not in waiting(Api(), lambda client: client.ask("How late?", "flights")).files


def test_a_table_that_cannot_be_had_takes_no_answer_away() -> None:
    problem = {"type": "urn:analytics-agent:unknown-result", "title": "x", "status": 404, "detail": "It is gone."}
    gone = httpx2.Response(404, json=problem, headers={"Content-Type": "application/problem+json"})
    run = awaiting(Api(None, gone), lambda client: client.run("abc"))
    assert (str(run.answer), "results/r1.parquet" in run.files) == ("Frontier was 20.2 min late.", False)


def test_both_clients_do_the_same_things_and_say_how() -> None:
    described = {name for kind in Calls.__mro__ for name, value in vars(kind).items() if isinstance(value, endpoint)}
    assert len(described) > 25
    client, awaited = Client(URL, "k"), AsyncClient(URL, "k")
    for name in described:
        assert inspect.signature(getattr(client, name)) == inspect.signature(getattr(awaited, name))
        assert "self" not in inspect.signature(getattr(client, name)).parameters
    assert "Ask and wait" in (client.ask.__doc__ or "")


def test_a_client_that_waits_works_inside_a_running_loop() -> None:
    async def inside() -> str:
        return waiting(Api(), lambda client: client.ask("How late?", "flights").status)  # type: ignore[no-any-return]

    assert asyncio.run(inside()) == "succeeded"


def test_the_key_of_the_settings_is_for_their_address_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALYTICS_AGENT_API_URL", URL)
    monkeypatch.setenv("ANALYTICS_AGENT_API_KEY", "geheim")
    sent: list[str | None] = []

    def record(request: httpx2.Request) -> httpx2.Response:
        sent.append(request.headers.get("authorization"))
        return httpx2.Response(200, json={})

    for url in (None, URL, f"{URL}/", "https://elsewhere.example.com"):
        Client(url, transport=httpx2.MockTransport(record)).me()
    assert sent == ["Bearer geheim"] * 3 + [None]


@pytest.mark.parametrize("url", ["analytics.example.com", "ftp://x", "nonsense"])
def test_an_address_without_http_is_told_how_it_is_written(url: str) -> None:
    with pytest.raises(ServiceUnreachable, match="Write it as https"):
        Client(url, "k").me()
