"""The built wheel, installed in an empty environment outside the checkout, finds its resources and runs the stack."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from uv import find_uv_bin

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[3]
FOUND = """
import json
from analytics_agent.resources import checkout, resource
names = ("reports", "sql_fixtures/flights", "sql_fixtures/shop", "superset_config")
print(json.dumps([checkout() is None, *(str(resource(name)) for name in names if any(resource(name).iterdir()))]))
"""
PLACE = """
import sys
from pathlib import Path
from analytics_agent.stack.panel import place
from analytics_agent.stack.state import State
place(State(Path(sys.argv[1])))
"""
SUPERSET = """
import sys
from pathlib import Path
from analytics_agent.stack.state import State
from analytics_agent.stack.superset import install
state = State(Path(sys.argv[1]))
install(state)
print(state.superset_environment)
"""


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that holds the wheel and the locked versions of what it asks for, and no more."""
    folder = tmp_path_factory.mktemp("wheel")

    def uv(*arguments: str) -> None:
        subprocess.run([find_uv_bin(), *arguments, "--quiet"], cwd=ROOT, check=True)

    uv("build", "--wheel", "--out-dir", str(folder), ".")
    uv("venv", "--python", sys.executable, str(folder / "venv"))
    uv(
        "export",
        "--frozen",
        "--extra",
        "server",
        "--no-dev",
        "--no-emit-project",
        "--no-hashes",
        "--output-file",
        str(folder / "locked.txt"),
    )
    (wheel,) = folder.glob("*.whl")
    python = str(folder / "venv" / "bin" / "python")
    uv("pip", "install", "--python", python, f"{wheel}[server]", "--constraint", str(folder / "locked.txt"))
    return folder / "venv" / "bin"


@pytest.fixture
def away(tmp_path: Path) -> Path:
    """A working directory with nothing of the checkout in it."""
    return tmp_path


def run(program: Path, *arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    # The rest stays: an index or a certificate that this machine's installer needs.
    ours = ("ANALYTICS_AGENT_", "ANTHROPIC_", "PYTHON", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment |= {"PATH": "/usr/bin:/bin", "ANALYTICS_AGENT_STATE": str(cwd / "state"), "ANALYTICS_AGENT_SHOP_SCALE": "0.01"}
    return subprocess.run([str(program), *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_the_wheel_brings_its_resources(programs: Path, away: Path) -> None:
    done = run(programs / "python", "-c", FOUND, cwd=away)
    assert done.returncode == 0, done.stderr
    from_wheel, *folders = json.loads(done.stdout)
    assert from_wheel
    assert len(folders) == 4 and all("site-packages" in folder for folder in folders)


def test_the_wheel_brings_the_panel(programs: Path, away: Path) -> None:
    built = {path.name: path.read_bytes() for path in (ROOT / "superset_config" / "extension" / "dist").glob("*.supx")}
    assert built, "make panel builds it"
    state = away / "placed"
    done = run(programs / "python", "-c", PLACE, str(state), cwd=away)
    assert done.returncode == 0, done.stderr
    assert {path.name: path.read_bytes() for path in (state / "extensions").iterdir()} == built


def test_the_wheel_runs_the_stack(programs: Path, away: Path) -> None:
    agent = programs / "analytics-agent"
    try:
        done = run(agent, "up", "--no-superset", cwd=away)
        assert done.returncode == 0, done.stderr
        found = json.loads(run(agent, "status", "--json", cwd=away).stdout)
        assert {service["health"] for service in found["services"]} == {"healthy"}
        assert {"postgres", "temporal", "api", "worker-model"} <= {service["name"] for service in found["services"]}
    finally:
        assert run(agent, "clean", cwd=away).returncode == 0
    assert not (away / "state").exists()


def test_the_wheel_makes_supersets_environment_and_writes_nothing_into_itself(programs: Path, away: Path) -> None:
    source = next((programs.parent / "lib").rglob("_resources/superset_config"))
    before = {path: path.stat().st_mtime_ns for path in source.rglob("*")}
    (away / "state").mkdir()
    done = run(programs / "python", "-c", SUPERSET, str(away / "state"), cwd=away)
    assert done.returncode == 0, done.stderr
    assert (Path(done.stdout.strip()) / "bin" / "gunicorn").exists()
    assert {path: path.stat().st_mtime_ns for path in source.rglob("*")} == before
