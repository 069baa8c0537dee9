"""A person who uses everything, with words that stand nowhere else; and what is counted before and after they are erased."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from fakes.messages_api import Body
from fakes.superset_token import signed
from integration.hostile.conversations import calls, everything_read, step_of
from planted_words import cluster_url
from running_stack import MAY_GET_ALL, RunningStack

from analytics_agent.client import Client
from analytics_agent.stack import databases

NAME, QUESTION, HEADLINE, PURPOSE, LITERAL = "Zqnamela Vorbix", "zqquestion", "Zqheadline", "zqpurpose", "zqliteral"
ASKED, ANSWER, NOTE, SCHEDULE, PAUSE = "zqasked", "zqanswer", "zqnote", "zqschedule", "zqpause"
MAIL = f"zqmailbox@{MAY_GET_ALL}"
SENT_TO = f"zqsentto@{MAY_GET_ALL}"
ALIAS = "zqalias"
WORDS = (NAME, QUESTION, HEADLINE, PURPOSE, LITERAL, ASKED, ANSWER, NOTE, SCHEDULE, PAUSE, MAIL, SENT_TO, ALIAS)
"""What must be nowhere afterwards."""


def claude(body: Body) -> list[Body]:
    """Asks back where the question says so, runs one statement and answers from it; in its own words where the person's are planted."""
    read = everything_read(body)
    is_planted = QUESTION in read
    alias, headline = (ALIAS, HEADLINE) if is_planted else ("flights", "Flights by carrier")
    if step_of(body) == "explore":
        return calls(*_explored(read, alias, is_planted))
    if step_of(body) == "analyze":
        return calls(("done", {}))
    text = f"{{{{r1[0].carrier}}}} had {{{{r1[0].{alias}}}}} flights."
    return calls(("write_answer", {"headline": headline, "claims": [{"text": text}]}))


def _explored(read: str, alias: str, is_planted: bool) -> Sequence[tuple[str, dict[str, Any]]]:
    if "asks back" in read and "Of departures." not in read and ANSWER not in read:
        return [("ask_person", {"question": f"Of departures or arrivals, {ASKED}?", "readings": ["Of departures.", "Of arrivals."]})]
    if NOTE in read:
        return [("refuse", {"reason": f"It may not run: {NOTE}."})]
    if '"id":"r1"' in read:
        return [("finish", {"primary": "r1", "results": ["r1"], "readings": []})]
    purpose, unlike = (PURPOSE, LITERAL) if is_planted else ("flights by carrier", "none")
    sql = f"SELECT carrier, count(*) AS {alias} FROM flights WHERE carrier <> '{unlike}' GROUP BY carrier ORDER BY 2 DESC"
    return [("run_sql", {"purpose": purpose, "sql": sql})]


@dataclass
class Somebody:
    """A person of Superset, through the API as the extension brings them."""

    stack: RunningStack
    number: int
    name: str

    @property
    def id(self) -> str:
        return f"superset:{self.number}"

    def client(self) -> Client:
        """For a minute: so long is a token valid."""
        assert self.stack.settings.superset_signing_key
        key = self.stack.settings.superset_signing_key.get_secret_value()
        return Client(self.stack.settings.api_url, signed(self.number, key=key, name=self.name))

    def ask(self, question: str, **more: Any) -> str:
        with self.client() as client:
            run_id: str = client.submit(question, "flights", **{"model": "claude-opus-4-7", "publish": False, "formats": [], **more})
            return run_id

    def document(self, run_id: str) -> dict[str, Any]:
        with self.client() as client:
            found: dict[str, Any] = client.document(run_id)
            return found


# what is counted before and afterwards


def artifacts(stack: RunningStack) -> set[str]:
    return {path.name for path in (stack.settings.state / "artifacts").rglob("*") if path.is_file()}


def tables_of_superset(stack: RunningStack) -> dict[str, int]:
    """How many dashboards, charts and datasets there are."""
    with psycopg.connect(cluster_url(stack, databases.SUPERSET)) as connection:
        counted = {}
        for table in ("dashboards", "slices", "tables"):
            row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[call-overload]
            counted[table] = int(row[0])
        return counted


def ledger(stack: RunningStack) -> tuple[Any, ...]:
    with psycopg.connect(cluster_url(stack, databases.STORE)) as connection:
        row = connection.execute("SELECT count(*), sum(input_tokens), round(sum(cost_usd)::numeric, 6) FROM usage_ledger").fetchone()
        assert row
        return tuple(row)


def audit_lines(stack: RunningStack) -> str:
    with psycopg.connect(cluster_url(stack, databases.STORE)) as connection:
        rows = connection.execute("SELECT actor, run_id, entry::text, key FROM audit").fetchall()
        return json.dumps([list(map(str, row)) for row in rows])
