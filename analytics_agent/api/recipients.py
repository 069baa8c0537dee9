"""Recipients in a request, judged with its other fields."""

from typing import Any

from analytics_agent.api.problems import FieldProblem
from analytics_agent.api.services import Services
from analytics_agent.deliver.recipients import known_recipients
from analytics_agent.domain.delivery import Recipient


async def checked_recipients(
    sent: Any, services: Services, *, database: str, reader: str, field: str = "recipients"
) -> tuple[tuple[Recipient, ...], list[FieldProblem]]:
    """What a request's list of recipients means, each once, and every problem with it. What is no list of texts is not judged here."""
    if not (isinstance(sent, list) and all(isinstance(text, str) for text in sent)):
        return (), []
    found, problems = await known_recipients(sent, services.store, database=database, reader=reader, mail=services.limits.mail)
    return found, [FieldProblem(field=field, message=problem) for problem in problems]
