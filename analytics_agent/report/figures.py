"""Marks: every figure of the answer gets a number, and the number a row that says where the figure came from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analytics_agent.domain.answer import Figure
from analytics_agent.domain.evidence import Query
from analytics_agent.report.document import Derivation
from analytics_agent.report.lineage import ancestry, filters_of, tables_of, unique
from analytics_agent.report.numbers import MINUS


@dataclass
class Ledger:
    """Numbers figures in the order they are met; the same figure from the same reference keeps its number."""

    queries: Mapping[str, Query]
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    _figures: list[Figure] = field(default_factory=list)

    def mark(self, figure: Figure) -> int:
        key = (figure.shown, figure.expression)
        if key not in self._numbers:
            self._figures.append(figure)
            self._numbers[key] = len(self._figures)
        return self._numbers[key]

    def derivations(self) -> tuple[Derivation, ...]:
        return tuple(self._derivation(number, figure) for number, figure in enumerate(self._figures, start=1))

    def _derivation(self, number: int, figure: Figure) -> Derivation:
        named = [query for query in self.queries.values() if query.id == figure.result or _names(figure.expression, query.id)]
        chain = [one for query in named for one in ancestry(query, self.queries)]
        source = self.queries.get(figure.result)
        return Derivation(
            number=number,
            shown=figure.shown,
            value=exact(figure.value),
            expression=figure.expression,
            results=unique(query.id for query in named) or ((figure.result,) if figure.result else ()),
            tables=tables_of(chain),
            filters=filters_of(chain),
            rows=source.rows if source else None,
        )


def _names(expression: str, result: str) -> bool:
    """Whether the expression refers to the result: "r1" but not "r12"."""
    return re.search(rf"(?<![\w]){re.escape(result)}(?![\w])", expression) is not None


def exact(value: Any) -> str:
    """The unrounded value, as it is stored."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}".replace("-", MINUS) if isinstance(value, int | float) else str(value)
