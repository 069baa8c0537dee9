"""Progress, as people see it: one event per thing that happened in a run.

kind          data
run           {status}                                       queued, running, needs_input, … and the last one
step          {state: started|finished, seconds?}            `step` is explore, analyze, synthesize, report or deliver
turn          {turn, model, input_tokens, output_tokens, cost_usd, seconds, line?}   `line` names a line of inquiry, here and below
tool          {name, title?, is_error?, line?}               a tool call that made no result
query         {id, title, rows, milliseconds, source, line?}
finding       {id, operation, title, result}
ask           {question, readings}                           the run waits for a person
approval      {state: asked|approved|rejected, title, why, by?, note?}   a statement over the limit, and what a person said of it
report        {formats}
published     {dashboard_url, datasets, charts}
delivery      {recipient, state, reason?}
warning       {message}
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Step = Literal["explore", "analyze", "synthesize", "report", "deliver"]
STEPS: tuple[Step, ...] = ("explore", "analyze", "synthesize", "report", "deliver")
EventKind = Literal["run", "step", "turn", "tool", "query", "finding", "ask", "approval", "report", "published", "delivery", "warning"]


@dataclass(frozen=True)
class News:
    """An event on its way to the store: the same `key` twice is one."""

    kind: EventKind
    step: Step | None
    data: dict[str, Any]
    key: str


@dataclass(frozen=True)
class Event:
    """`seq` counts from 1 within a run, without gaps: a reader that lost its connection asks for what came after."""

    seq: int
    at: datetime
    kind: EventKind
    step: Step | None
    data: dict[str, Any]
