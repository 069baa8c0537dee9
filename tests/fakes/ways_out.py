"""Mail, webhooks and folders in memory: what was sent is kept, and a test says what goes wrong."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from analytics_agent.domain.delivery import Destination
from analytics_agent.domain.mail import Mail
from analytics_agent.errors import AgentError


class Killed(BaseException):
    """The worker was killed -9: nothing is caught, nothing is tidied up."""


@dataclass
class MemoryMailer:
    """`before` is raised in place of handing over, `after` once the server has the message. `taken` are the messages it has."""

    before: BaseException | None = None
    after: BaseException | None = None
    taken: list[Mail] = field(default_factory=list)

    async def send(self, mail: Mail, *, handing_over: Callable[[], Awaitable[bool]]) -> bool:
        if self.before:
            raise self.before
        if not await handing_over():
            return False
        self.taken.append(mail)
        if self.after:
            raise self.after
        return True


@dataclass
class MemoryWebhooks:
    error: AgentError | None = None
    posts: list[tuple[str, str, bytes]] = field(default_factory=list)

    async def post(self, destination: Destination, message_id: str, body: bytes) -> None:
        self.posts.append((destination.name, message_id, body))
        if self.error:
            raise self.error


@dataclass
class MemoryFolders:
    error: AgentError | None = None
    files: dict[str, bytes] = field(default_factory=dict)

    async def put(self, destination: Destination, path: str, content: bytes) -> None:
        if self.error:
            raise self.error
        self.files[path] = content
