"""The steps of `up`: what must be prepared before which service, and how long each may take to work."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from analytics_agent import tenants
from analytics_agent.errors import AgentError, StorageFull
from analytics_agent.stack import databases, program, superset
from analytics_agent.stack.plan import Plan
from analytics_agent.stack.prepare import prepare
from analytics_agent.stack.service import Answer, Service
from analytics_agent.stack.steps import InPart, Step
from analytics_agent.stack.supervisor import Process, Supervisor

_TOO_OFTEN = 3
"""Ends during one start after which waiting longer would not help."""


def steps(plan: Plan, chosen: Sequence[Service], missing: set[str]) -> list[Step]:
    """Preparations that the chosen services need, and the start of each that does not work yet."""
    supervisor = Supervisor(plan.state)
    starts = [Step(service.name, partial(_start, supervisor, service), service.needs) for service in chosen if service.name in missing]
    return [*_preparations(plan, {service.name for service in chosen}), *starts]


def _preparations(plan: Plan, names: set[str]) -> list[Step]:
    found = []
    if "postgres" in names:
        found.append(_step("postgres data", plan.cluster.create))
        found.append(_step("databases", partial(databases.provision, plan.cluster, plan.secret), "postgres"))
    if "superset" in names:
        found.append(_step("superset environment", partial(superset.install, plan.state)))
        initialize = partial(superset.initialize, plan.state, plan.secret)
        found.append(_step("superset database", initialize, "superset environment", "databases"))
    if "api" in names:
        found.append(_step("store", partial(prepare, plan.client_settings), "databases"))
        found.append(Step("sample data", partial(_flights, plan), ("store",)))
        found += [Step("tenants", partial(_tenants, plan), ("store", "temporal"))] if tenants.names(plan.settings) else []
        found.append(Step("sample data shop", partial(_shop, plan), ("store",)))
    if {"superset", "api"} <= names:
        found.append(Step("sql lab", partial(_sql_lab, plan), ("superset", "sample data", "sample data shop")))
    return found


def _step(name: str, action: Callable[[], None], *needs: str) -> Step:
    def run(_cancelled: threading.Event) -> None:
        action()

    return Step(name, run, needs)


def _flights(plan: Plan, _cancelled: threading.Event) -> str:
    """Load the sample where it is missing, and register it; its port may have moved since the last time."""
    from analytics_agent.stack import samples

    where, settings = plan.addresses, plan.client_settings
    return asyncio.run(samples.register(settings, databases.FLIGHTS, where.flights_owner, where.flights_reader))


def _tenants(plan: Plan, _cancelled: threading.Event) -> str | InPart:
    """Their tables and namespaces; they are served as soon as these are there, and the start does not wait for one that is broken."""
    from analytics_agent.stack.tenants import bring_up_to_date

    behind = bring_up_to_date(plan.client_settings)
    return InPart(behind) if behind else ""


def _shop(plan: Plan, _cancelled: threading.Event) -> str:
    """The same for the larger sample, beside the rest of the start: Superset takes longer."""
    from analytics_agent.stack import samples

    where, settings = plan.addresses, plan.client_settings
    if not settings.shop_scale:
        asyncio.run(samples.forget(settings, databases.SHOP, where.shop_reader))
        return "left out"
    size = {"scale": settings.shop_scale}
    return asyncio.run(samples.register(settings, databases.SHOP, where.shop_owner, where.shop_reader, **size))


def _sql_lab(plan: Plan, _cancelled: threading.Event) -> str | InPart:
    """Let Superset know the databases, so that people find them in SQL Lab before the first question. One that it refused is named."""
    from analytics_agent import bootstrap

    refusals = asyncio.run(bootstrap.connect_databases(plan.client_settings))
    if not refusals:
        return ""
    then = "Then: analytics-agent databases refresh"
    return InPart(tuple(f"{name} is not in SQL Lab: {reason} {then} {name}" for name, reason in refusals.items()))


def _start(supervisor: Supervisor, service: Service, cancelled: threading.Event) -> str:
    """Start one service and wait until its probe is content. Raises StackError with the end of what the service said."""
    log = supervisor.state.logs / f"{service.name}.log"
    read_from = log.stat().st_size if log.exists() else 0
    ended_before = supervisor.processes()[service.name].restarts
    supervisor.start(service.name)
    deadline = time.monotonic() + service.start_seconds
    while not cancelled.wait(0.1):
        process = supervisor.processes()[service.name]
        answer = service.probe(process.pid) if process.pid else Answer(False)
        if answer.healthy:
            return service.address
        if trouble := _trouble(process, answer, ended_before, late=time.monotonic() > deadline):
            raise _failure(f"{service.name} {trouble}", log, read_from)
    return ""


def _trouble(process: Process, answer: Answer, ended_before: int, *, late: bool) -> str:
    if process.state == "FATAL" or process.restarts - ended_before >= _TOO_OFTEN:
        return "ends as soon as it is started"
    return f"is not ready in time ({answer.detail or process.state.lower()})" if late else ""


def _failure(sentence: str, log: Path, read_from: int) -> AgentError:
    said = log.read_bytes()[read_from:].decode(errors="replace") if log.exists() else ""
    error = program.failed(sentence, said)
    return error if isinstance(error, StorageFull) else type(error)(f"{sentence}. The end of {log}:\n{program.ending(said)}")
