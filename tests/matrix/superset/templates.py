"""A second Superset beside that of the stack, over the same metadata, which renders Jinja in row rules. Ours leaves templates off."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
from running_stack import RunningStack, free_port

from analytics_agent.stack import superset
from analytics_agent.stack.state import State

CONFIGURATION = """
__file__ = %r
exec(compile(open(__file__).read(), __file__, "exec"))
FEATURE_FLAGS["ENABLE_TEMPLATE_PROCESSING"] = True
"""


@contextmanager
def superset_with_templates(stack: RunningStack, patience: float = 120) -> Iterator[str]:
    """Its address, while the block runs."""
    state = State(stack.settings.state)
    environment = superset.environment(state)
    url = f"http://127.0.0.1:{free_port()}"
    with tempfile.TemporaryDirectory(prefix="aa-templates-") as folder:
        configuration = Path(folder) / "superset_config.py"
        configuration.write_text(CONFIGURATION % environment["SUPERSET_CONFIG_PATH"])
        command = [str(state.superset_environment / "bin" / "gunicorn"), "--bind", url.removeprefix("http://"), "--workers", "1"]
        command += ["--worker-class", "gthread", "--threads", "4", "--no-control-socket", "superset.app:create_app()"]
        given = {"PATH": os.environ["PATH"], **environment, "SUPERSET_CONFIG_PATH": str(configuration)}
        with (Path(folder) / "log").open("w") as log:
            process = subprocess.Popen(command, env=given, cwd=folder, stdout=log, stderr=log)
        try:
            _wait_until_healthy(url, process, time.monotonic() + patience)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait_until_healthy(url: str, process: "subprocess.Popen[bytes]", deadline: float) -> None:
    while True:
        assert process.poll() is None and time.monotonic() < deadline, "the second Superset did not start"
        try:
            if httpx2.get(f"{url}/health", timeout=5).status_code == 200:
                return
        except httpx2.HTTPError:
            pass
        time.sleep(0.5)
