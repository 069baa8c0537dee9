"""The services of the embedded stack, one function each: what runs, as whom, with which environment, and how to tell that it works."""

import os
import sys
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from analytics_agent.domain.orders import QUEUES
from analytics_agent.settings import PREFIX
from analytics_agent.stack import postgres, probes, superset
from analytics_agent.stack.plan import Plan
from analytics_agent.stack.program import OUTBOUND, inherited
from analytics_agent.stack.service import Service

_OUTBOUND_QUEUES = {"model", "deliver"}
# glibc gives every thread an arena of its own, keeps what was freed, and BLAS gives every core a buffer: with nine processes that is
# most of the memory.
_FRUGAL = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
SUPERSET_THREADS = 16
# Without these every step of a run waits 50 ms for the development server's task queues.
_TEMPORAL_TUNING = (
    "history.transferProcessorMaxPollRPS=2000",
    "history.timerProcessorMaxPollRPS=2000",
    # A history is deleted when these have noted that nothing of it is left to do: half a minute by default, for which an erasure waits.
    'history.transferProcessorUpdateAckInterval="5s"',
    'history.visibilityProcessorUpdateAckInterval="5s"',
)
# A log before the file, and no wait for the disk at every step: that took four fifths of it. A crash loses nothing; a power cut may lose
# the last steps, which are then made again from what the store has, and not paid for again.
_TEMPORAL_FILE = ("journal_mode=wal", "synchronous=1")


def services(plan: Plan) -> tuple[Service, ...]:
    """Everything, in the order in which it is shown."""
    builders: list[Callable[[Plan], Service]] = [_postgres, _temporal]
    builders += [_superset] if plan.superset else []
    builders += [_api, *(partial(_worker, queue) for queue in QUEUES)]
    return tuple(build(plan) for build in builders)


def _postgres(plan: Plan) -> Service:
    return Service(
        name="postgres",
        command=tuple(plan.cluster.command()),
        probe=probes.postgres(plan.cluster.url()),
        address=plan.address("postgres"),
        user=postgres.system_user(),
        stop_signal="INT",  # a fast shutdown: clients are disconnected, nothing is lost
        stop_seconds=60,
        needs=("postgres data",),
    )


def _temporal(plan: Plan) -> Service:
    command = [str(_script("temporal")), "server", "start-dev", "--ip", "127.0.0.1", "--port", str(plan.ports["temporal"])]
    command += ["--http-port", str(plan.ports["temporal-http"]), "--headless", "--log-level", "error"]
    command += ["--db-filename", str(plan.state.folder.absolute() / "temporal" / "temporal.db")]
    closed = f'frontend.httpAllowedHosts=["{probes.TEMPORAL_HOST}"]'
    command += [word for value in (*_TEMPORAL_TUNING, closed) for word in ("--dynamic-config-value", value)]
    command += [word for value in _TEMPORAL_FILE for word in ("--sqlite-pragma", value)]
    return Service(
        name="temporal",
        command=tuple(command),
        probe=probes.temporal(plan.url("temporal-http")),
        address=plan.address("temporal"),
        environment={"HOME": str(plan.state.folder.absolute()), "GOMEMLIMIT": "256MiB"},
    )


def _superset(plan: Plan) -> Service:
    command = [str(plan.state.superset_environment.absolute() / "bin" / "gunicorn"), "--bind", plan.address("superset")]
    command += [
        "--workers",
        "1",
        "--worker-class",
        "gthread",
        "--threads",
        str(SUPERSET_THREADS),
        "--timeout",
        "120",
        "--graceful-timeout",
        "5",
    ]
    command += ["--no-control-socket", "superset.app:create_app()"]
    return Service(
        name="superset",
        command=tuple(command),
        probe=probes.pages(superset.version, f"{plan.url('superset')}/health", f"{plan.url('superset')}/login/"),
        address=plan.url("superset"),
        environment={**_FRUGAL, **superset.environment(plan.state)},
        start_seconds=180,
        needs=("superset database",),
    )


def _api(plan: Plan) -> Service:
    about = version("analytics-agent")
    return Service(
        name="api",
        command=(str(_script("analytics-agent")), "api", "--port", str(plan.ports["api"])),
        probe=probes.pages(lambda: about, f"{plan.url('api')}/healthz"),
        address=plan.url("api"),
        environment=_ours(plan) | _mail_access(plan),
        needs=("store", "temporal"),
    )


def _worker(queue: str, plan: Plan) -> Service:
    environment = _ours(plan) | (inherited(OUTBOUND) if queue in _OUTBOUND_QUEUES else {})
    return Service(
        name=f"worker-{queue}",
        command=(str(_script("analytics-agent")), "worker", "--queue", queue),
        probe=probes.worker(plan.url("temporal-http"), queue, version("analytics-agent")),
        environment=environment | (_ACCESS[queue](plan) if queue in _ACCESS else {}),
        stop_seconds=20,
        umask=_own_umask() if queue == "deliver" else None,
        needs=("store", "temporal"),
    )


def _own_umask() -> int:
    """Of whoever types `up`: reports in a folder are theirs to share, as any file that they write."""
    mask = os.umask(0o077)  # there is no way to read it without setting it
    os.umask(mask)
    return mask


def _ours(plan: Plan) -> dict[str, str]:
    """For the API and the workers. Not the shell's variables: `up` from another terminal must not restart anything."""
    return {**_FRUGAL, **plan.passed_on(), "ANALYTICS_AGENT_BUILD": _build(), "PYTHONUNBUFFERED": "1"}


def _model_access(plan: Plan) -> dict[str, str]:
    """The key to the model, for the one process that calls it."""
    key, address = plan.settings.anthropic_api_key, plan.settings.anthropic_base_url
    found = {"ANTHROPIC_API_KEY": key.get_secret_value() if key else "", "ANTHROPIC_BASE_URL": address or ""}
    return {name: value for name, value in found.items() if value}


def _mail_access(plan: Plan) -> dict[str, str]:
    """The mail server with its password, for the process that sends, and for the API, which says early that there is none."""
    url = plan.settings.smtp_url
    return {f"{PREFIX}SMTP_URL": url.get_secret_value()} if url else {}


_ACCESS: dict[str, Callable[[Plan], dict[str, str]]] = {"model": _model_access, "deliver": _mail_access}
"""What the worker of a queue is given beside what all have."""


def _script(name: str) -> Path:
    """A program that was installed with us, beside our interpreter."""
    return Path(sys.executable).parent / name


def _build() -> str:
    """Changes with the code that API and workers run, so that `up` after an edit or an upgrade restarts them."""
    spec = find_spec("analytics_agent")
    root = Path(spec.origin).parent if spec and spec.origin else Path()
    about = sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            found = path.stat()
            about.update(f"{path}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    return about.hexdigest()[:16]
