"""`up`, `down` and `clean`: the stack's life in one place. What the services are is in services.py."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from analytics_agent.errors import StackError
from analytics_agent.settings import Settings, load
from analytics_agent.stack import leftovers, panel, ports, postgres
from analytics_agent.stack.plan import Plan, plan
from analytics_agent.stack.services import services
from analytics_agent.stack.start import steps
from analytics_agent.stack.state import State, disk
from analytics_agent.stack.status import StackStatus, observe
from analytics_agent.stack.steps import Echo, run
from analytics_agent.stack.superset import write_env
from analytics_agent.stack.supervisor import Supervisor

_SPACE = 300
"""Megabytes that a first start needs besides Superset's environment."""
_LITTLE_SPACE = 50


def up(settings: Settings, *, superset: bool = True, only: Sequence[str] | None = None, echo: Echo = print) -> StackStatus:
    """Start what does not run, restart what changed, wait until all of it works. `only` names services, for tests.

    Raises StackError, StorageFull or InvalidSettings. What was started before a failure keeps running; `up` goes on from there.
    """
    state = State(settings.state.absolute())
    with state.lock(echo), disk(state.folder), ExitStack() as claims:
        state.create()
        state.require_space(_LITTLE_SPACE if state.secrets.exists() else _SPACE)
        alive = Supervisor(state).alive()
        if not alive and (ended := leftovers.end(state)):
            echo(f"  ended {ended} processes that an earlier supervisor left behind")
        chosen = ports.remembered(state) if alive else ports.choose(state, claims)
        wanted = _written(plan(settings, chosen, superset=superset))
        return _bring_up(wanted, only, alive=alive, echo=echo)


def down(settings: Settings, *, echo: Echo = print) -> None:
    """Stop everything, users before what they use. Data stays. Nothing of this state folder runs afterwards."""
    state = State(settings.state.absolute())
    if not state.exists():
        return
    with state.lock(echo):
        _stop(state)


def clean(settings: Settings, *, echo: Echo = print) -> None:
    """Stop everything and remove the state folder with all data. Refuses a folder that `up` did not make."""
    state = State(settings.state.absolute())
    if not state.folder.exists():
        return
    if not state.exists():
        raise StackError(f"{state.folder} was not made by `analytics-agent up`.", hint="Remove it yourself if it should go.")
    with state.lock(echo):
        _stop(state)
        shutil.rmtree(postgres.outside(state.folder), ignore_errors=True)
        shutil.rmtree(state.folder)


@contextmanager
def running(folder: Path, *, superset: bool = True, only: Sequence[str] | None = None, echo: Echo = print) -> Iterator[Settings]:
    """The stack while a block runs, for tests: gives settings that reach it, and stops it afterwards; its data stays."""
    settings = load(state=folder)
    try:
        up(settings, superset=superset, only=only, echo=echo)
        state = State(folder.absolute())
        yield plan(settings, ports.remembered(state), superset=superset).client_settings
    finally:
        down(settings, echo=echo)


def _bring_up(wanted: Plan, only: Sequence[str] | None, *, alive: bool, echo: Echo) -> StackStatus:
    chosen = [service for service in services(wanted) if only is None or service.name in only]
    supervisor = Supervisor(wanted.state)
    if alive:
        supervisor.apply(chosen)
    else:
        supervisor.launch(chosen)
    before = observe(wanted.state, chosen)
    if before.healthy:
        return before
    missing = {service.name for service in before.services if service.health != "healthy"}
    run(steps(wanted, chosen, missing), echo)
    return observe(wanted.state, chosen)


def _written(wanted: Plan) -> Plan:
    """Write what services read at their start, and settle where PostgreSQL's data is."""
    postgres.place(wanted.state.folder, wanted.state.postgres)
    wanted.write_stack_env()
    if wanted.superset:
        write_env(wanted.state, wanted.addresses.superset, wanted.secret, wanted.url("api"))
        panel.place(wanted.state)
    return wanted


def _stop(state: State) -> None:
    supervisor = Supervisor(state)
    names = set(supervisor.processes())
    # Workers before Temporal and PostgreSQL: they finish what they hold while both still answer.
    for wave in (names - {"temporal", "postgres"}, {"temporal"} & names, {"postgres"} & names):
        supervisor.stop(wave)
    supervisor.shutdown()
    leftovers.end(state)
