"""The whole embedded stack for tests: real PostgreSQL, Temporal and Superset, the API and the workers.

The model worker reaches a scripted Messages API, so a question to a Claude id is answered by what the test wrote in `script`.
"""

import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fakes.messages_api import Body, Fault, MessagesApi

from analytics_agent.client import Client
from analytics_agent.settings import Settings
from analytics_agent.stack import lifecycle
from analytics_agent.stack.credentials import superset_login
from analytics_agent.stack.state import State
from analytics_agent.stack.status import status

KEPT = "ANALYTICS_AGENT_TEST_STATE"
"""Names a state folder that outlives the test run: the second run saves a minute of Superset's set-up."""

MAIL_FROM = "reports@analytics.example"
MAY_GET_ALL = "board.example.com"
"""Whoever has an address there may get every report."""

NO_POLICIES = "version: 1\npolicies: []\n"
"""A file of policies that governs no database: Superset's rights alone hold."""

SHOP_SCALE = "0.02"
"""A small shop: 20,000 order lines."""


@dataclass
class Script:
    """What the scripted Messages API answers; a test sets `step`."""

    step: Callable[[Body], "list[Body] | Fault"] = lambda body: Fault(529, "overloaded_error")

    def __call__(self, body: Body) -> "list[Body] | Fault":
        return self.step(body)


@dataclass
class RunningStack:
    settings: Settings
    script: Script
    messages: MessagesApi
    mail_port: int
    """Where the stack looks for its mail server. A test that needs one starts it there."""
    environment: dict[str, str] = field(default_factory=dict)

    def client(self) -> Client:
        assert self.settings.api_key
        return Client(self.settings.api_url, self.settings.api_key.get_secret_value())

    def pid(self, service: str) -> int:
        found = self.pid_now(service)
        assert found, f"{service} does not run"
        return found

    def pid_now(self, service: str) -> int | None:
        """None while it is being started anew."""
        return next(one.pid for one in status(self.settings).services if one.name == service)

    def kill(self, *services: str) -> None:
        """End services as a crash does; the supervisor starts new ones."""
        for pid in [self.pid(service) for service in services]:
            os.kill(pid, signal.SIGKILL)

    @contextmanager
    def policies(self, text: str) -> Iterator[Callable[[str], None]]:
        """With this as the file of policies, put there whole as `mv` does; the function given puts another one there. Afterwards nothing
        is governed."""
        path = self.settings.policies
        assert path

        def put(text: str) -> None:
            new = path.with_suffix(".new")
            new.write_text(text)
            os.utime(new, (1_700_000_000, 1_700_000_000))  # as if it had been written long ago: it is not waited for
            new.replace(path)

        try:
            put(text)
            yield put
        finally:
            put(NO_POLICIES)

    @property
    def superset_login(self) -> tuple[str, str]:
        return superset_login(State(self.settings.state))

    def finished(self, run_id: str, seconds: float = 120) -> dict[str, Any]:
        """The document of a run when it has ended."""
        deadline = time.monotonic() + seconds
        with self.client() as client:
            while True:
                document = client.document(run_id)
                if document["status"] in ("succeeded", "refused", "failed", "cancelled", "over_budget", "needs_input"):
                    return document
                assert time.monotonic() < deadline, f"run {run_id} is still {document['status']} after {seconds} s"
                time.sleep(0.2)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_stack(*, superset: bool = True) -> Iterator[RunningStack]:
    kept = os.environ.get(KEPT)
    folder = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="aa-stack-"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    script = Script()
    with MessagesApi(script) as messages:
        mail_port = free_port()
        chosen = {"ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": messages.url, "ANALYTICS_AGENT_MODEL": "offline"}
        chosen |= {"ANALYTICS_AGENT_SMTP_URL": f"smtp://127.0.0.1:{mail_port}", "ANALYTICS_AGENT_MAIL_FROM": MAIL_FROM}
        chosen |= {"ANALYTICS_AGENT_MAIL_RECIPIENTS": f"*@{MAY_GET_ALL}", "ANALYTICS_AGENT_SHOP_SCALE": SHOP_SCALE}
        policies = Path(tempfile.mkdtemp(prefix="aa-policies-")) / "policies.yaml"
        policies.parent.chmod(0o755)
        policies.write_text(NO_POLICIES)
        chosen |= {"ANALYTICS_AGENT_POLICIES": str(policies)}
        before = {name: os.environ.get(name) for name in chosen}
        os.environ.update(chosen)
        try:
            with lifecycle.running(folder, superset=superset, echo=lambda line: None) as settings:
                yield RunningStack(settings, script, messages, mail_port)
        finally:
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})
            shutil.rmtree(policies.parent, ignore_errors=True)
            if not kept:
                lifecycle.clean(Settings(state=folder), echo=lambda line: None)
                shutil.rmtree(folder, ignore_errors=True)
