"""What of an engine's refusal is told: not the place in the statement where it holds what its reader must not see."""

from collections.abc import Iterator
from contextlib import contextmanager

from analytics_agent.errors import StatementFailed
from analytics_agent.sql.verdict import Verdict


@contextmanager
def as_shown(verdict: Verdict) -> Iterator[None]:
    """Around the run of `verdict.sql`: under a policy it is another text than `verdict.shown`, with conditions and hidden columns."""
    try:
        yield
    except StatementFailed as failed:
        if verdict.sql == verdict.shown:
            raise
        raise failed.without_place() from None
