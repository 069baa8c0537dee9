"""A version of a database's semantic model: what was made to serve, by whom, from where. Its text is asked for by its number."""

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
