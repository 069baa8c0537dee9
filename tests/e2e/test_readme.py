"""What README and the page of the HTTP API tell people to type, typed."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from running_stack import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]
ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
HTTP_PAGE = (ROOT / "docs" / "http.md").read_text()


def environment(stack: RunningStack) -> dict[str, str]:
    """A terminal of somebody who uses the stack."""
    return {**os.environ, "ANALYTICS_AGENT_STATE": str(stack.settings.state)}


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_first_question_of_readme_is_answered(stack: RunningStack, tmp_path: Path) -> None:
    (line,) = re.findall(r"^    \.venv/bin/(analytics-agent ask .*summer.*)$", README, re.MULTILINE)
    program, *arguments = shlex.split(line)
    command = [str(Path(sys.executable).parent / program), *arguments, "--no-publish"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(stack), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[1]" in done.stdout


def test_the_policies_of_the_sample_are_shown_as_readme_says(stack: RunningStack) -> None:
    (line,) = re.findall(r"^    \.venv/bin/(analytics-agent policies show .*)$", README, re.MULTILINE)
    program, *arguments = shlex.split(line)
    command = [str(Path(sys.executable).parent / program), *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment(stack), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "rows where (carrier = 'AA')" in done.stdout


def test_the_program_in_readme_runs(stack: RunningStack, tmp_path: Path) -> None:
    (program,) = blocks(README, "python")
    shown = "\nprint(type(run['r1'].df).__name__, len(run['r1'].df))\n"
    command = [sys.executable, "-c", program + shown]
    done = subprocess.run(command, cwd=tmp_path, env=environment(stack), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer, frame = done.stdout.strip().rsplit("\n", 1)
    assert len(answer) > 20
    assert re.fullmatch(r"DataFrame [1-9]\d*", frame)
    assert (tmp_path / "late.pdf").read_bytes().startswith(b"%PDF")


def test_the_requests_on_the_page_of_the_http_api_work(stack: RunningStack) -> None:
    assert stack.settings.api_key
    ask, follow = (block.replace("http://127.0.0.1:8321", stack.settings.api_url) for block in blocks(HTTP_PAGE, "sh"))
    variables = {**os.environ, "KEY": stack.settings.api_key.get_secret_value()}
    asked = json.loads(_shell(ask, variables))
    assert asked["status"] in ("queued", "running")
    assert json.loads(_shell(ask, variables))["id"] == asked["id"]
    events = _shell(follow, variables | {"RUN": asked["id"]})
    assert '"succeeded"' in events.rstrip().rsplit("\n\n", 1)[-1]


def _shell(text: str, variables: dict[str, str]) -> str:
    done = subprocess.run(["sh", "-c", text], env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
