"""The offline model's sentences on what meets a condition that the question set: how many they are, and which where they are few."""

import re
from collections.abc import Mapping
from typing import Any

from analytics_agent.adapters.offline.evidence import Column, Shown
from analytics_agent.adapters.offline.words import Claim, big, called, cell, claim, counts, grain_of, is_plural, listed, small
from analytics_agent.semantic.drafting.naming import plural, singular

MOST_NAMED = 6
_LIMITS = {">": "more than", ">=": "at least", "<": "less than", "<=": "at most", "=": "exactly"}
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "€": "€", "$": "$", "£": "£"}


def limit_said(result: Shown, question: str) -> str:
    """ "more than 100 cancellations", "a late share of at least 20 %"; empty where the question does not have its number."""
    columns = {column.metric: column for column in result.metrics}
    said = [_one(columns.get(having["metric"]), having, question) for having in result.request.get("having", ())]
    return " and ".join(said) if said and all(said) else ""


def _one(column: Column | None, having: Mapping[str, Any], question: str) -> str:
    if column is None or having["op"] not in _LIMITS:
        return ""
    label, value = small(column.label), float(having["value"])
    if counts(column) and (having["op"], value) == ("=", 0):
        return f"no {label}"
    number = _as_asked(value, column, question)
    limit = "fewer than" if having["op"] == "<" and counts(column) else _LIMITS[having["op"]]
    if not number:
        return ""
    if counts(column):
        return f"{limit} {number} {singular(label) if value == 1 else label}"
    unit = f" {column.unit}" if column.unit and column.unit not in _SYMBOLS and column.format != "percent" else ""
    return f"{'' if is_plural(column) else 'a '}{label} of {limit} {number}{unit}"


def _as_asked(value: float, column: Column, question: str) -> str:
    """The number as the asker wrote it: no other may be written here."""
    is_share = column.format == "percent"
    digits = f"{value * 100 if is_share else value:.10g}"
    sign = r"\s?(?:%|percent\b|per cent\b)"
    written = re.search(
        rf"(?<![\d.,]){re.escape(digits)}(?![\d]|[.,]\d){sign if is_share else f'(?!{sign})'}", question.replace(",", ""), re.IGNORECASE
    )
    if written is None:
        return ""
    number = f"{float(digits):,.10g}"
    return f"{number} %" if is_share else f"{_SYMBOLS.get(column.unit or '', '') if column.format == 'currency' else ''}{number}"


def those_called(result: Shown, *, one: bool = False) -> str:
    """What the rows are: days, destination airports, combinations of them."""
    labels = [small(name.label).removesuffix(" name") for name in result.names] + ([grain_of(result.time)] if result.time else [])
    if len(labels) == 1:
        return labels[0] if one else plural(labels[0])
    return f"combination{'' if one else 's'} of {listed(labels)}"


def meeting(result: Shown, question: str) -> tuple[str, list[Claim], bool]:
    """A headline, how many there are, and whether the sentence names all of them."""
    limit, noun = limit_said(result, question), those_called(result, one=result.rows == 1)
    had = f"had {limit}" if limit else "meet the condition" if result.rows > 1 else "meets the condition"
    figure, named = f"{{{{count({result.id})}}}} {noun} {had}", _named(result)
    headline = big(f"{those_called(result)} with {limit}") if limit else ""
    return headline, [claim(f"{figure}: {named}." if named else f"{figure}.")], bool(named)


def _named(result: Shown) -> str:
    """Each with its figure, where they are few and all of them have a name."""
    columns = [*result.names, *([result.time] if result.time else [])]
    rows = range(len(result.preview))
    if not columns or not result.metrics or not result.rows == len(result.preview) <= MOST_NAMED:
        return ""
    if any(result.preview[row].get(column.name) in (None, "") for row in rows for column in (*columns, result.metrics[0])):
        return ""
    return listed([f"{called(result, row, columns)} with {cell(result, row, result.metrics[0])}" for row in rows])
