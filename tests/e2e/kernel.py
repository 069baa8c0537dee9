"""A real Jupyter kernel, and as much of a front end as a test needs: it runs cells, interrupts them, clicks buttons and sees displays."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager

SECONDS = 120


@dataclass
class Shown:
    """What a cell has shown: displays by their id as they are now, the result of its last line, text, and the error's lines."""

    displays: dict[str, dict[str, Any]] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    error: list[str] = field(default_factory=list)


@dataclass
class Kernel:
    manager: KernelManager
    client: Any
    widgets: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The state of every widget by its id."""

    def run(self, code: str, *, meanwhile: Callable[[], None] | None = None, expect_error: bool = False) -> Shown:
        """Run a cell. `meanwhile` is called once, when the cell shows its first display."""
        shown, waiting = Shown(), [meanwhile] if meanwhile else []
        request = self.client.execute(code)
        for message in self._messages(request):
            self._take(message, shown)
            if waiting and shown.displays:
                waiting.pop()()  # type: ignore[misc]
        assert expect_error or not shown.error, shown.error
        return shown

    def click(self, description: str) -> None:
        """As a page does: tell the kernel that the button was clicked, and see what it does."""
        (button,) = [name for name, state in self.widgets.items() if state.get("description") == description]
        message = self.client.session.msg("comm_msg", {"comm_id": button, "data": {"method": "custom", "content": {"event": "click"}}})
        self.client.shell_channel.send(message)
        for heard in self._messages(message["header"]["msg_id"]):
            self._take(heard, Shown())

    def _messages(self, request: str) -> Iterator[dict[str, Any]]:
        """What is said for a request, until the kernel is idle."""
        deadline = time.monotonic() + SECONDS
        while True:
            message = self.client.get_iopub_msg(timeout=max(0.1, deadline - time.monotonic()))
            if message["parent_header"].get("msg_id") == request:
                yield message
                if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                    return

    def _take(self, message: dict[str, Any], shown: Shown) -> None:
        content = message["content"]
        match message["msg_type"]:
            case "display_data" | "update_display_data":
                name = content.get("transient", {}).get("display_id", str(len(shown.displays)))
                shown.displays[name] = content["data"]
            case "execute_result":
                shown.result = content["data"]
            case "stream":
                shown.text += content["text"]
            case "error":
                shown.error = content["traceback"]
            case "comm_open":
                self.widgets[content["comm_id"]] = content["data"]["state"]
            case "comm_msg" if content["data"].get("method") == "update":
                self.widgets[content["comm_id"]].update(content["data"]["state"])
            case "comm_close":
                self.widgets.pop(content["comm_id"], None)


@contextmanager
def kernel(state: Path, folder: Path) -> Iterator[Kernel]:
    """A kernel whose settings know the stack's state folder and nothing else, as after `make up`."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANALYTICS_AGENT_", "ANTHROPIC_"))}
    manager = KernelManager(kernel_name="python3", transport="ipc", ip=str(folder / "kernel"))
    manager.start_kernel(cwd=str(folder), env=environment | {"ANALYTICS_AGENT_STATE": str(state)})
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=SECONDS)
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
