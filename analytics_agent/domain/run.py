"""A run's life, and the one document that every edge shows of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from analytics_agent.domain.answer import Answer
from analytics_agent.domain.approval import Approval
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.conversation import Usage
from analytics_agent.domain.database import ModelSees
from analytics_agent.domain.evidence import Evidence, Query
from analytics_agent.domain.finding import Finding
from analytics_agent.domain.model_use import ModelUse
from analytics_agent.domain.question import Question
from analytics_agent.domain.replay import Changes, Replayed
from analytics_agent.domain.report import Receipt, Report
from analytics_agent.domain.spending import Stop

RunStatus = Literal[
    "queued",
    "running",
    "needs_input",
    "needs_approval",
    "succeeded",
    "refused",
    "failed",
    "cancelled",
    "over_budget",
]
FINISHED: frozenset[RunStatus] = frozenset({"succeeded", "refused", "failed", "cancelled", "over_budget"})


@dataclass(frozen=True)
class Elsewhere:
    """Another database that the asker may read and that has names for what is missing: where `question` can be asked again."""

    database: str
    found: tuple[str, ...]
    question: str


@dataclass(frozen=True)
class Refusal:
    """Why there is no answer. `missing` names what the data lacks, `looked_in` what was searched, `instead` what would work."""

    reason: str
    missing: str = ""
    looked_in: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()


@dataclass(frozen=True)
class Clarification:
    """A question to the asker. `readings` are the possible answers; each says what it would answer."""

    question: str
    readings: tuple[str, ...]
    answer: str | None = None


@dataclass(frozen=True)
class Timings:
    """Seconds: in all, waiting for the model, and in the warehouse."""

    seconds: float = 0.0
    model_seconds: float = 0.0
    warehouse_seconds: float = 0.0


@dataclass(frozen=True)
class Run:
    """Everything known of a run. Built from the store while it runs, kept as one document when it has finished."""

    question: Question
    status: RunStatus
    reason: str | None = None
    evidence: Evidence | None = None
    queries: tuple[Query, ...] = ()
    findings: tuple[Finding, ...] = ()
    answer: Answer | None = None
    refusal: Refusal | None = None
    clarification: Clarification | None = None
    report: Report = Report()
    receipt: Receipt | None = None
    usage: Usage = Usage()
    turns: int = 0
    timings: Timings = Timings()
    prompts: tuple[str, ...] = ()
    finished_at: datetime | None = None
    replayed: Replayed | None = None
    """Set when the SQL of an accepted run was run again: the question's text and day are then those of this run's period."""

    changes: Changes | None = None
    model_sees: ModelSees = "full"
    """What a model outside was shown of the database's values."""

    model_use: tuple[ModelUse, ...] = ()
    notices: tuple[str, ...] = ()
    """Sentences of ours on how the answer came about: which turns another model took."""

    stopped: Stop | None = None
    """Which budget was too small for the next turn, where that ended the run."""

    approvals: tuple[Approval, ...] = ()
    """Statements over the limit that a person was asked about."""

    openings: int = 1
    """How often it began: a run that was stopped at a budget goes on when that is raised."""


@dataclass(frozen=True)
class RunSummary:
    """What a list shows of a run, without queries, claims and findings. `html` and `pdf` are its report's files, `seconds` those in all."""

    question: Question
    status: RunStatus
    reason: str | None = None
    headline: str | None = None
    html: Artifact | None = None
    pdf: Artifact | None = None
    dashboard_url: str | None = None
    clarification: Clarification | None = None
    replayed: Replayed | None = None
    cost_usd: float = 0.0
    seconds: float = 0.0
    finished_at: datetime | None = None
