"""The client: one method for each thing the API can do. Nothing here talks to the database, the model or Temporal."""

import uuid
import weakref
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import quote

import httpx2

from analytics_agent.client import event_stream
from analytics_agent.client.connection import Connection
from analytics_agent.client.run_view import RunView
from analytics_agent.errors import ServiceUnreachable

Document = dict[str, Any]
Progress = Callable[[dict[str, Any]], None]
_SUBMIT_ATTEMPTS = 3


class Client:
    """`url` and `key` come from the settings (environment, .env, the embedded stack) where they are not given."""

    def __init__(self, url: str | None = None, key: str | None = None, *, transport: httpx2.BaseTransport | None = None) -> None:
        if url is None or key is None:
            from analytics_agent import settings

            known = settings.load()
            url = url or known.api_url
            key = key or (known.api_key.get_secret_value() if known.api_key else None)
        self._connection = Connection(url.rstrip("/"), key, transport)
        weakref.finalize(self, self._connection.http.close)  # `Client().ask(…)` is how most people use it

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._connection.http.close()

    # asking

    def ask(
        self,
        question: str,
        database: str,
        *,
        progress: Progress | None = None,
        answer: Callable[[dict[str, Any]], str | None] | None = None,
        **options: Any,
    ) -> RunView:
        """Ask and wait. `options` are those of `submit`.

        `progress` is called with each event. `answer` is called with the run's question to you ({question, readings}) and
        gives the answer; without it, or when it gives None, the run comes back as it waits (`status` needs_input).
        """
        run_id = self.submit(question, database, **options)
        seen = 0
        while True:
            for event in self.events(run_id, after=seen):
                seen = event["seq"]
                if progress:
                    progress(event)
            run = self.run(run_id)
            reply = answer(run.document["clarification"]) if answer and run.status == "needs_input" else None
            if not reply:
                return run
            self.answer(run_id, reply)

    def submit(
        self,
        question: str,
        database: str,
        *,
        model: str | None = None,
        publish: bool | None = None,
        formats: Sequence[str] | None = None,
        budget: dict[str, float] | None = None,
        as_of: str | None = None,
        continues: str | None = None,
        idempotency_key: str | None = None,
    ) -> str:
        """Ask without waiting; gives the run's id. A connection that is lost midway is tried again, and asks only once."""
        body: dict[str, Any] = {"question": question, "database": database, "model": model, "publish": publish, "budget": budget}
        body |= {"as_of": as_of, "formats": None if formats is None else list(formats), "continue": continues}
        sent = {name: value for name, value in body.items() if value is not None}
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        for attempt in range(1, _SUBMIT_ATTEMPTS + 1):
            try:
                return str(self._connection.json("POST", "/v1/analyses", json=sent, headers=headers)["id"])
            except ServiceUnreachable:
                if attempt == _SUBMIT_ATTEMPTS:
                    raise
        raise AssertionError("the last attempt returns or raises")

    # runs

    def run(self, run_id: str) -> RunView:
        """A run as it is now."""
        return RunView(self, self.document(run_id))

    def document(self, run_id: str) -> Document:
        """The run's JSON document."""
        document: Document = self._connection.json("GET", f"/v1/analyses/{_part(run_id)}")
        return document

    def runs(self, *, limit: int = 50, before: str | None = None) -> list[Document]:
        """Your latest runs, newest first; `before` is the asked_at of the last one you have."""
        params: dict[str, Any] = {"limit": limit} | ({"before": before} if before else {})
        documents: list[Document] = self._connection.json("GET", "/v1/analyses", params=params)["analyses"]
        return documents

    def events(self, run_id: str, *, after: int = 0) -> Iterator[dict[str, Any]]:
        """Progress after that event until the run has finished or waits for a person. A lost connection is taken up again."""
        return event_stream.follow(self._connection, _part(run_id), after=after)

    def cancel(self, run_id: str) -> Document:
        document: Document = self._connection.json("POST", f"/v1/analyses/{_part(run_id)}/cancel")
        return document

    def answer(self, run_id: str, text: str) -> Document:
        """Answer the question that the run asks."""
        document: Document = self._connection.json("POST", f"/v1/analyses/{_part(run_id)}/answer", json={"text": text})
        return document

    def report(self, run_id: str, kind: Literal["html", "pdf"]) -> bytes:
        """The report's bytes. Raises UnknownResult when the run has none."""
        return self._connection.send("GET", f"/v1/analyses/{_part(run_id)}/report.{kind}").content

    def result(self, run_id: str, result: str, kind: Literal["csv", "parquet", "json"]) -> bytes:
        """A stored result's bytes."""
        return self._connection.send("GET", f"/v1/analyses/{_part(run_id)}/results/{_part(result)}.{kind}").content

    # databases

    def databases(self) -> list[dict[str, Any]]:
        """The databases that can be asked."""
        views: list[dict[str, Any]] = self._connection.json("GET", "/v1/databases")["databases"]
        return views

    def add_database(self, name: str, uri: str, *, schema: str | None = None, semantic_model: str | None = None) -> dict[str, Any]:
        """Add or replace a database. `semantic_model` is the text of an Ossie file, not its path."""
        body = {"name": name, "uri": uri, "schema": schema, "semantic_model": semantic_model}
        sent = {field: value for field, value in body.items() if value is not None}
        view: dict[str, Any] = self._connection.json("POST", "/v1/databases", json=sent, timeout=120.0)
        return view

    def remove_database(self, name: str) -> None:
        self._connection.send("DELETE", f"/v1/databases/{_part(name)}")

    def refresh_database(self, name: str) -> dict[str, Any]:
        """Read the schema again."""
        view: dict[str, Any] = self._connection.json("POST", f"/v1/databases/{_part(name)}/refresh", timeout=120.0)
        return view

    def catalog(self, name: str) -> dict[str, Any]:
        """Tables, columns and keys."""
        catalog: dict[str, Any] = self._connection.json("GET", f"/v1/databases/{_part(name)}/catalog", timeout=120.0)
        return catalog

    # keys and costs

    def me(self) -> dict[str, Any]:
        """Whose key this is, and the models that may be chosen."""
        me: dict[str, Any] = self._connection.json("GET", "/v1/me")
        return me

    def create_key(self, name: str, *, scopes: Sequence[str] = ("ask",)) -> dict[str, Any]:
        """The new key is in `key`, and nowhere else."""
        made: dict[str, Any] = self._connection.json("POST", "/v1/keys", json={"name": name, "scopes": list(scopes)})
        return made

    def keys(self) -> list[dict[str, Any]]:
        known: list[dict[str, Any]] = self._connection.json("GET", "/v1/keys")["keys"]
        return known

    def revoke_key(self, key_id: str) -> None:
        self._connection.send("DELETE", f"/v1/keys/{_part(key_id)}")

    def costs(self, *, by: str = "day", since: str | None = None) -> dict[str, Any]:
        """The ledger, summed by owner, database, model or day."""
        params = {"by": by} | ({"since": since} if since else {})
        costs: dict[str, Any] = self._connection.json("GET", "/v1/costs", params=params)
        return costs


def _part(name: str) -> str:
    """One segment of a path, whatever is in it. A slash is quoted twice: servers take one quoted once for a slash of the path."""
    return quote(name.replace("/", "%2F"), safe="") or "-"
