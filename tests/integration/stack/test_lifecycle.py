"""The embedded stack on real processes: it starts, stays, moves out of the way, survives violence and leaves nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from patience import until

from analytics_agent.errors import StackError, StorageFull
from analytics_agent.settings import load
from analytics_agent.stack import leftovers, lifecycle, ports
from analytics_agent.stack.credentials import credentials
from analytics_agent.stack.plan import plan
from analytics_agent.stack.state import State
from analytics_agent.stack.status import status

from .conftest import SMALL, Stack

pytestmark = pytest.mark.stack


def supervisor_pid(stack: Stack) -> int:
    return int((stack.folder / "run" / "supervisord.pid").read_text())


def owner_url(stack: Stack) -> str:
    state = State(stack.folder)
    return plan(stack.settings, ports.remembered(state), superset=False).addresses.flights_owner


def test_up_gives_working_services_and_a_second_up_changes_nothing(stack: Stack) -> None:
    first = stack.up()
    assert first.healthy
    assert [service.name for service in first.services] == list(SMALL)
    assert all(service.version and service.pid and service.address.startswith("127.0.0.1:") for service in first.services)
    began = time.monotonic()
    assert stack.pids() == {service.name: service.pid for service in first.services}
    assert time.monotonic() - began < 5


def test_secrets_are_in_private_files_and_nowhere_else(stack: Stack) -> None:
    stack.up()
    secrets = vars(credentials(State(stack.folder))).values()
    for path in (entry for entry in stack.folder.rglob("*") if entry.is_file() and not entry.is_relative_to(stack.folder / "postgres")):
        if any(secret.encode() in path.read_bytes() for secret in secrets):
            assert path.stat().st_mode & 0o077 == 0, path
            assert path.parent != stack.folder / "logs", path
    seen = [(Path("/proc") / str(pid) / "cmdline").read_bytes() for pid in leftovers.find(State(stack.folder))]
    assert len(seen) > 3
    assert not [line for line in seen for secret in secrets if secret.encode() in line]
    assert not [secret for secret in secrets if secret in str(status(stack.settings).as_json())]


def test_a_web_page_cannot_have_a_browser_here_start_workflows(stack: Stack) -> None:
    """Such a request needs no login and no permission to be sent; its Host is always the address."""
    stack.up()
    port = ports.remembered(State(stack.folder))["temporal-http"]
    body = b'{"workflowType": {"name": "AnswerQuestion"}, "taskQueue": {"name": "workflow"}}'
    headers = {"Content-Type": "text/plain", "Origin": "https://example.com"}
    for host in ("127.0.0.1", "localhost"):
        address = f"http://{host}:{port}/api/v1/namespaces/default/workflows/forged"
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(urllib.request.Request(address, body, headers))


def test_a_taken_port_is_moved_remembered_and_shown(stack: Stack) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        taken = stranger.getsockname()[1]
        State(stack.folder).create()
        State(stack.folder).ports.write_text(f'{{"postgres": {taken}}}')
        address = stack.up().services[0].address
    assert address != f"127.0.0.1:{taken}"
    assert urlsplit(owner_url(stack)).port == int(address.rpartition(":")[2])
    stack.down()
    assert stack.up().services[0].address == address, "free again, but people have the new address by now"


@pytest.mark.parametrize("name", SMALL)
def test_a_child_that_is_killed_is_restarted_and_counted(stack: Stack, name: str) -> None:
    before = next(service for service in stack.up().services if service.name == name)
    assert before.pid is not None
    os.kill(before.pid, signal.SIGKILL)

    def again() -> bool:
        now = next(service for service in status(stack.settings).services if service.name == name)
        return now.health == "healthy" and now.pid != before.pid and now.restarts == 1

    until(again)


def test_killing_the_supervisor_leaves_no_orphan_and_loses_nothing(stack: Stack) -> None:
    stack.up()
    with psycopg.connect(owner_url(stack), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    open_client = psycopg.connect(owner_url(stack), autocommit=True)
    os.kill(supervisor_pid(stack), signal.SIGKILL)
    until(lambda: not leftovers.find(State(stack.folder)))
    open_client.close()
    assert stack.up().healthy
    with psycopg.connect(owner_url(stack)) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_up_right_after_the_supervisor_was_killed_ends_what_is_left_first(stack: Stack) -> None:
    before = set(stack.pids().values())
    # A backend in the middle of a statement, and children that cannot notice their parent's death: stopped ones.
    for pid in before:
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
    os.kill(supervisor_pid(stack), signal.SIGKILL)
    resume = threading.Timer(1.0, lambda: [os.kill(pid, signal.SIGCONT) for pid in before if pid])
    resume.start()
    assert stack.up().healthy
    resume.join()
    assert not before & set(stack.pids().values())
    assert any("left behind" in line for line in stack.said)


def test_down_leaves_nothing_running_and_keeps_the_data(stack: Stack) -> None:
    stack.up()
    with psycopg.connect(owner_url(stack), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    stack.down()
    assert leftovers.find(State(stack.folder)) == {}
    assert not (stack.folder / "run" / "supervisord.conf").exists(), "it can hold the model's key"
    assert {service.health for service in status(stack.settings).services} == {"stopped"}
    stack.down()
    stack.up()
    with psycopg.connect(owner_url(stack)) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_two_first_ups_at_once_make_one_stack(stack: Stack) -> None:
    threads = [threading.Thread(target=stack.up) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    servers = [pid for pid in leftovers.find(State(stack.folder)) if b"temporal\0server" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert len(servers) == 1
    assert any("waiting" in line for line in stack.said)


def test_a_service_that_cannot_start_says_why_and_what_works_stays(stack: Stack) -> None:
    State(stack.folder).create()
    (stack.folder / "temporal" / "temporal.db").mkdir()
    with pytest.raises(StackError, match=r"temporal ends as soon as it is started.*temporal\.log"):
        try:
            stack.up()
        except StackError as error:
            raise StackError(error.message.replace("\n", " ")) from None
    assert next(service for service in status(stack.settings).services if service.name == "postgres").health == "healthy"
    (stack.folder / "temporal" / "temporal.db").rmdir()
    assert stack.up().healthy


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another user")
def test_a_folder_closed_to_postgres_gets_its_data_outside_and_clean_removes_it(folder: Path) -> None:
    closed = folder / "root-only"
    closed.mkdir(mode=0o700)
    stack = Stack(closed / "state")
    try:
        assert stack.up().healthy
        data = (stack.folder / "postgres").resolve()
        assert data.is_relative_to("/var/lib/analytics-agent")
        stack.down()
        assert stack.up().healthy
    finally:
        lifecycle.clean(stack.settings)
    assert not data.parent.exists()
    assert not stack.folder.exists()


def test_clean_removes_all_and_refuses_what_is_not_ours(stack: Stack, folder: Path) -> None:
    stack.up()
    lifecycle.clean(stack.settings)
    assert not stack.folder.exists()
    with pytest.raises(StackError, match="not made by"):
        lifecycle.clean(load(state=folder))
    assert folder.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_said_clearly(folder: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=True)
    try:
        with pytest.raises(StorageFull, match="full") as raised:
            Stack(folder / "state").up()
        assert "ANALYTICS_AGENT_STATE" in raised.value.hint
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_disk_that_fills_while_starting_is_said_clearly(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "_SPACE", 1)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=30m,mode=755", "tmpfs", str(folder)], check=True)
    stack = Stack(folder / "state")
    try:
        with pytest.raises(StorageFull, match="full"):
            stack.up()
    finally:
        lifecycle.clean(stack.settings)
        subprocess.run(["umount", str(folder)], check=True)


def test_a_very_long_path_works(folder: Path) -> None:
    stack = Stack(folder / ("long-" * 30) / "state")
    try:
        assert stack.up().healthy
    finally:
        lifecycle.clean(stack.settings)
        shutil.rmtree(folder)
