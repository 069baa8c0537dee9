"""Everything that can go wrong, named for what happened and grouped by who must act.

    AgentError
    ├── AskerError                 the asker changes the question or the request      (exit 1 or 2, HTTP 4xx)
    │   ├── InvalidQuestion            empty, too long, control characters
    │   ├── UnknownDatabase
    │   ├── UnknownRun
    │   ├── UnknownResult
    │   ├── UnknownSchedule
    │   ├── UnknownDestination
    │   ├── UnknownPerson              nobody has this login name, or it is not known who has
    │   ├── TooMany                    more requests or questions than somebody may send; carries retry_after
    │   ├── NotAllowed                 a key without the scope, a person without the right to read
    │   │   └── NotShownHere               nobody could be given the right: Superset cannot read the database
    │   ├── NotAuthenticated
    │   └── Conflict                   the same Idempotency-Key with another body, a run already finished
    ├── ModelError                 the model repairs: the text goes back to it as a tool result
    │   ├── ToolRefused                wrong tool input, unknown name, nothing to work on
    │   ├── StatementRefused           carries the findings of the SQL rules
    │   ├── StatementTooCostly         expected to go over the database's limit, or not approved by a person
    │   └── Ungrounded                 a bare figure, a reference to nothing
    ├── Unavailable                Temporal retries, then the operator looks           (exit 3, HTTP 503)
    │   ├── WarehouseUnavailable
    │   ├── ModelUnavailable           overloaded, rate limited, connection lost; carries retry_after
    │   ├── SupersetUnavailable
    │   ├── MailServerUnavailable
    │   ├── WebhookUnavailable
    │   ├── FolderUnavailable
    │   ├── StoreUnavailable
    │   └── ServiceUnreachable         the API or Temporal, seen from a client
    └── OperatorError              the operator fixes settings, keys or data           (exit 1 or 2)
        ├── InvalidSettings            carries every problem found, not the first
        ├── InvalidSemanticModel       carries every problem found, with line numbers
        ├── WarehouseRefused           login refused, permission denied
        ├── StatementFailed            the engine refused a checked statement; its own words are never passed on
        ├── StatementTimeout
        ├── ModelRejected              bad key, spend limit, unknown model, a request the provider refuses
        │   ├── NoBatches                  it has no message batches: turns are asked directly
        │   └── RequestRejected            what was asked is at fault, not who asks: of a batch, one of its requests
        ├── PublishRejected            Superset refused
        ├── RightsUnknown              Superset answered and did not say what a person may read
        ├── DeliveryRejected           the mail server, webhook or folder refused for good
        ├── DeliveryUncertain          handed over without an answer: sent again only by hand
        ├── StackError                 the embedded stack could not start something
        └── StorageFull

Errors are translated at two edges only: activities turn them into ApplicationError(type, non_retryable,
next_retry_delay), the API into problem+json. `message` is for people and never holds a secret or a cell value; `hint`
says what to do next.
"""

import asyncio
from collections.abc import Sequence

from analytics_agent.domain.conversation import Usage
from analytics_agent.domain.evidence import SqlFinding


class AgentError(Exception):
    """The root. `retryable` tells Temporal, `hint` tells a person."""

    retryable = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback: all of these were foreseen, and their words say what to do."""
        return [line for line in (self.message, self.hint) if line]


class AskerError(AgentError):
    """The asker must change something."""


class InvalidQuestion(AskerError):
    """The text is not a question we can take."""


class UnknownDatabase(AskerError):
    """No database of that name is known, or the asker may not use it: the two look alike."""


class UnknownRun(AskerError):
    """No run of that id belongs to the asker."""


class UnknownResult(AskerError):
    """The run has no such result or report."""


class UnknownSchedule(AskerError):
    """No schedule of that id belongs to the asker."""


class UnknownDestination(AskerError):
    """No webhook or folder of that name was added."""


class UnknownPerson(AskerError):
    """Nobody of that login name can be asked for: not in Superset, nor in the file of policies."""


class TooMany(AskerError):
    """Somebody sends more requests, or has more questions, than one may. `retry_after` says in how many seconds it may be less."""

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class NotAuthenticated(AskerError):
    """No key, or one that is not valid."""


class NotAllowed(AskerError):
    """The key is valid but lacks the scope, or the person may not read what is asked about."""


class NotShownHere(NotAllowed):
    """Superset cannot read the database, a file, so it can give nobody a right to it."""


class Conflict(AskerError):
    """The request contradicts what is already there."""


class ModelError(AgentError):
    """The model must repair; the text is written for it."""


class ToolRefused(ModelError):
    """A tool cannot work with this input."""


MOST_FINDINGS, MOST_PROBLEMS = 8, 30
"""Of one statement, and of one answer, that are told: a model reads them again with every later turn."""
LONGEST_FIX = 2_000
"""Characters of a mended statement that is told with its findings."""


def _in_short(problems: Sequence[str], most: int) -> str:
    more = f" And {len(problems) - most:,} more." if len(problems) > most else ""
    return " ".join(problems[:most]) + more


class StatementRefused(ModelError):
    """The SQL rules found errors."""

    def __init__(self, findings: Sequence[SqlFinding]) -> None:
        self.findings = tuple(findings)
        lines = [f"[{f.rule}] {f.message} {f.hint}".strip() for f in self.findings]
        fix = next((f.fix for f in self.findings if f.fix), "")
        mended = f" Mended, and checked: {fix}" if 0 < len(fix) <= LONGEST_FIX else ""
        super().__init__("The statement was not run. " + _in_short(lines, MOST_FINDINGS) + mended)


UNGROUNDED = "The answer was not accepted."
"""How the refusal of an answer begins."""


class StatementTooCostly(ModelError):
    """The engine's planner expects more of a statement than the database's limit, and nobody approved it."""


class Ungrounded(ModelError):
    """The prose holds figures that no stored result supports."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{UNGROUNDED} " + _in_short(self.problems, MOST_PROBLEMS))


class Unavailable(AgentError):
    """Something outside did not answer. `retry_after` is in seconds, where the other side named it."""

    retryable = True

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class WarehouseUnavailable(Unavailable):
    """The database does not answer."""


class ModelUnavailable(Unavailable):
    """The model's endpoint is overloaded, limits us or broke the connection.

    `overloaded`: it says so itself, so that another model may be asked. `spent` is what it had counted of a reply that did not come to
    its end, and `request_id` names that call: both go into the ledger.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        retry_after: float | None = None,
        overloaded: bool = False,
        spent: Usage | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint, retry_after=retry_after)
        self.overloaded, self.spent, self.request_id = overloaded, spent, request_id


class CallInterrupted(asyncio.CancelledError):
    """A cancellation that ended a call of a model in the middle of its reply, with what the call had cost until then."""

    def __init__(self, spent: Usage, request_id: str | None) -> None:
        super().__init__("the call of the model was interrupted")
        self.spent, self.request_id = spent, request_id


class SupersetUnavailable(Unavailable):
    """Superset does not answer."""


class MailServerUnavailable(Unavailable):
    """The mail server does not answer, or says "later"."""


class WebhookUnavailable(Unavailable):
    """The receiver does not answer, or answers with an error of its own."""


class FolderUnavailable(Unavailable):
    """The folder or object store does not answer."""


class StoreUnavailable(Unavailable):
    """The application store does not answer."""


class ServiceUnreachable(Unavailable):
    """A client cannot reach the service it needs."""


class OperatorError(AgentError):
    """Whoever runs the product must act."""


class InvalidSettings(OperatorError):
    """Settings are wrong; every problem is listed."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("Settings are not usable:\n" + "\n".join(f"  {p}" for p in self.problems))


class InvalidSemanticModel(OperatorError):
    """The semantic model is wrong; every problem is listed."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("The semantic model is not usable:\n" + "\n".join(f"  {p}" for p in self.problems))


class WarehouseRefused(OperatorError):
    """The database answers but does not let us in."""


class StatementFailed(OperatorError):
    """The engine refused a statement that the rules had passed. `code` is its SQLSTATE or kind, never its text. `place` are the words of
    the statement that it stumbled over."""

    def __init__(self, message: str, *, code: str = "", hint: str = "", place: str = "") -> None:
        super().__init__(f"{message.removesuffix('.')} at “{place}”." if place else message, hint=hint)
        self.code = code
        self._bare = message

    def without_place(self) -> "StatementFailed":
        """For whoever may not see all words of what ran: a policy's conditions stand in it."""
        return StatementFailed(self._bare, code=self.code, hint=self.hint)


class StatementTimeout(OperatorError):
    """The statement was stopped at its time limit."""


class ModelRejected(OperatorError):
    """The model's provider refuses for a reason that waiting does not mend."""


class NoBatches(ModelRejected):
    """The model's provider, or the gateway before it, has no message batches."""


class RequestRejected(ModelRejected):
    """The model's provider refuses this request, however often it is made; others it may take."""


class PublishRejected(OperatorError):
    """Superset answered and refused."""


class RightsUnknown(OperatorError):
    """Superset answered, and not with what a person may read: nothing is read then."""


class DeliveryRejected(OperatorError):
    """The mail server, webhook or folder refused for a reason that waiting does not mend."""


class DeliveryUncertain(OperatorError):
    """A message was handed over and no answer came: it may have arrived."""


class StackError(OperatorError):
    """A part of the embedded stack could not be started."""


class StorageFull(OperatorError):
    """The state folder's disk is full."""
