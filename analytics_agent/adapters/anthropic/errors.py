"""Every way a call of the Messages API can break, as one of our errors: by status, type and code, never by text."""

import re
from typing import Any

from analytics_agent.domain.conversation import LONGEST_NAME, Usage
from analytics_agent.errors import AgentError, ModelRejected, ModelUnavailable, RequestRejected

WAITING_DOES_NOT_HELP = frozenset({"enforced_spend_limit_reached"})
_PASSING = frozenset({"overloaded_error", "rate_limit_error", "api_error", "timeout_error"})
_OVERLOADED = frozenset({"overloaded_error", "rate_limit_error"})
_LATER = frozenset({408, 409, 429})
_KIND = re.compile(r"[a-z_]{1,60}")
"""How types of errors are written. Anything else is not passed on: who watches reads the sentence."""


def of_status(error: Any) -> AgentError:
    """Of an answer with an error's status, as the SDK raises it."""
    after = _seconds(error.response.headers.get("retry-after"))
    return judged(error.status_code, error.type or "", error.error_code, after, short_id(error.request_id))


def of_event(error: dict[str, Any], spent: Usage | None, request_id: str | None) -> AgentError:
    """Of an error event in the middle of a reply: the status was 200, its type says what it is."""
    code = (error.get("details") or {}).get("error_code")
    found = judged(200, str(error.get("type") or ""), code, None, request_id)
    if isinstance(found, ModelUnavailable):
        found.spent = spent
        return found
    # Refused after it had begun to answer: tried again, so that what was spent is not forgotten.
    return ModelUnavailable(f"{found.message} The reply had begun.", spent=spent, request_id=request_id) if spent else found


def judged(status: int, kind: str, code: str | None, retry_after: float | None, request_id: str | None) -> AgentError:
    """Whether waiting helps, and who must act where it does not."""
    kind = kind if _KIND.fullmatch(kind) else ""
    if code in WAITING_DOES_NOT_HELP or kind == "billing_error" or status == 402:
        return ModelRejected("The spend limit of the model's account is reached.", hint="Raise it in the provider's console.")
    if status in _LATER or status >= 500 or kind in _PASSING:
        overloaded = status in (429, 503, 529) or kind in _OVERLOADED
        sentence = "The model is overloaded" if overloaded else "The model is not available now"
        return ModelUnavailable(
            f"{sentence} ({status} {kind or 'error'}).", retry_after=retry_after, overloaded=overloaded, request_id=request_id
        )
    if status in (401, 403):
        return ModelRejected(f"The model's provider refused our key ({status}).", hint="Set ANTHROPIC_API_KEY to a valid key.")
    if status == 404 or kind == "not_found_error":
        return ModelRejected("The provider does not know this model.", hint="Choose another with ANALYTICS_AGENT_MODEL.")
    if status == 413 or kind == "request_too_large":
        return RequestRejected("The conversation has grown too long for the model.", hint="Ask a narrower question.")
    return RequestRejected(
        f"The provider refused the request ({status} {kind or 'error'}).",
        hint="A limit of the account can be the reason too: look in the provider's console.",
    )


def short_id(request_id: str | None) -> str | None:
    """As a key of the store may hold it: a header can be longer than an index takes."""
    return request_id[:LONGEST_NAME] if request_id else None


def _seconds(text: str | None) -> float | None:
    try:
        return max(0.0, float(text)) if text else None
    except ValueError:
        return None
