"""Rows of stored results, as pictures and findings need them."""

import json
from collections.abc import Callable
from typing import Any

from analytics_agent.cli.findings import key_value
from analytics_agent.cli.plain import cleaned
from analytics_agent.client import Client
from analytics_agent.errors import AgentError


def rows(client: Client, run_id: str, result: str) -> list[dict[str, Any]]:
    """A dictionary for each row."""
    stored = json.loads(client.result(run_id, result, "json"))
    names = [column["name"] for column in stored["columns"]]
    return [dict(zip(names, row, strict=True)) for row in stored["rows"]]


def finding_value(client: Client, run_id: str) -> Callable[[dict[str, Any]], tuple[str, str]]:
    """What the finding of an event comes to, read from its result. A finding that cannot be read has no value to show."""

    def value(found: dict[str, Any]) -> tuple[str, str]:
        try:
            document = client.document(run_id)
            first = rows(client, run_id, found["result"])[:1]
        except AgentError:
            return "", ""
        finding = next((one for one in document["findings"] if one["id"] == found["id"]), None)
        query = next((one for one in document["queries"] if one["id"] == found["result"]), None)
        return key_value(cleaned(finding), cleaned(query["columns"]), cleaned(first)) if finding and query else ("", "")

    return value
