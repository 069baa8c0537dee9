"""Whether a question is that of a verified query: the same words in the same order, but for plurals and words of politeness.

A question about another period, another value or the other way round has other words. One whose period moves with the calendar is never
answered by SQL that does not.
"""

import re
from collections.abc import Mapping
from typing import Any

from analytics_agent.catalog.words import split

_TOKEN = re.compile(r"[^\W_]+(?:[.,]\d+)*|[<>=≤≥≠%‰€$£¥+*/×÷~]|!(?=[=<>])|(?<!\S)-(?=\w)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SAYS_NOTHING = {"please", "the", "a", "an", "kindly"}
_ASKED_BY = (("can", "you"), ("could", "you"), ("show", "me"), ("tell", "me"), ("give", "me"), ("show",), ("i", "want", "to", "know"))
_ONE = {"are": "is", "were": "was", "do": "does", "have": "has"}
_MOVES = frozenset(
    {"today", "yesterday", "tomorrow", "now", "current", "currently", "this", "last", "latest", "newest", "recent", "recently"}
    | {"previous", "past", "next", "ago", "so", "ytd", "mtd", "qtd", "date", "until", "since", "still", "yet", "already"}
)
"""Words by which a period counts from the day of the question. Some of them have other uses; then the question is read as any other."""


def same_question(question: str, overview: Mapping[str, Any]) -> dict[str, Any] | None:
    """The verified query ({"question", "sql", "by"?, "on"?}) that a question asks for word by word; None where there is none, or where two
    that differ are asked for by the same words."""
    asked = words_of(question)
    if not asked or not _MOVES.isdisjoint(asked):
        return None
    found = [query for query in overview.get("verified", ()) if words_of(str(query.get("question", ""))) == asked]
    return dict(found[0]) if found and len({query["sql"] for query in found}) == 1 else None


def words_of(question: str) -> tuple[str, ...]:
    """What is compared: words in the singular and in lower case, numbers and signs as they are, in their order."""
    tokens = [token for text in _TOKEN.findall(question.lower()) for token in _stemmed(text)]
    said = [token for token in tokens if token not in _SAYS_NOTHING]
    for asked in _ASKED_BY:
        if tuple(said[: len(asked)]) == asked:
            said = said[len(asked) :]
    return tuple(said)


def _stemmed(text: str) -> tuple[str, ...]:
    return (text,) if _NUMBER.fullmatch(text) else tuple(_ONE.get(word, word) for word in split(text)) or (text,)


def reading_of(query: Mapping[str, Any]) -> str:
    """The sentence that says by whose word the answer stands."""
    who = " ".join(f"{word} {query[word]}" for word in ("by", "on") if query.get(word))
    return f"Verified query: “{query['question']}”, verified {who or 'by somebody who is not named'}"
