"""A warning of texts that were meant as columns: in other quotes than those of names they are the same text in every row."""

from collections.abc import Iterator

from sqlglot import exp

from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.identifiers import fold_name, written
from analytics_agent.sql.nodes import Nodes
from analytics_agent.sql.scope import Resolution
from analytics_agent.sql.types import Typer
from analytics_agent.sql.verdict import quoted, warning

_PLACES = (exp.Select, exp.Group, exp.Ordered, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Count, exp.Distinct)


def texts_for_columns(nodes: Nodes, result: Resolution, typer: Typer) -> Iterator[SqlFinding]:
    """Selected, grouped, ordered or aggregated by themselves, and called like a column of that SELECT; a label has an alias."""
    for literal in nodes.of(exp.Literal):
        if not isinstance(literal.parent, _PLACES) or not literal.is_string:
            continue
        select = literal.find_ancestor(exp.Select)
        frame = result.frames.get(id(select)) if select is not None else None
        name = fold_name(literal.name, result.dialect)
        if frame is not None and any(source.outputs.find(name, result.dialect) for source in frame.sources):
            hint = f"For the column write {written(literal.name, result.dialect)}; a label has an alias."
            yield warning("text-for-column", f"'{quoted(literal.name)}' is a text here, the same in every row, and no column.", hint)
