"""Runs under a file of policies on the whole stack: governed and free ones, with errors, a report and a dashboard. Afterwards the key of
hashes is looked for in every table, file and history, and the condition's own words in all of them but the grant that a run keeps."""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pyarrow.parquet as pq
import pytest
from e2e.command_line import run
from fakes.messages_api import Body, call, tools_of, turn_of
from planted_words import cluster_url, files, histories, in_files, in_tables
from running_stack import RunningStack
from superset_people import People, Person

from analytics_agent.stack import databases

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

LITERAL, KEY = "N-NOT-TOLD-77", "the-key-of-all-hashes-0815"
FILE = f"""version: 1
hash_key: {KEY}
policies:
  - name: American
    users: [{{ada}}]
    database: flights
    tables:
      - table: flights
        rows: carrier = 'AA' AND tailnum IS DISTINCT FROM '{LITERAL}'
        mask: {{{{dest: hash}}}}
        hide: [air_time]
      - table: airlines
"""
QUESTION = "How many flights were there by month?"
STATEMENTS = (
    "SELECT carrier, dest, count(*) AS n FROM flights GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 5",
    "SELECT CAST(dest AS integer) AS n FROM flights",
    "SELECT 1 / (month - month) AS n FROM flights",
    "SELECT air_time FROM flights",
    "SELECT f.* FROM flights AS f JOIN airlines AS a ON a.carrier = f.carrier WHERE f.month = 1",
    "SELECT count(*) AS n FROM flights AS a CROSS JOIN flights AS b CROSS JOIN flights AS c",
)


@pytest.fixture(scope="module")
def ada(people: People) -> Person:
    return people.add(whole_database=True)


@pytest.fixture(scope="module")
def documents(stack: RunningStack, ada: Person) -> Iterator[list[dict[str, Any]]]:
    """A governed run with report and dashboard, and one of free SQL with every mistake."""
    with stack.policies(FILE.format(ada=ada.username)), stack.client() as client:
        stack.script.step = curious
        governed = stack.finished(client.submit(QUESTION, "flights", as_user=ada.username, formats=["html", "pdf"], publish=True))
        free = stack.finished(
            client.submit(QUESTION, "flights", as_user=ada.username, model="claude-opus-4-7", formats=["html"], publish=True)
        )
        yield [governed, free]


def curious(body: Body) -> list[Body]:
    tools, turn = tools_of(body), turn_of(body)
    if "run_sql" not in tools:
        claim = {"text": "Most were {{r1[0].n}}."}
        return [call("done")] if "rank" in tools else [call("write_answer", headline="What was found", claims=[claim])]
    if turn <= len(STATEMENTS):
        return [call("run_sql", purpose=f"look {turn}", sql=STATEMENTS[turn - 1], why_not_metrics="rows")]
    looks = (("look_at_values", {"column": "flights.dest"}), ("search_catalog", {"words": "air time tail number"}))
    if turn - len(STATEMENTS) <= len(looks):
        name, given = looks[turn - len(STATEMENTS) - 1]
        return [call(name, **given)]
    return [call("finish", primary="r1", results=["r1"])]


def test_the_key_of_hashes_is_in_no_table_file_or_history(stack: RunningStack, documents: list[dict[str, Any]]) -> None:
    assert [document["status"] for document in documents] == ["succeeded", "succeeded"], [one["reason"] for one in documents]
    assert in_tables(stack, [KEY]) == {}
    assert in_files(stack, [KEY]) == {}
    assert KEY not in of_runs(stack, documents)


def test_a_condition_is_kept_with_the_grant_and_nowhere_else(stack: RunningStack, documents: list[dict[str, Any]]) -> None:
    (table,) = in_tables(stack, [LITERAL])[LITERAL]
    with psycopg.connect(cluster_url(stack, databases.STORE)) as connection:
        name = table.partition(":")[2]
        rows = connection.execute(f"SELECT DISTINCT name FROM {name} AS one WHERE one::text LIKE %s", [f"%{LITERAL}%"]).fetchall()  # type: ignore[call-overload]
    assert rows == [("rights",)]
    places = in_files(stack, [LITERAL])[LITERAL]
    assert places and all(re.match(r"postgres(ql)?/", place) and "log" not in place.rpartition("/")[2] for place in places), places
    assert LITERAL not in of_runs(stack, documents)
    for model_request in stack.messages.requests:
        assert LITERAL not in json.dumps(model_request) and KEY not in json.dumps(model_request)


def test_nothing_that_is_told_shown_or_published_holds_what_is_hidden(stack: RunningStack, documents: list[dict[str, Any]]) -> None:
    with stack.client() as client:
        for document in documents:
            told = [json.dumps(document), client.report(document["id"], "html").decode(), json.dumps(list(client.events(document["id"])))]
            told += [json.dumps(json.loads(client.result(document["id"], query["id"], "json"))) for query in document["queries"]]
            told.append(run(stack, "runs", "show", document["id"]).out)
            for text in told:
                assert LITERAL not in text and KEY not in text
            rows = "Of flights only the rows that the asker may see are counted."
            assert rows in document["caveats"] and rows in told[1]
            assert all(query["estimate"] is None for query in document["queries"])
            assert "air_time" not in "".join(told).replace(STATEMENTS[3], "")
    free = documents[1]
    assert "flights.dest is masked: the asker sees it as a hash that stands for the value." in free["caveats"]
    with stack.client() as client:
        first = json.loads(client.result(free["id"], "r1", "json"))["rows"]
    assert {row[0] for row in first} == {"AA"} and all(re.fullmatch(r"[0-9a-f]{64}", row[1]) for row in first)
    stored = [row for path in tables_of(stack, free) for row in pq.read_table(path).to_pylist()]
    assert {row.get("carrier", "AA") for row in stored} == {"AA"} and len(stored) > 1_000


def tables_of(stack: RunningStack, document: dict[str, Any]) -> list[Any]:
    with psycopg.connect(cluster_url(stack, databases.STORE)) as connection:
        kept = connection.execute("SELECT one::text FROM queries AS one WHERE run_id = %s", [document["id"]]).fetchall()
    digests = set(re.findall(r"[0-9a-f]{64}", str(kept)))
    return [path for path in files(stack.settings.state / "artifacts") if path.name.partition(".")[0] in digests]


def of_runs(stack: RunningStack, documents: list[dict[str, Any]]) -> str:
    """What Temporal keeps of these runs."""
    texts = [text for name, text in asyncio.run(histories(stack)).items() if any(document["id"] in name for document in documents)]
    assert len(texts) >= len(documents)
    return "".join(texts)
