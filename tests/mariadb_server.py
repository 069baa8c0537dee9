"""A real MariaDB for tests: Debian's server (package mariadb-server-core) in a folder of its own, on a free port of 127.0.0.1.

Its root has all rights; `reader` may only read what it is granted. Tests run beside one another on it, in databases of their own.
"""

import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics_agent.stack.postgres import system_user

PASSWORD = "test-password"
_SERVER = "/usr/sbin/mariadbd"
_INSTALL = "/usr/bin/mariadb-install-db"
_CLIENT = "/usr/bin/mariadb"
_MISSING = "MariaDB's server is not installed: apt-get install mariadb-server-core mariadb-client-core (make test does)."
_ATTEMPTS = 4
"""Several servers that are made at the same moment can be in one another's way."""

_OPTIONS = (
    "--innodb-use-native-aio=0",
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--innodb-buffer-pool-size=32M",
    "--innodb-flush-log-at-trx-commit=0",
    "--skip-innodb-doublewrite",
    "--key-buffer-size=1M",
    "--aria-pagecache-buffer-size=4M",
    "--character-set-server=utf8mb4",
    "--secure-file-priv=",
    "--local-infile=ON",
)
"""Files may be read and written as far as the server's own settings go: what stops them is then ours."""
_PREPARE = f"""
ALTER USER root@localhost IDENTIFIED BY '{PASSWORD}';
GRANT ALL ON *.* TO root@'127.0.0.1' IDENTIFIED BY '{PASSWORD}' WITH GRANT OPTION;
"""


@dataclass(frozen=True)
class MariaServer:
    """A running server. `pid` is that of its process."""

    port: int
    socket: Path
    pid: int
    folder: Path

    def url(self, database: str = "", user: str = "root", password: str = PASSWORD, scheme: str = "mariadb") -> str:
        return f"{scheme}://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def execute(self, *statements: str, database: str = "", user: str = "root", password: str = PASSWORD) -> list[list[str]]:
        """Run statements one after the other in one session, by the server's own client; the rows of all of them, as texts."""
        command = [_CLIENT, "--no-defaults", f"--socket={self.socket}", f"--user={user}", f"--password={password}", "--batch"]
        command += ["--skip-column-names", "--default-character-set=utf8mb4", "--delimiter=;;;"]
        given = "\n;;;\n".join((*statements, ""))
        done = subprocess.run([*command, database] if database else command, input=given, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssertionError(done.stderr.strip())
        return [line.split("\t") for line in done.stdout.splitlines()]

    def create_database(self, statements: Iterable[str] = ()) -> str:
        """The name of a new database, made by these statements."""
        name = f"t_{uuid.uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        self.execute(*statements, database=name)
        return name

    def reader_url(self, database: str) -> str:
        """A login of its own that may only read this database."""
        user = f"r_{uuid.uuid4().hex[:12]}"
        self.execute(f"CREATE USER {user}@'%' IDENTIFIED BY '{PASSWORD}'", f"GRANT SELECT, SHOW VIEW ON {database}.* TO {user}@'%'")
        return self.url(database, user)

    def running(self, words: str) -> list[list[str]]:
        """Id, state and text of the statements that run now with these words in them."""
        asked = "SELECT id, state, info FROM information_schema.processlist WHERE command = 'Query' AND id <> connection_id()"
        return [row for row in self.execute(asked) if words in row[-1]]


@contextmanager
def mariadb_server(*options: str) -> Iterator[MariaServer]:
    """Made anew in about a second, ended by its process id. `options` are its own beside ours."""
    if not Path(_SERVER).is_file():
        raise AssertionError(_MISSING)
    folder = Path(tempfile.mkdtemp(prefix="aa-my-"))
    folder.chmod(0o755)
    user = system_user()
    try:
        _create(folder, user)
        with (folder / "log").open("w") as log, _started(folder, user, log, options) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _create(folder: Path, user: str | None) -> None:
    data = folder / "data"
    command = [_INSTALL, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db"]
    command += ["--innodb-log-file-size=16M", *([f"--user={user}"] if user else [])]
    for _ in range(_ATTEMPTS):
        data.mkdir()
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if not done.returncode:
            break
        shutil.rmtree(data)
        time.sleep(1)
    else:
        raise AssertionError(f"{done.stdout[-1_000:]} {done.stderr[-1_000:]}")
    if user:
        shutil.chown(folder, user)


@contextmanager
def _started(folder: Path, user: str | None, log: Any, options: tuple[str, ...]) -> Iterator[MariaServer]:
    port, place = _free_port(), folder / "s"
    prepared = folder / "prepare.sql"
    prepared.write_text(_PREPARE)
    command = [_SERVER, "--no-defaults", f"--datadir={folder / 'data'}", f"--port={port}", f"--socket={place}"]
    command += [f"--tmpdir={folder}"]  # a server that starts clears away what others have in a folder that they share
    command += [f"--init-file={prepared}", f"--pid-file={folder / 'pid'}", "--innodb-log-file-size=16M", *_OPTIONS, *options]
    process = subprocess.Popen(command, user=user, cwd="/", stdout=log, stderr=log)
    try:
        server = MariaServer(port, place, process.pid, folder)
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(server: MariaServer, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        if process.poll() is not None:
            break
        try:
            server.execute("SELECT 1")
            return
        except AssertionError:
            time.sleep(0.05)
    raise AssertionError((server.folder / "log").read_text()[-2_000:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
