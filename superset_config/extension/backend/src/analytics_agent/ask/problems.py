"""What went wrong, in the same shape as the HTTP API's own problems (RFC 9457), so that the panel reads one kind of error."""

from dataclasses import dataclass
from typing import Any

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Problem:
    """One refusal. `kind` is the last part of its type."""

    status: int
    kind: str
    title: str
    detail: str = ""
    hint: str = ""
    retry_after: float | None = None

    def body(self) -> dict[str, Any]:
        told = {"type": f"urn:analytics-agent:{self.kind}", "title": self.title, "status": self.status}
        told |= {"detail": self.detail or self.title, "hint": self.hint}
        return told if self.retry_after is None else told | {"retry_after": self.retry_after}


class Refused(Exception):
    """Ends a request with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


NOT_FOUND = Problem(404, "not-found", "There is nothing at this address.")
GUEST = Problem(403, "not-allowed", "Guests of an embedded dashboard cannot ask.", "Log in to Superset with an account of your own.")
NOT_OURS = Problem(403, "not-allowed", "Only the service account of analytics-agent may ask this.")
NOT_ADMIN = Problem(403, "not-allowed", "Versions of a semantic model are for administrators of Superset.")
NO_DATABASE = Problem(
    403, "not-allowed", "You may not ask about this database.", hint="An administrator of Superset can grant access to it or to its tables."
)
UNREACHABLE = Problem(
    503,
    "service-unreachable",
    "The analytics service does not answer.",
    "Your question is safe.",
    "Try again in a moment. An administrator sees with `analytics-agent status` what is down.",
    retry_after=5,
)
BUSY = Problem(503, "busy", "Too many questions are on their way at once.", "Nothing was lost.", "Try again in a moment.", retry_after=2)
NOT_SET_UP = Problem(
    503,
    "not-set-up",
    "Ask is not set up.",
    "Superset and the analytics service share no signing key.",
    "An administrator sets ANALYTICS_AGENT_SIGNING_KEY for Superset and ANALYTICS_AGENT_SUPERSET_SIGNING_KEY for the API to one secret.",
)
KEYS_DIFFER = Problem(
    502,
    "not-set-up",
    "The analytics service does not accept who Superset says you are.",
    "Superset and the analytics service hold different signing keys, or their clocks differ.",
    "An administrator sets both keys to one secret; `analytics-agent up` does so for the embedded stack.",
)
SOMETHING_ELSE = Problem(
    502,
    "not-set-up",
    "Something else answers where the analytics service should be.",
    hint="An administrator checks ANALYTICS_AGENT_API_URL in Superset's configuration.",
)


def invalid(title: str, hint: str = "") -> Refused:
    return Refused(Problem(400, "invalid-request", title, hint=hint))
