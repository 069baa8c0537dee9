"""The package as it is published, and environments outside of the checkout that hold it and nothing else."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from uv import find_uv_bin

ROOT = Path(__file__).resolve().parents[3]
# What an installer may need on this machine: an index, a certificate, a cache.
OURS = ("ANALYTICS_AGENT_", "ANTHROPIC_", "PYTHON", "VIRTUAL_ENV")


def uv(*arguments: str | Path) -> None:
    command = [find_uv_bin(), *map(str, arguments), "--quiet"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it."""

    programs: Path
    cwd: Path

    def run(self, program: str, *arguments: str, stdin: str = "", **variables: str) -> "subprocess.CompletedProcess[str]":
        environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        environment |= {"PATH": f"{self.programs}:/usr/bin:/bin", "ANALYTICS_AGENT_STATE": str(self.cwd / "state"), **variables}
        command = [str(self.programs / program), *arguments]
        return subprocess.run(command, cwd=self.cwd, env=environment, input=stdin, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the source distribution, so that both are complete."""
    folder = tmp_path_factory.mktemp("dist")
    uv("build", "--out-dir", folder, ".")
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="session")
def install(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Installed]:
    """Installs the wheel with the locked versions of what it asks for."""

    def installed(extra: str = "") -> Installed:
        folder = tmp_path_factory.mktemp(f"environment-{extra or 'base'}")
        uv("venv", "--python", sys.executable, folder / "venv")
        chosen = ("--extra", extra) if extra else ()
        uv("export", "--frozen", *chosen, "--no-dev", "--no-emit-project", "--no-hashes", "--output-file", folder / "locked.txt")
        asked = f"{wheel}[{extra}]" if extra else str(wheel)
        uv("pip", "install", "--python", folder / "venv" / "bin" / "python", asked, "--constraint", folder / "locked.txt")
        (folder / "work").mkdir()
        return Installed(folder / "venv" / "bin", folder / "work")

    return installed


@pytest.fixture(scope="session")
def client_only(install: Callable[..., Installed]) -> Installed:
    return install()


@pytest.fixture(scope="session")
def with_server(install: Callable[..., Installed]) -> Installed:
    return install("server")
