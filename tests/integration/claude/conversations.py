"""What the scripted Claude says: the same right answer on a small database, and in each scenario one thing that goes wrong on the way."""

import json
import re
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from fakes.messages_api import Body, Fault, Says, call, tools_of, turn_of

Reply = list[Body] | Says | Fault
SQL = "SELECT region, SUM(amount) AS total FROM sales GROUP BY region ORDER BY total DESC"
OPUS, SONNET, HAIKU = "claude-opus-4-7", "claude-sonnet-5", "claude-haiku-4-5"
THOUGHT = {"type": "thinking", "thinking": "The total by region answers it. " * 4}


class Scenario:
    """`wrong` gives what is said in the place of the right reply, for a step, a turn, an attempt at it (from 1) and the model; or None."""

    def __init__(self, wrong: Callable[[str, int, int, str], Reply | None] = lambda *_: None, model: str = OPUS) -> None:
        self.wrong, self.model = wrong, model


def at(step: str, turn: int, *faults: Reply) -> Callable[[str, int, int, str], Reply | None]:
    """These, one after the other, where that turn is asked for."""

    def wrong(asked: str, number: int, attempt: int, model: str) -> Reply | None:
        return faults[attempt - 1] if (asked, number) == (step, turn) and attempt <= len(faults) else None

    return wrong


def first(*faults: Reply) -> Callable[[str, int, int, str], Reply | None]:
    return at("explore", 1, *faults)


def whenever(model: str | None, fault: Fault) -> Callable[[str, int, int, str], Reply | None]:
    """Always, of one model or of all."""
    return lambda step, turn, attempt, asked: fault if model in (None, asked) else None


def run_sql(sql: Any = SQL) -> Body:
    return call("run_sql", purpose="total by region", sql=sql)


OVERLOADED = Fault(529, "overloaded_error")
UNKNOWN = {"type": "hologram", "data": {"sql": SQL}}

SCENARIOS: dict[str, Scenario] = {
    "plain one": Scenario(),
    "plain two": Scenario(),
    # one of these, then all is well
    "limited": Scenario(first(Fault(429, "rate_limit_error", headers={"retry-after": "2"})), "claude-opus-4-8"),
    "overloaded twice": Scenario(first(OVERLOADED, OVERLOADED)),
    "error": Scenario(first(Fault(500))),
    "page": Scenario(first(Fault(502, raw=b"<html>bad gateway</html>", content_type="text/html"))),
    "page with 200": Scenario(first(Fault(200, raw=b"<html>welcome</html>", content_type="text/html"))),
    "wrong shape": Scenario(first(Fault(200, raw=b'{"answer": 42}'))),
    "cut json": Scenario(first(Fault(200, raw=b'{"id": "msg_1", "content": [{"ty'))),
    "reset before": Scenario(first(Fault(close=True))),
    "reset in the middle": Scenario(first(Fault(mid="reset"), Fault(mid="reset"))),
    "closed in the middle": Scenario(at("explore", 2, Fault(mid="cut"))),
    "stall": Scenario(at("synthesize", 1, Fault(mid="stall"))),
    "no end": Scenario(first(Fault(mid="end"))),
    "garbage": Scenario(first(Fault(mid="garbage"))),
    "error event": Scenario(first(Fault(mid="error", kind="overloaded_error"))),
    "small model stalls": Scenario(at("analyze", 1, Fault(mid="stall"))),
    # said in another way than we asked
    "cut call": Scenario(first(Says([run_sql("SELECT 'never' AS region, 1 AS total")], "max_tokens", cut=True))),
    "call that is not whole": Scenario(first(Says([run_sql()], "tool_use", cut=True))),
    "call at the end of a turn": Scenario(first(Says([run_sql("SELECT 'never' AS region, 1 AS total")], "end_turn"))),
    "new stop reason": Scenario(first(Says([run_sql("SELECT 'never' AS region, 1 AS total")], "gone_fishing"))),
    "paused": Scenario(first(Says([{"type": "text", "text": "Just a moment."}], "pause_turn"))),
    "unknown block": Scenario(first([UNKNOWN, {"type": "text", "text": " "}, run_sql()])),
    "unknown tool": Scenario(first([call("drop_everything", table="sales")])),
    "wrong arguments": Scenario(first([call("run_sql", sql=5, limit=[])])),
    "parallel": Scenario(first([run_sql(), run_sql(SQL.replace("GROUP", "WHERE amount > 0 GROUP"))])),
    # another model takes over
    "overloaded for long": Scenario(first(OVERLOADED, OVERLOADED, OVERLOADED), "claude-opus-4-6"),
    "asked to wait an hour": Scenario(
        whenever("claude-opus-5", Fault(429, "rate_limit_error", headers={"retry-after": "3600"})), "claude-opus-5"
    ),
    # no answer, and a clear status
    "refusal": Scenario(first(Says([], "refusal"))),
    "refusal with text": Scenario(first(Says([{"type": "text", "text": "I would rather not."}], "refusal"))),
    "spend limit": Scenario(first(Fault(429, "rate_limit_error", details={"error_code": "enforced_spend_limit_reached"}))),
    "wrong key": Scenario(first(Fault(401, "authentication_error"))),
    "too long": Scenario(first(Fault(413, "request_too_large"))),
    "all down": Scenario(whenever(None, OVERLOADED), "claude-sonnet-4-6"),
    "always cut off": Scenario(whenever(None, Fault(mid="cut"))),
    "never whole": Scenario(lambda step, turn, attempt, model: Says([run_sql()], "max_tokens", cut=True)),
}


class Claude:
    """Answers by the scenario that the question names: "[limited] What is the total by region?"."""

    def __init__(self) -> None:
        self._attempts: Counter[tuple[str, str, int]] = Counter()
        self._lock = threading.Lock()

    def __call__(self, body: Body) -> Reply:
        step, turn, name = step_of(body), turn_of(body), scenario_of(body)
        with self._lock:
            self._attempts[name, step, turn] += 1
            attempt = self._attempts[name, step, turn]
        wrong = SCENARIOS[name].wrong(step, turn, attempt, body["model"])
        return right(step, body) if wrong is None else wrong


def right(step: str, body: Body) -> Reply:
    if step == "explore":
        # Where a reply of the model was not taken up, nothing is known yet: it asks again.
        calls = [THOUGHT, run_sql()] if "r1" not in results_of(body) else [call("finish", primary="r1", results=["r1"], readings=[])]
        return calls if body["model"] != HAIKU else calls[-1:]
    if step == "analyze":
        return [call("done")]
    text = "{{r1[0].region}} leads with {{r1[0].total}}."
    return [THOUGHT, call("write_answer", headline="One region leads", claims=[{"text": text}])]


def results_of(body: Body) -> str:
    """What tool calls gave until now."""
    blocks = [block for message in body["messages"][1:] if message["role"] == "user" for block in message["content"]]
    return json.dumps([block["content"] for block in blocks if block["type"] == "tool_result" and not block.get("is_error")])


def step_of(body: Body) -> str:
    tools = tools_of(body)
    return "explore" if "run_sql" in tools else "analyze" if "done" in tools else "synthesize"


def scenario_of(body: Body) -> str:
    found = re.search(r"\[([a-z0-9 ]+)\] What is", json.dumps(body["messages"][0]))
    assert found, "no question in the first message"
    return found.group(1)
