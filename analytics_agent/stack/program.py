"""Processes of the stack: the clean environment they get, how they end with their parent, and one-off programs run to their end."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from analytics_agent.errors import AgentError, StackError, StorageFull
from analytics_agent.stack.state import State

MARKER = "ANALYTICS_AGENT_STACK"
EVERYWHERE = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")
OUTBOUND = ("SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
_FULL = "no space left on device"


def inherited(names: Iterable[str] = EVERYWHERE) -> dict[str, str]:
    """Only these variables of ours: a service must not see secrets that are not its own."""
    return {name: os.environ[name] for name in names if name in os.environ}


def ending_with_parent(command: Sequence[str], stop_signal: str = "TERM") -> tuple[str, ...]:
    """The command, told by the kernel to stop when its parent dies, be it by kill -9. Unchanged where setpriv is missing."""
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", stop_signal, "--", *command) if setpriv else tuple(command)


def run(state: State, command: Sequence[str], *, environment: Mapping[str, str], user: str | None = None, stdin: str = "") -> str:
    """Run one program to its end and give its output. Raises StackError or StorageFull with the end of what it said."""
    done = subprocess.run(  # noqa: S603
        ending_with_parent(command),
        env={**environment, MARKER: state.marker},
        cwd="/",
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        **identity(user),  # type: ignore[call-overload]
    )
    if done.returncode:
        raise failed(Path(command[0]).name, done.stdout)
    return str(done.stdout)


def identity(user: str | None) -> dict[str, object]:
    """Arguments of subprocess that make it run as this user and as no group of ours."""
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}


def failed(name: str, output: str) -> AgentError:
    """What to raise when a program failed with this output."""
    if _FULL in output.lower():
        return StorageFull(f"The disk is full: {name} could not write.", hint="Free some space and run `analytics-agent up` again.")
    return StackError(f"{name} failed:\n{ending(output)}")


def ending(output: str, lines: int = 15) -> str:
    """The last lines, indented to stand under a sentence."""
    return "\n".join(f"  {line}" for line in output.strip().splitlines()[-lines:]) or "  (it said nothing)"
