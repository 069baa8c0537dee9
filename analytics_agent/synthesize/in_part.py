"""An answer over a part of the rows says so before anything else: "none" and "the most" are true of that part alone."""

from collections.abc import Iterable
from dataclasses import replace

from analytics_agent.domain.answer import Answer
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.policy import says_rows

LEAD = "Of the rows that the asker may see:"


def led(answer: Answer, queries: Iterable[Query]) -> Answer:
    """The answer with its first claim led in where a result of the run leaves rows out by rights. A claim need not be cited to stand on
    such a result, so all of them count."""
    in_part = any(says_rows(caveat) for query in queries for caveat in query.caveats)
    if not in_part or not answer.claims or answer.summary.startswith(LEAD):
        return answer
    first, *others = answer.claims
    claims = (replace(first, text=f"{LEAD} {first.text}"), *others)
    return replace(answer, summary=f"{LEAD} {answer.summary}", claims=claims)
