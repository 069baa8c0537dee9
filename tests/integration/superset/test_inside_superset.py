"""What only a look inside Superset's own process shows: guests, what rights on a thousand tables cost, other catalogs, and how row rules
are rendered and joined."""

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


def test_rights_on_a_thousand_tables_with_two_rules_each_are_a_handful_of_queries(told: Any) -> None:
    tables = told["tables"]
    assert (tables["readable"], tables["ruled"]) == (1000, 1000)
    assert 0 < tables["statements"] < 40, tables
    assert tables["seconds"] < 2, tables


def test_a_table_of_another_database_on_that_server_opens_none_of_ours(told: Any) -> None:
    assert told["elsewhere"] == ["airlines"]


def test_row_rules_are_rendered_for_the_person_and_for_a_request_that_says_nothing(told: Any) -> None:
    by_name, by_number, by_address, by_filter, empty, *broken, plain = told["rendered True"]
    assert by_name == [[f"a = '{told['username']}'"]]
    assert by_number == [[f"a = {told['number']}"]]
    assert by_address == [["a = 'None'"]]
    assert [text.strip() for text in by_filter[0]] == ["a = 2"]
    assert empty is None
    assert broken == [None] * 4
    assert plain == [["a = 1"]]


def test_without_templates_a_rule_is_what_stands_there(told: Any) -> None:
    """As in Superset: the guard then refuses what is no SQL."""
    assert told["rendered False"][0] == [["a = '{{ current_username() }}'"]]
    assert None not in told["rendered False"]


def test_rules_are_joined_as_superset_joins_them(told: Any) -> None:
    assert told["joined"]["ours"] == [["a = 1", "a = 2"], ["b = 1"], ["c = 1"], ["d = 1"]]
    theirs = [sorted(group.split(" OR ")) for group in told["joined"]["superset"]]  # in a group they stand as its database gives them
    assert sorted(theirs) == [["(a = 1)", "(a = 2)"], ["(b = 1)"], ["(c = 1)"], ["(d = 1)"]]
