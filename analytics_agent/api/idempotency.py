"""The header Idempotency-Key: the same key and body again mean the same thing, not a second one."""

import re

from analytics_agent.api.problems import FieldProblem, InvalidRequest

_KEY = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,253}[\x21-\x7e]?")


def checked_key(key: str | None) -> str | None:
    """Raises InvalidRequest."""
    if key is not None and not _KEY.fullmatch(key):
        raise InvalidRequest([FieldProblem(field="Idempotency-Key", message="Use 1 to 255 printable ASCII characters.")])
    return key
