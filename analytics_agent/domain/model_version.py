"""A version of a database's semantic model: what was made to serve, by whom, from where. Its text is asked for by its number."""

import re
import sys
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

ModelSource = Literal["set", "add", "draft", "import", "restore", "up", "before"]
"""`add`: with its database. `draft`, `import`: served as it was made, unread. `up`: with a sample. `before`: it served already when
versions began to be kept."""

KEPT_VERSIONS = 50
"""Of each database; the oldest go."""
LONGEST_NOTE = 200


@dataclass(frozen=True)
class ModelChange:
    """What is said of a model that is made to serve. `by` is whose key it was: nobody's where we did it ourselves."""

    by: str = ""
    source: ModelSource = "set"
    note: str = ""


@dataclass(frozen=True)
class ModelVersion:
    """`number` counts from 1 in each database. Without a `digest` the model was taken away."""

    number: int
    digest: str
    set_at: datetime
    by: str = ""
    source: ModelSource = "set"
    note: str = ""


def model_digest(text: str | None) -> str:
    """SHA-256 of a model's text; nothing where there is none."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest() if text else ""


_ESCAPE = re.compile(r"\\+(?:u([0-9a-f]{4})|U([0-9a-f]{8})|x([0-9a-f]{2}))", re.IGNORECASE)
_BREAK = re.compile(r"[\s\\]+")


def is_named(text: str, names: Collection[str]) -> bool:
    """Whether a name stands there as words of its own, however a writer of YAML or of JSON in YAML spelled it: letters escaped, lines
    folded."""
    said = _plain(text)
    wanted = [plain for name in names if (plain := _plain(name))]
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said) for name in wanted)


def _plain(text: str) -> str:
    unescaped = _ESCAPE.sub(lambda found: _letter(int(next(filter(None, found.groups())), 16)), text)
    paired = unescaped.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFKC", _BREAK.sub(" ", paired).strip()).casefold()


def _letter(code: int) -> str:
    return chr(code) if code <= sys.maxunicode else " "
