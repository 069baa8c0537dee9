"""The offline model with verified queries: a question that is one's question is answered by it, and its rows are told as they stand."""

from typing import Any

from analytics_agent.adapters.offline.evidence import Column, Shown
from analytics_agent.adapters.offline.talk import Call, Talk
from analytics_agent.adapters.offline.words import LONGEST_HEADING, Claim, Prose, cell, claim
from analytics_agent.semantic.reader.verified import reading_of, same_question

Calls = list[tuple[str, dict[str, Any]]]
MOST_ROWS, MOST_FIGURES = 4, 3
LONGEST_TITLE = 150


def by_verified_query(talk: Talk, described: Call) -> Calls | None:
    """The next calls for a question that a person vouches for an answer to; None where there is none, or where it gave no rows under who
    asks: then the question is read as any other. One that goes on from another says less than it means."""
    overviews = described.data if isinstance(described.data, list) else [described.data]
    overview = next((each for each in overviews if isinstance(each, dict) and each.get("verified")), None)
    if talk.earlier is not None or described.is_error or overview is None:
        return None
    query = same_question(talk.question, overview)
    if query is None:
        return None
    given = {"purpose": query["question"][:LONGEST_TITLE], "sql": query["sql"]}
    made = next((call for call in talk.made("run_sql") if call.input == given), None)
    if made is None:
        return [("run_sql", given)]
    if made.is_error or not isinstance(made.data, dict) or not made.data.get("verified") or not made.data.get("rows"):
        return None
    result = str(made.data["id"])
    return [("finish", {"primary": result, "results": [result], "readings": [reading_of(query)]})]


def vouched_told(result: Shown) -> Prose:
    """Its first rows in the order of the query, each by the texts that it begins with, and how many there are."""
    figures = [column for column in result.columns if column.type in ("integer", "number")][:MOST_FIGURES]
    names = [column for column in result.columns if column.type not in ("integer", "number")]
    if not figures:
        return Prose(_headline(result), (claim(f"The result has {{{{count({result.id})}}}} rows."),))
    whole = [at for at, row in enumerate(result.preview) if all(row.get(each.name) is not None for each in (*names, *figures))]
    claims = [_row(result, at, names, figures) for at in whole[:MOST_ROWS]]
    more = [claim(f"There are {{{{count({result.id})}}}} rows in all.")] if result.rows > len(claims) else []
    return Prose(_headline(result), (*claims, *more))


def _row(result: Shown, at: int, names: list[Column], figures: list[Column]) -> Claim:
    said = ", ".join(f"{column.label[:1].lower()}{column.label[1:]} {cell(result, at, column)}" for column in figures)
    called = ", ".join(cell(result, at, column) for column in names)
    return claim(f"{called}: {said}." if called else f"{said[:1].upper()}{said[1:]}.")


def _headline(result: Shown) -> str:
    """The question itself, but for one with figures: those of a headline come from results."""
    title = result.title.rstrip("?")
    return title if title and len(title) <= LONGEST_HEADING and not any(sign.isdigit() for sign in title) else "A verified query answers"
