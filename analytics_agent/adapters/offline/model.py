"""The built-in model: no key, no network, no cost. It reads questions by rule and calls the same tools as Claude.

Steps are told apart by the tools that are offered. Everything it knows comes out of the conversation, so a retried turn gives
the same reply.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from analytics_agent.adapters.offline.analyze import analyze
from analytics_agent.adapters.offline.explore import explore
from analytics_agent.adapters.offline.synthesize import synthesize
from analytics_agent.adapters.offline.talk import Talk
from analytics_agent.domain.conversation import Block, ModelRequest, Reply, Usage

NAME = "offline"
Calls = list[tuple[str, dict[str, Any]]]
_STEPS: dict[str, Callable[[Talk], Calls]] = {"query_metrics": explore, "contribution": analyze, "write_answer": synthesize}
"""The tool that only this step offers, and the policy that answers in it."""

NOTHING_TO_DO = "The offline model works in explore, analyze and synthesize only."


class OfflineModel:
    """ports.Model by rule."""

    async def reply(self, request: ModelRequest) -> Reply:
        return await asyncio.to_thread(answer, request)


def answer(request: ModelRequest) -> Reply:
    """One turn. Pure: the same conversation gives the same reply."""
    talk = Talk(request.messages)
    offered = {tool.name for tool in request.tools}
    step = next((policy for name, policy in _STEPS.items() if name in offered), None)
    calls = [call for call in step(talk) if call[0] in offered] if step else []
    if not calls:
        return Reply(({"type": "text", "text": NOTHING_TO_DO},), "end_turn", Usage(), NAME)
    return Reply(tuple(_block(talk.turn, place, *call) for place, call in enumerate(calls)), "tool_use", Usage(), NAME)


def _block(turn: int, place: int, name: str, data: dict[str, Any]) -> Block:
    return {"type": "tool_use", "id": f"offline_{turn + 1}_{place + 1}", "name": name, "input": data}
