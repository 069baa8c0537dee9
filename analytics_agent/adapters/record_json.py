"""Domain records to JSON and back, by their own type hints. Also the edge where text that JSON or PostgreSQL cannot hold is made safe."""

import json
import math
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from analytics_agent.errors import OperatorError

T = TypeVar("T")

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@lru_cache(maxsize=256)
def _built(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _adapter(kind: Any) -> TypeAdapter[Any]:
    return _built(kind)  # `Any` on the way in: the checker takes a type for an instance of it and finds it unhashable


def to_json(record: object) -> Any:
    """The record as dicts, lists and scalars. NUL, lone surrogates and non-finite numbers are replaced: see `safe`."""
    return safe(_adapter(type(record)).dump_python(record, mode="json"))


def from_json(data: object, kind: type[T]) -> T:
    """The record that `to_json` made. Raises OperatorError when the data was written by an incompatible version."""
    try:
        record: T = _adapter(kind).validate_python(data)
    except ValidationError as error:
        places = ", ".join(sorted({".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False)}))
        raise OperatorError(
            f"A stored {getattr(kind, '__name__', kind)} cannot be read: {places}.",
            hint="It was written by another version of analytics-agent. Run the version that wrote it, or ask again.",
        ) from None
    return record


def to_bytes(record: object) -> bytes:
    """The record as UTF-8 JSON. Equal records give equal bytes, so that content addresses are stable."""
    return json.dumps(to_json(record), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def from_json_bytes(content: bytes, kind: type[T]) -> T:
    """The record that `to_bytes` made. Raises OperatorError."""
    try:
        data = json.loads(content)
    except ValueError:
        raise OperatorError(f"A stored {getattr(kind, '__name__', kind)} is not JSON.", hint="Ask the question again.") from None
    return from_json(data, kind)


def safe(value: Any) -> Any:
    """Replace what PostgreSQL's json or UTF-8 refuses: NUL and lone surrogates by U+FFFD, NaN and infinities by null."""
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {safe_text(str(name)): safe(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [safe(item) for item in value]
    return value


def safe_text(text: str) -> str:
    """Text that PostgreSQL and UTF-8 can hold. Through UTF-16, so that two halves of one character find each other."""
    if not text.isascii():
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\0", _REPLACEMENT)
