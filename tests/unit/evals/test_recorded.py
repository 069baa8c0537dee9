"""Exchanges by hand become recordings, and recordings answer again: by question, conversation and turn."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from fakes.messages_api import Body, Fault, call
from suites.recorded import Replayed, from_exchanges, on_its_day
from unit.evals.lines import answered

from analytics_agent.domain.markup import tag
from analytics_agent.evals.suite import Case

CASES = [Case("a", "shop", "How many <orders>?"), Case("b", "shop", "How many <orders>? And why?")]
EXPLORE, SYNTHESIZE = ("run_sql", "finish"), ("write_answer",)
ASKED = call("investigate", questions=[{"question": "Which region fell most?"}, {"question": "Which channel fell most?"}])


def request(case: Case, turn: int = 1, tools: tuple[str, ...] = EXPLORE, line: str = "") -> Body:
    opening = tag("question", case.text) + (tag("line", line) if line else "")
    messages = [{"role": "user", "content": [{"type": "text", "text": opening}]}]
    for _ in range(turn - 1):
        messages += [{"role": "assistant", "content": []}, {"role": "user", "content": []}]
    return {"messages": messages, "tools": [{"name": name} for name in tools]}


def kept(folder: Path, *exchanges: tuple[Body, Any]) -> Path:
    for number, (body, reply) in enumerate(exchanges, 1):
        (folder / f"{number:05}.json").write_text(json.dumps({"request": body, "reply": reply}))
    return folder


def test_replies_come_again_for_their_question_conversation_and_turn(tmp_path: Path) -> None:
    first, second = CASES
    spool = kept(
        tmp_path,
        (request(first), [call("run_sql", sql="SELECT 1")]),
        (request(second), [ASKED]),
        (request(second, line="Which channel fell most?"), [call("run_sql", sql="SELECT 3")]),
        (request(second, line="Which region fell most?"), [call("run_sql", sql="SELECT 4")]),
        (request(first, 2), {"error": {"status": 529}}),
        (request(first, 2), [call("finish", primary="r1")]),
        (request(first, tools=SYNTHESIZE), [call("write_answer", headline="x")]),
        (request(second, 2), [call("finish", primary="r2")]),
    )
    recorded = from_exchanges(spool, [answered("a"), answered("b"), answered("never asked")], CASES, "shop")
    assert [one.id for one in recorded] == ["a", "b"]
    assert list(recorded[0].replies) == ["explore", "synthesize"]
    replay = Replayed(recorded, CASES)
    assert replay(request(first, 2)) == [call("finish", primary="r1")]
    assert replay(request(first, tools=SYNTHESIZE)) == [call("write_answer", headline="x")]
    assert replay(request(second)) == [ASKED]
    assert replay(request(second, line="Which region fell most?")) == [call("run_sql", sql="SELECT 4")]
    assert replay(request(second, line="Which channel fell most?")) == [call("run_sql", sql="SELECT 3")]


def test_a_question_that_was_asked_again_is_the_last_one(tmp_path: Path) -> None:
    first = CASES[0]
    spool = kept(
        tmp_path,
        (request(first), [call("run_sql", sql="SELECT 1")]),
        (request(first, 2), [call("run_sql", sql="SELECT 2")]),
        (request(first), [call("refuse", reason="no")]),
    )
    (recorded,) = from_exchanges(spool, [answered("a")], CASES, "shop")
    assert recorded.replies == {"explore": [[call("refuse", reason="no")]]}


def told(calls: list[Body], *ids: str) -> Body:
    """The second request of a conversation whose first calls were given these results."""
    body = request(CASES[0])
    named = [{**block, "id": f"c{place}"} for place, block in enumerate(calls)]
    told_of = [json.dumps({"id": name, "rows": 2}) for name in ids]
    results = [{"type": "tool_result", "tool_use_id": f"c{place}", "content": content} for place, content in enumerate(told_of)]
    body["messages"] += [{"role": "assistant", "content": named}, {"role": "user", "content": results}]
    return body


def test_results_that_got_their_ids_in_another_order_are_meant_all_the_same(tmp_path: Path) -> None:
    both = [call("run_sql", sql="SELECT 1"), call("run_sql", sql="SELECT 2")]
    spool = kept(
        tmp_path,
        (request(CASES[0]), both),
        (told(both, "r1", "r2"), [call("finish", primary="r2", results=["r1", "r2"])]),
        (request(CASES[0], tools=SYNTHESIZE), [call("write_answer", claims=[{"text": "{{difference(r2[0].n, r1[0].n)}} or1 r10"}])]),
    )
    replay = Replayed(from_exchanges(spool, [answered("a")], CASES, "shop"), CASES)
    assert replay(told(both, "r2", "r1")) == [call("finish", primary="r1", results=["r2", "r1"])]
    assert replay(request(CASES[0], tools=SYNTHESIZE)) == [
        call("write_answer", claims=[{"text": "{{difference(r1[0].n, r2[0].n)}} or1 r10"}])
    ]


def test_results_that_no_conversation_was_told_of_are_known_by_their_titles(tmp_path: Path) -> None:
    def synthesize(*results: tuple[str, str]) -> Body:
        body = request(CASES[0], tools=SYNTHESIZE)
        told_of = json.dumps(
            {"results": [{"id": name, "title": title} for name, title in results], "findings": [{"id": "f1", "title": "a"}]}
        )
        body["messages"][0]["content"][0]["text"] += f"\n<evidence>\n{told_of}\n</evidence>"
        return body

    spool = kept(
        tmp_path,
        (request(CASES[0]), [call("finish", primary="r1")]),
        (
            synthesize(("r1", "a"), ("r2", "b"), ("r3", "c")),
            [call("write_answer", claims=[{"text": "{{r2[0].n}} {{r3[0].n}}", "finding": "f1"}])],
        ),
    )
    replay = Replayed(from_exchanges(spool, [answered("a")], CASES, "shop"), CASES)
    (said,) = replay(synthesize(("r1", "a"), ("r3", "b"), ("r2", "c")))  # type: ignore[misc]
    assert said["input"]["claims"] == [{"text": "{{r3[0].n}} {{r2[0].n}}", "finding": "f1"}]


def test_a_turn_that_was_not_recorded_is_refused(tmp_path: Path) -> None:
    (recorded,) = from_exchanges(kept(tmp_path, (request(CASES[0]), [call("refuse", reason="no")])), [answered("a")], CASES, "shop")
    replay = Replayed([recorded], CASES)
    assert isinstance(replay(request(CASES[0], 2)), Fault)
    assert isinstance(replay(request(Case("c", "shop", "What else?"))), Fault)


def test_an_answer_that_names_its_day_is_judged_by_that_day(tmp_path: Path) -> None:
    case = Case("a", "shop", "How many days ago?", golds=("SELECT current_date - MAX(d) FROM t",))
    asked = request(case)
    asked["messages"][0]["content"][0]["text"] += tag("as_of", "2026-11-23")
    spool = kept(tmp_path, (asked, [call("run_sql", sql="SELECT 1")]))
    recorded = from_exchanges(spool, [answered("a")], [case], "shop")[0]
    assert recorded.day == "2026-11-23"
    named = replace(recorded, sql="SELECT DATE '2026-11-23' - MAX(d) FROM t")
    assert on_its_day(case, named).golds == ("SELECT DATE '2026-11-23' - MAX(d) FROM t",)
    assert on_its_day(case, replace(recorded, sql="SELECT CURRENT_DATE - MAX(d) FROM t")) == case
