"""Adds databases that are not ours at the command line, and asks them through a scripted model."""

import json
from collections.abc import Callable
from typing import Any

from e2e.command_line import Done, run
from fakes.messages_api import Body, call, tools_of, turn_of
from running_stack import RunningStack

CLAUDE = ("--model", "claude-opus-4-7", "--json")


def add(stack: RunningStack, name: str, uri: str, *options: str) -> Done:
    return run(stack, "databases", "add", name, "-", *options, stdin=f"{uri}\n")


def scripted(sql: str, claim: str) -> Callable[[Body], list[Body]]:
    """A model that runs this statement and makes this claim of its result."""

    def step(body: Body) -> list[Body]:
        tools = tools_of(body)
        if "run_sql" in tools:
            return [
                call("run_sql", purpose="what was asked", sql=sql) if turn_of(body) == 1 else call("finish", primary="r1", results=["r1"])
            ]
        return [call("done")] if "rank" in tools else [call("write_answer", headline="What was found", claims=[{"text": claim}])]

    return step


def ask(stack: RunningStack, database: str, sql: str, claim: str, *options: str) -> dict[str, Any]:
    """A question that the scripted model answers with this statement; the run's document."""
    stack.script.step = scripted(sql, claim)
    done = run(stack, "ask", "What is in there?", "--database", database, *CLAUDE, *options)
    assert done.document["status"] == "succeeded", done.document["reason"]
    return done.document


def rows(stack: RunningStack, document: dict[str, Any]) -> list[list[Any]]:
    with stack.client() as client:
        stored: list[list[Any]] = json.loads(client.result(document["id"], document["primary"], "json"))["rows"]
    return stored


def listed(stack: RunningStack) -> dict[str, dict[str, Any]]:
    return {view["name"]: view for view in json.loads(run(stack, "databases", "list", "--json").out)}


def tables(stack: RunningStack, database: str) -> dict[str, dict[str, Any]]:
    with stack.client() as client:
        found = client.catalog(database)["tables"]
    return {f"{table['schema']}.{table['name']}" if table["schema"] else table["name"]: table for table in found}


def columns(table: dict[str, Any]) -> list[str]:
    return [column["name"] for column in table["columns"]]
