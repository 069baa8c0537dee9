"""One plain sentence on a result, by rule: what is left to say when no sentence of the model stood."""

from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.synthesize.evaluate import Results
from analytics_agent.synthesize.rows import Measure, Stored


def stated(results: Results, result: str) -> str:
    """A claim with references, as a model would hand it in."""
    stored = Stored(results)
    measure = next((m for m in stored.measures(result) if any(value is not None for value in stored.numbers(m))), None)
    rows = stored.count(result)
    if measure is None or rows == 0:
        return f"The result has {{{{count({result})}}}} rows." if not stored.limited(result) else "The result has more rows than were read."
    column = _column(measure.column)
    if rows == 1:
        return f"{measure.column.label}: {{{{{result}[0].{column}}}}}."
    if stored.query(result).truncated:
        return _first(stored, measure)
    low, high = f"{{{{min({result}.{column})}}}}", f"{{{{max({result}.{column})}}}}"
    return f"{measure.column.label}: from {low} to {high} over {{{{count({result})}}}} rows."


def _first(stored: Stored, measure: Measure) -> str:
    row = next(row for row, value in enumerate(stored.numbers(measure)) if value is not None)
    return f"{measure.column.label} in the row shown first: {{{{{measure.result}[{row}].{_column(measure.column)}}}}}."


def _column(column: ResultColumn) -> str:
    """As references name it; odd names in quotes."""
    if column.name.replace("_", "a").isalnum() and not column.name[0].isdigit():
        return column.name
    return '"' + column.name.replace("\\", "\\\\").replace('"', '\\"') + '"'
