"""The primary result as bars in a terminal: labels, values, a bar each. Only where a picture says more than the sentence."""

from dataclasses import dataclass
from typing import Any

MOST_BARS = 14
LONGEST_LABEL = 34


@dataclass(frozen=True)
class Bars:
    """`rest` is how many rows are not drawn."""

    title: str
    unit: str
    bars: tuple[tuple[str, float, str], ...]
    rest: int


def bars(document: dict[str, Any], rows: list[dict[str, Any]]) -> Bars | None:
    """A bar for each row of the primary result, when it has one label and a measure and at least two rows; None otherwise."""
    query = next((query for query in document["queries"] if query["id"] == document["primary"]), None)
    if query is None or len(rows) < 2:
        return None
    measures = [column for column in query["columns"] if column["type"] in ("integer", "number") and column["metric"]]
    measures = measures or [column for column in query["columns"][1:] if column["type"] in ("integer", "number")]
    labels = [column for column in query["columns"] if column not in measures and not column["metric"]]
    if not measures or not labels:
        return None
    measure = measures[0]
    drawn = [(_label(row, labels), value) for row in rows[:MOST_BARS] if (value := _number(row[measure["name"]])) is not None]
    if len(drawn) < 2:
        return None
    unit = "" if measure["format"] == "percent" else measure["unit"] or ""
    return Bars(
        measure["label"], unit, tuple((label, value, _shown(value, measure)) for label, value in drawn), max(0, len(rows) - MOST_BARS)
    )


def _label(row: dict[str, Any], labels: list[dict[str, Any]]) -> str:
    """Names say more than codes: where both are there, the last text column stands for the row."""
    texts = [column for column in labels if column["type"] == "text"] or labels[:1]
    others = [column for column in labels if column["type"] != "text"] if texts != labels[:1] else []
    parts = [str(row[column["name"]]) for column in (*texts[-1:], *others[:1]) if row[column["name"]] is not None]
    text = " · ".join(part.removesuffix("T00:00:00") for part in parts) or "(none)"
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1] + "…"


def _number(value: object) -> float | None:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _shown(value: float, measure: dict[str, Any]) -> str:
    decimals = measure["decimals"]
    if measure["format"] == "percent":
        text = f"{value * 100:,.{1 if decimals is None else decimals}f} %"
    elif measure["type"] == "integer":
        text = f"{value:,.0f}"
    else:
        text = f"{value:,.{1 if decimals is None else decimals}f}"
    return text.replace("-", "−")
