"""What was asked, by whom and under which limits."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from analytics_agent.domain.event import Step

LONGEST_QUESTION = 10_000
"""Characters. Longer text is a document, not a question; the API refuses it before anything is spent."""

Format = Literal["html", "pdf"]
Workflow = Literal["asked", "batch", "evaluation", "scheduled"]
"""What kind of run it is, as costs are told apart: asked by somebody, one of a file of questions or of a suite, made by a schedule."""


@dataclass(frozen=True)
class Budget:
    """What one run may use: tokens of every kind together, and US dollars. None is without limit."""

    tokens: int | None = None
    usd: float | None = None


@dataclass(frozen=True)
class StepModels:
    """Model ids. `fallback` takes over from a model that stays overloaded; None is no other."""

    explore: str
    analyze: str
    synthesize: str
    fallback: str | None = None


@dataclass(frozen=True)
class Question:
    """One question as it was accepted by the API. `model` is resolved: never empty."""

    run_id: str
    text: str
    database: str
    owner: str
    model: str
    asked_at: datetime
    as_of: date | None = None
    publish: bool = True
    formats: tuple[Format, ...] = ("html", "pdf")
    budget: Budget = Budget()
    continues: str | None = None
    schema: str | None = None
    """Where the asker works, as in SQL Lab: what a question leaves open is looked for there first. No limit to it."""

    recipients: tuple[str, ...] = ()
    """Who gets the report, as domain.delivery.Recipient writes them."""

    replays: str | None = None
    """The id of an accepted run whose SQL is run again for another period, instead of a conversation."""

    patient: bool = False
    """Nobody waits for it: model turns go through message batches, at half the price and within a day."""

    models: StepModels | None = None
    """Which model each step uses; None is `model` for all."""

    offline_first: bool = False
    """The offline model answers it where that is certain: the asker named no model, and the operators wish it so."""

    schedule: str | None = None
    scheduled_for: datetime | None = None
    workflow: Workflow = "asked"
    asked_by: str = ""
    """The name of a person of Superset, for whoever looks at costs; keys have their own."""

    reads_as: str = ""
    """Whose rights it reads with, where these are not the owner's own: an operator may ask as somebody else."""

    reads_as_name: str = ""
    """The login name that was given for that."""

    @property
    def reader(self) -> str:
        """Whose rights the run reads with, as `domain.rights` writes people."""
        return self.reads_as or self.owner


def workflow_of(question: Question) -> Workflow:
    return "scheduled" if question.schedule else question.workflow


def model_of(question: Question, step: Step) -> str:
    """The model of a step. Only three steps have one."""
    chosen = question.models
    named = {"explore": chosen.explore, "analyze": chosen.analyze, "synthesize": chosen.synthesize} if chosen else {}
    return named.get(step, question.model)


def models_of(question: Question) -> tuple[str, ...]:
    """Every model that may read of this question."""
    chosen = question.models
    fallback = (chosen.fallback,) if chosen and chosen.fallback else ()
    steps: tuple[Step, ...] = ("explore", "analyze", "synthesize")
    return tuple(dict.fromkeys((*(model_of(question, step) for step in steps), *fallback)))
