"""What came of carrying a model from one form into another."""

from dataclasses import dataclass

from analytics_agent.semantic.model import SemanticModel


@dataclass(frozen=True)
class Imported:
    """`left` names what the other tool's files say and the model does not: sentences."""

    model: SemanticModel
    left: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exported:
    """`text` is a file of the other tool; `left` names what the model says and the file cannot."""

    text: str
    left: tuple[str, ...] = ()
