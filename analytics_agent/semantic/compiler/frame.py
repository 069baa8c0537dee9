"""What staged statements carry from step to step: what rows are grouped by, the rows of a part, columns to be shown."""

from dataclasses import dataclass

from sqlglot import exp

from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.semantic.compiler.cut import PLACE, Cut
from analytics_agent.semantic.compiler.resolve import Dimension


@dataclass(frozen=True)
class Sheet:
    """One part's rows by the dimensions: the query, and its columns beside them."""

    query: exp.Select
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Frame:
    """What rows are grouped by; `spine` is the dimension whose periods are counted out, where there is one."""

    dimensions: tuple[Dimension, ...]
    spine: Dimension | None
    cut: Cut | None = None

    def names(self) -> list[str]:
        return [d.name for d in self.dimensions] + ([PLACE] if self.cut else [])

    def names_but(self, spine: Dimension) -> list[str]:
        return [name for name in self.names() if name != spine.name]


@dataclass(frozen=True)
class Output:
    """A column to be shown: its value over the rows put together, and what describes it."""

    column: ResultColumn
    value: exp.Expr
