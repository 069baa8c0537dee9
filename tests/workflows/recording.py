"""Histories of runs, recorded on a real Temporal server: what replays today must replay under every version to come.

`.venv/bin/python tests/workflows/recording.py 0.4` adds those of what is checked out to tests/workflows/histories, whenever the workflow
gives other commands than before. 0.1 is the release of that name, the others are stages after it. The activities speak JSON only, so
that this page records any of them.
"""

import asyncio
import gzip
import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

HISTORIES = Path(__file__).parent / "histories"
QUEUES = ("workflow", "model", "warehouse", "report", "deliver")
ACTIVITIES = (
    *("begin_run", "begin_step", "finish_step", "take_answer", "take_decision", "note_failure", "finish_run"),
    *("read_catalog", "renew_rights", "model_turn", "explore_tool", "analyze_tool", "synthesize_tool", "merge_lines"),
    *("replay_explore", "replay_analyze", "say_changes", "wrap_up", "render_report", "publish"),
)
Json = dict[str, Any]


def finishing(order: Json) -> Json:
    """Explore looks once and finishes; the other steps finish at once."""
    if order["step"] == "explore" and order["turn"] == 1:
        return calls("run_sql", "run_sql")
    return calls("finish")


def calls(*tools: str) -> Json:
    return {"calls": [{"call_id": f"c{place}", "tool": tool} for place, tool in enumerate(tools)]}


def ended(order: Json) -> Json:
    return {"ends": order["tool"] if order["tool"] in ("finish", "refuse", "ask") else None}


@dataclass
class Scenario:
    """`plan` is what the run is told to do, `turn` and `tool` what the model and its calls give; `fail` names activities that fail for
    good, `old` steps before which rights have grown old, and `drive` steers the run from outside. `since` is the first version that knows
    such a run."""

    since: str = "0.1"
    plan: Json = field(default_factory=lambda: {"publish": False, "report": False})
    turn: Callable[[Json], Json] = finishing
    tool: Callable[[Json], Json] = ended
    fail: tuple[str, ...] = ()
    old: tuple[str, ...] = ()
    hold: str = ""
    drive: Callable[["Scenario", WorkflowHandle[Any, Any]], Awaitable[None]] | None = None
    answers: list[bool] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    async def give(self, name: str, order: Json) -> Any:
        self.seen.append(name)
        if name in self.fail:
            raise ApplicationError("It did not work.", type="PublishRejected", non_retryable=True)
        while name == self.hold:
            activity.heartbeat()
            await asyncio.sleep(0.05)
        if name == "model_turn":
            return self.turn(order)
        if name.endswith("_tool"):
            return self.tool(order)
        if name == "begin_step":
            return order["step"] not in self.old
        given = {"begin_run": self.plan, "wrap_up": {"partial": True, "reason": "Stopped."}, "merge_lines": {}}
        return self.answers.pop(0) if name in ("take_answer", "take_decision") else given.get(name, True)

    async def until(self, name: str) -> None:
        async with asyncio.timeout(20):
            while name not in self.seen:
                await asyncio.sleep(0.05)


async def _cancel(scenario: Scenario, handle: WorkflowHandle[Any, Any]) -> None:
    await scenario.until("model_turn")
    await handle.cancel()


async def _answer(scenario: Scenario, handle: WorkflowHandle[Any, Any]) -> None:
    await scenario.until("take_answer")
    await handle.signal("answered")


def _asking(order: Json) -> Json:
    return calls("ask") if order["step"] == "explore" and order["turn"] == 1 else calls("finish")


def _inquiring(order: Json) -> Json:
    first = order["step"] == "explore" and order["turn"] == 1
    return calls("run_sql" if order["line"] and first else "investigate" if first else "finish")


def _lines(order: Json) -> Json:
    return {"lines": ["1.1", "1.2"]} if order["tool"] == "investigate" else ended(order)


async def _decide(scenario: Scenario, handle: WorkflowHandle[Any, Any]) -> None:
    await scenario.until("take_decision")
    await handle.signal("answered")


def _approving() -> Callable[[Json], Json]:
    """The first statement waits for approval, and runs when it is called again."""
    waited: list[str] = []

    def tool(order: Json) -> Json:
        if order["tool"] == "run_sql" and not waited:
            waited.append(order["call_id"])
            return {"ends": "approve"}
        return ended(order)

    return tool


def scenarios() -> dict[str, Scenario]:
    whole = {"publish": True, "report": True}
    return {
        "answered": Scenario(plan=whole),
        "refused": Scenario(turn=lambda order: calls("refuse")),
        "unpublished": Scenario(plan=whole, fail=("publish",)),
        "failed": Scenario(fail=("read_catalog",)),
        "asked": Scenario(turn=_asking, answers=[False, True], drive=_answer),
        "cancelled": Scenario(hold="model_turn", drive=_cancel),
        "over": Scenario(plan={"publish": False, "report": False, "over": True}),
        "stopped": Scenario(plan=whole, turn=lambda order: {"ends": "over_budget"}),
        "replayed": Scenario("0.2", plan={**whole, "replay": True}),
        "approved": Scenario("0.4", tool=_approving(), answers=[False, True], drive=_decide),
        "closed": Scenario("0.5", turn=_closing),
        "renewed": Scenario("0.5", old=("analyze", "synthesize")),
        "lines": Scenario("0.3", turn=_inquiring, tool=_lines),
    }


def _closing(order: Json) -> Json:
    """A turn whose only call closes its step was acted on already; the prose of synthesize is a call."""
    first = order["step"] == "explore" and order["turn"] == 1
    return calls("run_sql") if first else calls("finish") if order["step"] == "synthesize" else {"ends": "finish"}


def _activities(scenario: Scenario) -> list[Callable[..., Any]]:
    def named(name: str) -> Callable[..., Any]:
        @activity.defn(name=name)
        async def give(order: Any) -> Any:
            return await scenario.give(name, order)

        return give

    return [named(name) for name in ACTIVITIES]


async def _record(scenario: Scenario, client: Client, workflows: list[type]) -> dict[str, str]:
    """The history of the run and of each of its lines, as JSON."""
    async with AsyncExitStack() as stack:
        for queue in QUEUES:
            flows = workflows if queue == "workflow" else []
            await stack.enter_async_context(Worker(client, task_queue=queue, workflows=flows, activities=_activities(scenario)))
        handle = await client.start_workflow("AnswerQuestion", {"run_id": "r"}, id="run-r", task_queue="workflow")
        if scenario.drive:
            await scenario.drive(scenario, handle)
        await asyncio.wait_for(handle.result(), 40)
        found = {"run": (await handle.fetch_history()).to_json()}
        if scenario.tool is _lines:
            found["line"] = (await client.get_workflow_handle("line-r-1.1").fetch_history()).to_json()
        return found


async def main(version: str) -> None:
    from analytics_agent.stack.services import _script
    from analytics_agent.workflows.answer_question import AnswerQuestion

    workflows: list[type] = [AnswerQuestion]
    if version >= "0.3":
        from analytics_agent.workflows.follow_line import FollowLine

        workflows.append(FollowLine)
    found: dict[str, Json] = {}
    for name, scenario in scenarios().items():
        if scenario.since > version:
            continue
        async with await WorkflowEnvironment.start_local(
            dev_server_existing_path=str(_script("temporal")), data_converter=pydantic_data_converter
        ) as env:
            found |= {f"{name} {kind}": json.loads(history) for kind, history in (await _record(scenario, env.client, workflows)).items()}
    HISTORIES.mkdir(exist_ok=True)
    (HISTORIES / f"{version}.json.gz").write_bytes(gzip.compress(json.dumps(found).encode(), mtime=0))


def recorded(version: str) -> dict[str, Json]:
    """By the scenario and `run` or `line`."""
    found: dict[str, Json] = json.loads(gzip.decompress((HISTORIES / f"{version}.json.gz").read_bytes()))
    return found


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
