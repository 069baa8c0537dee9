"""The command line as people and scripts run it: a process of its own, whose exit status and two streams are all there is to judge."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from running_stack import RunningStack

PROGRAM = str(Path(sys.executable).parent / "analytics-agent")


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """Stdout as the one JSON document it must be."""
        document = json.loads(self.out)
        assert isinstance(document, dict)
        return document


def run(stack: RunningStack, *arguments: str, seconds: float = 150, stdin: str | None = None, **environment: str) -> Done:
    """One command to its end. Whatever happens, no traceback may reach a person."""
    given = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
    ended = subprocess.run(  # type: ignore[call-overload]
        [PROGRAM, *arguments], env=surroundings(stack) | environment, cwd="/", capture_output=True, text=True, timeout=seconds, **given
    )
    return judged(ended.returncode, ended.stdout, ended.stderr)


def surroundings(stack: RunningStack) -> dict[str, str]:
    return {**os.environ, "ANALYTICS_AGENT_STATE": str(stack.settings.state)}


def judged(code: int, out: str, err: str) -> Done:
    for stream in (out, err):
        assert "Traceback" not in stream and "did not foresee" not in stream, stream
    return Done(code, out, err)
