"""What we wrote into a dataset of Superset, and whether it still stands there.

The marks are in the dataset's own `extra`: its editor rewrites that of columns and metrics and would lose them. What stands there as we
wrote it may be written anew; what a person has changed or emptied since, or had written before, is theirs.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Literal

OURS = "analytics_agent"
Decision = Literal["keep", "write", "theirs"]


class Marks:
    """By part ("metric:revenue") and property: a hash of what was written last."""

    def __init__(self, extra: str) -> None:
        self.extra = read(extra)
        kept = self.extra.get(OURS)
        self._kept: dict[str, str] = {str(k): str(v) for k, v in kept.items()} if isinstance(kept, dict) else {}

    def parts(self, kind: str) -> set[str]:
        """Names of a kind of which something was written."""
        return {name.partition("/")[0].partition(":")[2] for name in self._kept if name.startswith(f"{kind}:")}

    def decide(self, part: str, key: str, there: Any, wanted: Any) -> Decision:
        """Of what was written last, what stands there and what is wanted. What was written and is not there any more somebody emptied."""
        was = self._kept.get(f"{part}/{key}")
        is_ours = was == _hash(there)
        if there == wanted or (not wanted and not is_ours):
            return "keep"
        return "write" if is_ours or (not there and was is None) else "theirs"

    def wrote(self, part: str) -> bool:
        """Whether this metric or calculated column was made here, and so was removed by somebody where it is not there."""
        return f"{part}/expression" in self._kept

    def note(self, part: str, key: str, written: Any) -> None:
        self._kept[f"{part}/{key}"] = _hash(written)
        if not written:
            del self._kept[f"{part}/{key}"]

    def forget(self, part: str) -> None:
        self._kept = {name: value for name, value in self._kept.items() if not name.startswith(f"{part}/")}

    def written(self, more: Mapping[str, Any]) -> str:
        """`extra` with the marks, and with what else is to be in it."""
        return json.dumps({**self.extra, **more, OURS: self._kept}, sort_keys=True)


def read(text: str) -> dict[str, Any]:
    """What Superset keeps as JSON; people may have written anything there."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def is_readable(text: str) -> bool:
    """Whether anything can be written beside what is there."""
    return not text.strip() or text.strip() == "null" or bool(read(text)) or text.strip() == "{}"


def _hash(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]
