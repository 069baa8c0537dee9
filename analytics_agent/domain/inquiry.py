"""Lines of inquiry: parts of a question that are explored beside one another, and what was asked of each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """`id` is short and safe within the id of a workflow: the turn in which it was begun, and its place, as "3.1"."""

    id: str
    title: str
    question: str


@dataclass(frozen=True)
class Inquiry:
    """The lines that one call began."""

    lines: tuple[Line, ...] = ()

    def line(self, line_id: str) -> Line | None:
        return next((line for line in self.lines if line.id == line_id), None)


def inquiry_document(turn: int) -> str:
    """The document of a run that keeps what was begun in a turn. A turn begins one inquiry at most."""
    return f"inquiry:{turn}"


def turn_of(line_id: str) -> int:
    return int(line_id.partition(".")[0])


def line_document(name: str, line_id: str) -> str:
    """What would be the run's own document ("evidence", "refusal"), for a line of it."""
    return f"{name}:{line_id}" if line_id else name
