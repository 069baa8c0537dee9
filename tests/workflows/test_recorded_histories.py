"""Runs that began under an earlier version go on under this one: their recorded histories replay, step for step."""

import asyncio
import json

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from workflows.recording import HISTORIES, recorded, scenarios

from analytics_agent.workflows.answer_question import AnswerQuestion
from analytics_agent.workflows.follow_line import FollowLine

VERSIONS = sorted(path.name.removesuffix(".json.gz") for path in HISTORIES.glob("*.json.gz"))


def replays(history: str) -> None:
    """As a worker does it: without the sandbox, which would import our records anew for each of them."""
    flows, runner = [AnswerQuestion, FollowLine], UnsandboxedWorkflowRunner()
    replayer = Replayer(workflows=flows, data_converter=pydantic_data_converter, workflow_runner=runner)
    asyncio.run(replayer.replay_workflow(WorkflowHistory.from_json("run-r", history)))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_history_of_an_earlier_version_replays(version: str) -> None:
    histories = recorded(version)
    assert {name.split()[0] for name in histories} == {name for name, one in scenarios().items() if one.since <= version}
    for history in histories.values():
        replays(json.dumps(history))


def test_a_history_of_other_steps_does_not() -> None:
    """So that the test above can fail."""
    history = recorded("0.3")["answered run"]
    scheduled = [event for event in history["events"] if "activityTaskScheduledEventAttributes" in event]
    scheduled[2]["activityTaskScheduledEventAttributes"]["activityType"]["name"] = "render_report"
    with pytest.raises(Exception, match="Nondeterminism"):
        replays(json.dumps(history))
