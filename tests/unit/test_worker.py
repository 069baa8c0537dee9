"""Workers: each queue runs what the workflow sends there, in a process that imports only what that work needs."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import grimp
import pytest
from cryptography.fernet import Fernet
from temporalio.client import Client

from analytics_agent import worker
from analytics_agent.domain.orders import QUEUES, Queue
from analytics_agent.settings import load
from analytics_agent.worker import ACTIVITIES
from analytics_agent.workflows import calls

# What each process must be spared: every one of these costs megabytes, start-up time, or a right it should not have.
FORBIDDEN: dict[Queue, set[str]] = {
    "workflow": {"sqlglot", "pandas", "weasyprint", "anthropic", "duckdb", "jinja2", "vl_convert", "httpx2", "yaml", "fastapi"},
    "model": {"pandas", "weasyprint", "duckdb", "jinja2", "vl_convert", "adbc_driver_postgresql", "fastapi"},
    "warehouse": {"pandas", "weasyprint", "anthropic", "jinja2", "vl_convert", "fastapi"},
    "report": {"pandas", "anthropic", "duckdb", "sqlglot", "adbc_driver_postgresql", "fastapi"},
    "deliver": {"pandas", "weasyprint", "anthropic", "duckdb", "vl_convert", "adbc_driver_postgresql", "fastapi"},
}
# Needed by some of the work, but not before it comes.
LATE: dict[Queue, set[str]] = {
    "workflow": {"pyarrow"},  # the artifacts it stores are text; tables come through the same adapter
    "model": {"pyarrow", "anthropic"},
    "warehouse": set(),
    "report": {"pyarrow", "weasyprint", "vl_convert", "jinja2"},
    "deliver": {"pyarrow", "jinja2", "aiosmtplib"},  # mail is written and sent when there is one
}
SETTINGS = {
    "store_url": "postgresql+psycopg://nobody@127.0.0.1:1/none",
    "encryption_key": Fernet.generate_key().decode(),
    "superset_url": "http://127.0.0.1:1",
    "superset_password": "none",
}
START = """
import json, sys
from analytics_agent.settings import load
from analytics_agent import worker
queue, given = sys.argv[1], json.loads(sys.argv[2])
worker.ACTIVITIES[queue](load(**given))
if queue == "workflow":
    import analytics_agent.workflows.answer_question, analytics_agent.workflows.scheduled_report
print(json.dumps(sorted(sys.modules)))
"""


@pytest.fixture(scope="module")
def loaded() -> dict[Queue, set[str]]:
    """The modules of a process that has just built the activities of a queue."""
    return {queue: _modules_of(queue) for queue in QUEUES}


def _modules_of(queue: Queue) -> set[str]:
    command = [sys.executable, "-c", START, queue, json.dumps(SETTINGS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("queue", QUEUES)
def test_a_heartbeat_is_passed_on_long_before_a_worker_is_taken_for_dead(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of them may be late or lost."""
    told: dict[str, Any] = {}
    monkeypatch.setattr(worker, "Worker", lambda client, **options: told.update(options))
    monkeypatch.setitem(worker.ACTIVITIES, queue, lambda settings: [])
    worker.build(cast(Client, None), load(**SETTINGS), queue)  # type: ignore[arg-type]
    assert told["max_heartbeat_throttle_interval"] * 4 <= calls.HEARTBEAT


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("analytics_agent", include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None)


@pytest.mark.parametrize("queue", QUEUES)
def test_a_worker_starts_without_what_its_queue_does_not_need(queue: Queue, loaded: dict[Queue, set[str]]) -> None:
    packages = {module.partition(".")[0] for module in loaded[queue]}
    assert not packages & (FORBIDDEN[queue] | LATE[queue])


@pytest.mark.parametrize("queue", QUEUES)
def test_no_import_made_later_brings_in_what_a_queue_does_not_need(
    queue: Queue, loaded: dict[Queue, set[str]], graph: grimp.ImportGraph
) -> None:
    """An import inside a function is a worker's too, once the function runs. Bootstrap and the worker itself choose between queues,
    so their late imports are not followed; an adapter that they chose is among the loaded modules already."""
    choosing = {"analytics_agent.bootstrap", "analytics_agent.worker"}
    ours = {module for module in loaded[queue] if module.startswith("analytics_agent.")} & graph.modules
    reached = {found: module for module in ours - choosing for found in graph.find_upstream_modules(module)}
    assert len(reached) > 5
    assert not {found: reached[found] for found in FORBIDDEN[queue] & set(reached)}


def test_a_worker_makes_columns_without_pandas() -> None:
    """Which pyarrow would load by itself."""
    made = "import sys, pyarrow; pyarrow.table({'a': [1], 'b': ['x']}).to_pylist(); print('pandas' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", f"from analytics_agent.frugal import keep_out_pandas; keep_out_pandas(); {made}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"


@pytest.mark.parametrize("queue", QUEUES)
def test_a_worker_has_the_activities_that_the_workflow_sends_to_its_queue(queue: Queue) -> None:
    every = [call for call in vars(calls).values() if isinstance(call, calls.Call)]
    assert every
    has = {activity.__temporal_activity_definition.name for activity in ACTIVITIES[queue](load(**SETTINGS))}
    assert {call.activity for call in every if call.queue == queue} <= has
