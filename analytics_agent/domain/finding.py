"""What analyze computed: named statistical operations over stored results."""

from dataclasses import dataclass
from typing import Any, Literal

Operation = Literal["comparison", "contribution", "trend", "ranking"]


@dataclass(frozen=True)
class Finding:
    """One operation. Its numbers are rows of the stored result `result`; `title` holds no figure.

    `parameters` are the operation's arguments (columns, groups), never values from cells that were not given by the asker.
    `method` names the method and its source; `caveats` what limits it.
    """

    id: str
    operation: Operation
    title: str
    result: str
    inputs: tuple[str, ...]
    parameters: dict[str, Any]
    method: str
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Findings:
    findings: tuple[Finding, ...] = ()
