"""What is published: nothing is missing from it, nothing strange is in it, the base install is a client, and reports render.

That the wheel also runs the embedded stack is shown in integration/stack.
"""

import io
import subprocess
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader

from .conftest import ROOT, Installed

NOBODY = "http://127.0.0.1:9"  # the discard port: connections are refused
FORCED = {name: f"analytics_agent/_resources/{name}" for name in ("reports", "sql_fixtures", "superset_config")}
# Of the extension the bundle alone, as it was built; a wheel can be made without Node.
PANEL = ROOT / "superset_config" / "extension" / "dist"
SOURCES_OF_THE_PANEL = "superset_config/extension/"
RENDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import analytics_agent, sample_run
from analytics_agent.report.build import build
from analytics_agent.report.render import render_html, render_pdf
assert "site-packages" in analytics_agent.__file__
document = build(sample_run.RUN, sample_run.TABLES, dashboard_url=None, generated_at=datetime(2026, 11, 23, tzinfo=UTC))
Path("answer.html").write_text(render_html(document))
Path("answer.pdf").write_bytes(render_pdf(document))
"""


def test_the_wheel_holds_what_the_checkout_holds_and_nothing_else(wheel: Path) -> None:
    """A build folder, a secret or an environment beside the sources would be copied too if nobody looked."""
    kept = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "analytics_agent", *FORCED],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    expected = {_inside(name) for name in kept.stdout.splitlines() if (ROOT / name).is_file() and not name.startswith(SOURCES_OF_THE_PANEL)}
    expected |= {_inside(str(bundle.relative_to(ROOT))) for bundle in PANEL.glob("*")}
    found = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert found == expected


def _inside(name: str) -> str:
    folder, _, rest = name.partition("/")
    return f"{FORCED[folder]}/{rest}" if folder in FORCED else name


def test_the_wheel_is_small_typed_and_says_its_license(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    names = archive.namelist()
    about = archive.read(next(name for name in names if name.endswith("METADATA"))).decode()
    assert wheel.stat().st_size < 5_000_000
    assert "analytics_agent/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert "License-Expression: Apache-2.0" in about
    assert "# analytics-agent" in about


def test_the_base_install_is_the_client(client_only: Installed) -> None:
    done = client_only.run("python", "-c", "from analytics_agent.client import Client; print(Client.__name__)")
    assert (done.returncode, done.stdout) == (0, "Client\n"), done.stderr
    assert client_only.run("analytics-agent", "--help").returncode == 0


def test_the_base_install_says_what_to_start_when_nothing_answers(client_only: Installed) -> None:
    done = client_only.run("analytics-agent", "databases", "list", ANALYTICS_AGENT_API_URL=NOBODY, ANALYTICS_AGENT_API_KEY="none")
    assert done.returncode == 3
    assert "analytics-agent up" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["up", "api", "worker --queue model", "sql check"])
def test_a_command_of_the_server_names_what_to_install(client_only: Installed, command: str) -> None:
    done = client_only.run("analytics-agent", *command.split(), stdin='{"sql": "SELECT 1"}\n')
    assert done.returncode == 1
    assert "analytics-agent[server]" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_wheel_renders_a_report(with_server: Installed) -> None:
    """With templates, styles and fonts from inside the package: nothing of the checkout is in reach."""
    sample = (Path(__file__).parent / "sample_run.py").read_text()
    (with_server.cwd / "sample_run.py").write_text(sample)
    done = with_server.run("python", "-c", RENDER)
    assert done.returncode == 0, done.stderr
    page = (with_server.cwd / "answer.html").read_text()
    assert "font/woff2;base64" in page
    assert str(ROOT) not in page
    reader = PdfReader(io.BytesIO((with_server.cwd / "answer.pdf").read_bytes()))
    text = "\n".join(sheet.extract_text() for sheet in reader.pages)
    for said in ("Frontier", "20.2", "SELECT carrier", "Who was latest?"):
        assert said in text
    faces = {str(font.get_object()["/BaseFont"]) for sheet in reader.pages for font in sheet["/Resources"]["/Font"].values()}  # type: ignore[index]
    assert any("Serif" in face for face in faces), faces
