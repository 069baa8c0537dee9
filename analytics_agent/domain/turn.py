"""What is kept of a conversation: model turns that were paid for, and what tool calls told the model."""

from dataclasses import dataclass

from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.conversation import Usage
from analytics_agent.domain.event import Step
from analytics_agent.domain.orders import Ending


@dataclass(frozen=True)
class Turn:
    """A model turn that was paid for: where its reply is."""

    step: Step
    number: int
    reply: Artifact
    model: str
    usage: Usage
    seconds: float
    prompt: str
    """Name, version and hash of the prompt, as "explore.1 4c1e"."""

    line: str = ""
    """The line of inquiry that it belongs to; empty is the run's own conversation."""

    settings: str = ""
    """How the model was asked, as "effort=high thinking=adaptive max_tokens=8192"."""

    instead_of: str | None = None
    """The model that was to answer, where another one did because it was overloaded."""

    batched: bool = False
    """Answered through a message batch, at its price."""

    nudges: tuple[str, ...] = ()
    """Words of ours that were said last: they stay in the conversation, so that later turns begin with the same bytes."""

    request_id: str | None = None
    """The provider's own number of the call."""


@dataclass(frozen=True)
class ToolResult:
    """A tool call that was run: what the model was told. `ends` says that the step is over and how."""

    step: Step
    turn: int
    call_id: str
    name: str
    content: Artifact
    is_error: bool
    ends: Ending | None = None
    line: str = ""
