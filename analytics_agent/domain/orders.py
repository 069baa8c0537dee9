"""What the workflow and its activities tell each other: ids and names, never a question's text, SQL or a cell value."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.event import Step
from analytics_agent.domain.run import RunStatus

Queue = Literal["workflow", "model", "warehouse", "report", "deliver"]
QUEUES: tuple[Queue, ...] = ("workflow", "model", "warehouse", "report", "deliver")

Ending = Literal["finish", "refuse", "ask", "approve", "exhausted", "silent", "circling", "failing", "over_budget", "declined"]
"""How a step's conversation ends: done, no answer in the data, a person is asked, a statement waits to be approved, too many turns,
nothing called, the same called again and again, nothing that worked, budget used, model declined."""

ENDLESS: frozenset[Ending] = frozenset({"exhausted", "silent", "circling", "failing"})
"""Without an end of its own."""


def workflow_id(run_id: str, line: str = "") -> str:
    """Under which id Temporal has the workflow of a run, or that of one of its lines of inquiry."""
    return f"line-{run_id}-{line}" if line else f"run-{run_id}"


@dataclass(frozen=True)
class RunOrder:
    run_id: str


@dataclass(frozen=True)
class RunPlan:
    """What the workflow needs to know to choose its steps."""

    publish: bool
    report: bool
    over: bool = False
    """The run was finished before it began: cancelled while it was queued."""

    replay: bool = False
    """The SQL of an accepted run is run again; there is no conversation before synthesize."""

    send: bool = False
    """Somebody is to get the report."""

    opening: int = 0
    """Which time it is that the run begins; 0 in plans that were made before it was told."""


@dataclass(frozen=True)
class StepOrder:
    run_id: str
    step: Step


@dataclass(frozen=True)
class TurnOrder:
    """`line` names a line of inquiry; empty is the run's own conversation."""

    run_id: str
    step: Step
    turn: int
    line: str = ""

    @property
    def key(self) -> str:
        """What names the turn within its run."""
        return ":".join(filter(None, (self.step, self.line, str(self.turn))))


@dataclass(frozen=True)
class CallReference:
    """One tool call of a reply; its input stays in the stored reply."""

    call_id: str
    tool: str


@dataclass(frozen=True)
class TurnOutcome:
    """What the workflow may know of a reply. No calls and no ending means: take another turn."""

    calls: tuple[CallReference, ...] = ()
    ends: Ending | None = None
    waits: bool = False
    """Nobody waits for this run: the turn is in a message batch, and is to be asked for again later."""


@dataclass(frozen=True)
class ToolOrder:
    run_id: str
    step: Step
    turn: int
    call_id: str
    tool: str
    line: str = ""


@dataclass(frozen=True)
class ToolOutcome:
    """`ends` when the tool ends its step; `failed` when the model was told an error, which it should see before the step ends.

    `lines` are lines of inquiry to follow, each in a conversation of its own, before the call has its result."""

    ends: Ending | None = None
    failed: bool = False
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class LineOrder:
    """A line of inquiry of a run: a conversation of explore on one part of the question."""

    run_id: str
    line: str


@dataclass(frozen=True)
class NoteOrder:
    """A step after the answer that failed: the answer stands, and `reason` (a sentence of ours) is told with it."""

    run_id: str
    step: Step
    reason: str


@dataclass(frozen=True)
class WrapUp:
    """The end of a run that was stopped at a budget: whether there is a `partial` answer, and the `reason`, a sentence of ours."""

    partial: bool
    reason: str


@dataclass(frozen=True)
class FinishOrder:
    """`reason` is a sentence of ours for people; it never quotes data. `opening` is that of its plan: a run that goes on after its budget
    was raised is not ended by what is left of its earlier life. 0 ends whichever it is."""

    run_id: str
    status: RunStatus
    reason: str | None = None
    opening: int = 0


@dataclass(frozen=True)
class DatabaseOrder:
    """A database by its name; its address is in the store, encrypted."""

    name: str


@dataclass(frozen=True)
class DraftOrder:
    """A semantic model to draft for a database. `descriptions` are those of its data dictionary, stored as JSON; `tables` those that it
    is to be of, none: as many as fit."""

    name: str
    descriptions: Artifact | None = None
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class DatasetsOrder:
    """Changes of Superset's datasets over a database; what they are is stored as JSON."""

    name: str
    edits: Artifact


@dataclass(frozen=True)
class DatabaseReading:
    """What reading a database found. `can_write`: what its login could change, a sentence each; empty when it can only read. `problems`:
    why its semantic model does not fit any more, each with its line."""

    tables: int
    can_write: tuple[str, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class DraftedModel:
    """A semantic model that was drafted: its text is stored, for values of the database stand in it. `left` are tables that were not
    looked at, for want of time or because their statements failed."""

    text: Artifact
    tables: int
    left: tuple[str, ...]
    strange: tuple[str, ...] = ()
    """What descriptions were given of, and the database does not have."""
    without: tuple[str, ...] = ()
    """Tables that one model had no room for."""


@dataclass(frozen=True)
class DeliveryList:
    """Ids of deliveries that were stored."""

    ids: tuple[str, ...]


@dataclass(frozen=True)
class DeliveryOrder:
    """`reason` is set when its delivery is given up: a sentence of ours."""

    id: str
    reason: str | None = None


@dataclass(frozen=True)
class BatchesOrder:
    """Look at the message batches of all runs."""


@dataclass(frozen=True)
class ScheduleOrder:
    schedule_id: str


@dataclass(frozen=True)
class DueOrder:
    """A schedule and the moment for which a report is due."""

    schedule_id: str
    due: datetime


@dataclass(frozen=True)
class DuePlan:
    """The run that makes the report; None when there is none to make: the schedule was deleted, or may not run any more."""

    run_id: str | None
