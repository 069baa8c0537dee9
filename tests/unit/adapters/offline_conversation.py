"""Conversations with the offline model, one step each, and evidence on a shop as analyze and synthesize are shown it."""

import json
from typing import Any

from analytics_agent.adapters.offline.model import answer
from analytics_agent.analyze import tools as analyze_tools
from analytics_agent.domain.conversation import Block, Message, ModelRequest
from analytics_agent.domain.markup import tag
from analytics_agent.explore import tools as explore_tools
from analytics_agent.synthesize import tools as synthesize_tools

TOOLS = {"explore": explore_tools.TOOLS, "analyze": analyze_tools.TOOLS, "synthesize": synthesize_tools.TOOLS}


class Talk:
    """A conversation in one step; `told` answers the last turn's calls in order."""

    def __init__(self, step: str, question: str, *, opening: str = "") -> None:
        text = f"<as_of>2025-06-15</as_of>\n{tag('question', question)}{opening}"
        self.messages = [Message("user", ({"type": "text", "text": text},))]
        self.tools = TOOLS[step]

    def next(self) -> list[tuple[str, dict[str, Any]]]:
        self.reply = answer(ModelRequest("offline", "", self.tools, tuple(self.messages)))
        return [(call["name"], call["input"]) for call in self.reply.tool_calls()]

    def told(self, *results: Any, is_error: bool = False) -> "Talk":
        blocks: list[Block] = [
            {"type": "tool_result", "tool_use_id": call["id"], "content": r if isinstance(r, str) else json.dumps(r)}
            | ({"is_error": True} if is_error else {})
            for call, r in zip(self.reply.tool_calls(), results, strict=True)
        ]
        self.messages += [Message("assistant", self.reply.content), Message("user", tuple(blocks))]
        return self


def result(name: str, rows: list[dict[str, Any]], **rest: Any) -> dict[str, Any]:
    return {"id": name, "title": "t", "source": "metric", "rows": len(rows), "preview": rows, **rest}


CITY = {"name": "city", "label": "City", "type": "text", "format": "text", "dimension": "stores.city"}
MONTH = {"name": "placed_on_month", "label": "Order date (month)", "type": "date", "format": "date", "dimension": "orders.placed_on:month"}
ORDERS = {"name": "orders", "label": "Orders", "type": "integer", "unit": "orders", "format": "number", "metric": "orders"}
SHARE = {"name": "sent_share", "label": "Sent share", "type": "number", "format": "percent", "metric": "sent_share"}


def evidence(*results: dict[str, Any], findings: tuple[dict[str, Any], ...] = (), readings: tuple[str, ...] = ()) -> str:
    record = {"primary": "r1", "readings": readings, "caveats": ["Returns are not known."], "results": results, "findings": findings}
    return f"\n<evidence>\n{json.dumps(record)}\n</evidence>"


def stored(name: str, columns: list[dict[str, Any]], rows: list[list[Any]], **request: Any) -> dict[str, Any]:
    preview = [dict(zip([c["name"] for c in columns], row, strict=True)) for row in rows]
    return result(name, preview, columns=columns, request={"purpose": "t", **request})


def written(*results: dict[str, Any], **rest: Any) -> dict[str, Any]:
    ((name, data),) = Talk("synthesize", "q", opening=evidence(*results, **rest)).next()
    assert name == "write_answer"
    return data
