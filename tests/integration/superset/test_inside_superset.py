"""What only a look inside Superset's own process shows: guests, what rights on a thousand tables cost, and other catalogs."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from running_stack import RunningStack
from superset_people import People

from analytics_agent.domain.database import superset_uuid
from analytics_agent.stack.program import inherited
from analytics_agent.stack.state import State
from analytics_agent.stack.superset import environment

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def told(stack: RunningStack, people: People) -> Any:
    state = State(stack.settings.state)
    person, reader = people.add(whole_database=True), people.add(tables=["airlines"])
    command = [str(state.superset_environment / "bin" / "python"), str(Path(__file__).with_name("in_superset.py"))]
    done = subprocess.run(
        [*command, person.username, reader.username, superset_uuid("flights")],
        env={**inherited(), **environment(state)},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_a_guest_of_an_embedded_dashboard_may_not_ask(told: Any) -> None:
    assert told["guest"] == 403


def test_rights_on_a_thousand_tables_are_a_handful_of_queries(told: Any) -> None:
    tables = told["tables"]
    assert (tables["readable"], tables["withheld"]) == (999, 1)
    assert 0 < tables["statements"] < 40, tables
    assert tables["seconds"] < 1, tables


def test_a_table_of_another_database_on_that_server_opens_none_of_ours(told: Any) -> None:
    assert told["elsewhere"] == ["airlines"]
