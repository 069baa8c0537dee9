"""supervisord's configuration for a list of services, as text. It can hold the model's key, so its file is for its owner only."""

import os
import shlex
import stat
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from analytics_agent.errors import InvalidSettings, StackError
from analytics_agent.stack.program import ending_with_parent
from analytics_agent.stack.service import Service
from analytics_agent.stack.state import State

_LONGEST_SOCKET = 107 - len(".4194304")
"""Linux allows 107 bytes, and supervisord first binds a name with its process id behind it."""

# A service that ends within `startsecs` is started again after 1, 2, 3, … seconds; a later end restarts it at once.
_PROGRAM = """
[program:{name}]
command={command}
directory={directory}
environment={environment}
autostart=false
autorestart=true
startsecs=10
startretries=100
stopsignal={stop_signal}
stopwaitsecs={stop_seconds}
killasgroup=true
redirect_stderr=true
stdout_logfile={log}
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=2
"""

_DAEMON = """
[unix_http_server]
file={socket}
chmod=0600

[supervisord]
logfile={logs}/supervisord.log
logfile_maxbytes=10MB
logfile_backups=1
pidfile={run}/supervisord.pid
directory={folder}
umask=077

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[rpcinterface:restarts]
supervisor.rpcinterface_factory=analytics_agent.stack.restarts:make
"""


def path(state: State) -> Path:
    return state.run / "supervisord.conf"


def render(state: State, services: Sequence[Service]) -> str:
    """The whole file. Raises StackError or InvalidSettings for text that the format cannot carry."""
    places = {"socket": socket(state), "logs": state.logs, "run": state.run, "folder": state.folder}
    daemon = _DAEMON.format(**{name: _line(str(place.absolute())) for name, place in places.items()})
    return daemon + "".join(_program(state, service) for service in services)


def socket(state: State) -> Path:
    """The control socket: in the state folder, or in a private folder of /tmp when that path is too long for a socket."""
    usual = state.run.absolute() / "supervisor.sock"
    if len(os.fsencode(usual)) <= _LONGEST_SOCKET:
        return usual
    short = Path(f"/tmp/analytics-agent-{os.geteuid()}")  # noqa: S108 - checked below
    short.mkdir(mode=0o700, exist_ok=True)
    about = short.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.geteuid() or about.st_mode & 0o077:
        raise StackError(f"{short} is not a private folder of ours.", hint="Remove it, or set ANALYTICS_AGENT_STATE to a shorter path.")
    return short / f"{sha256(state.marker.encode()).hexdigest()[:16]}.sock"


def _program(state: State, service: Service) -> str:
    command = shlex.join(ending_with_parent(service.command, service.stop_signal))
    text = _PROGRAM.format(
        name=service.name,
        command=_line(command),
        directory=_line(str(state.folder.absolute())) if service.user is None else "/",
        environment=_environment(service.environment),
        stop_signal=service.stop_signal,
        stop_seconds=service.stop_seconds,
        log=_line(_line(str(state.logs.absolute() / f"{service.name}.log"))),  # supervisord expands this one twice
    )
    umask = "" if service.umask is None else f"umask={service.umask:03o}\n"
    return text + umask + (f"user={service.user}\n" if service.user else "")


def _line(text: str) -> str:
    """`%` starts an expansion; a blank before `;` or `#` starts a comment, and that has no escape."""
    if not _fits(text):
        raise StackError(f"The path {text!r} holds characters that cannot be used.", hint="Set ANALYTICS_AGENT_STATE to a plainer path.")
    return text.replace("%", "%%")


def _environment(values: Mapping[str, str]) -> str:
    wrong = [name for name, value in values.items() if not _fits(value) or '"' in value or "'" in (value[:1], value[-1:])]
    if wrong:
        raise InvalidSettings([f"{name}: quotes, line breaks and ` #` cannot be passed on to services" for name in wrong])
    return ",".join(f'{name}="{value.replace("%", "%%")}"' for name, value in sorted(values.items()))


def _fits(text: str) -> bool:
    return text.isprintable() and " ;" not in text and " #" not in text
