"""A small honest Superset: the part of its REST API that publishing uses, with its refusals as they were seen on 6.1.

It keeps what it is given, demands a token and a CSRF header, refuses a uuid, a name or a slug twice, and can break off at
any request, before or after the request had its effect.
"""

import asyncio
import json
from typing import Any

import httpx2

PASSWORD = "s3cret-password"
_UNIQUE = {"database": "database_name", "dataset": "table_name", "dashboard": "slug"}


class SupersetServer(httpx2.AsyncBaseTransport):
    """`break_at` counts requests from 1; `broken_answer` None is a connection lost, a number an HTTP status."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[int, dict[str, Any]]] = {kind: {} for kind in ("database", "dataset", "chart", "dashboard")}
        self.requests: list[str] = []
        self.break_at: int | None = None
        self.break_after_effect = False
        self.broken_answer: int | None = None
        self.tokens_live_for = 1_000
        self.chart_error: str | None = None
        self.rows = 4
        self.rights: Any = None
        """What the extension answers when it is asked for rights; None where it is not loaded."""
        self.asked: list[Any] = []
        self.tables: dict[str, dict[str, list[str]]] = {}
        """What a new dataset of this name has: names of columns and of metrics that Superset makes by itself."""
        self.refuses = ""
        """The beginning of a request (method and path) that is answered with a refusal."""
        self._numbers = 0
        self._token_used = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(f"{request.method} {request.url.path}")
        breaks = len(self.requests) == self.break_at
        await asyncio.sleep(0)  # others get their turn here, as over a network
        if breaks and not self.break_after_effect:
            return self._broken(request)
        response = self._answer(request, json.loads(request.content or b"null"))
        return self._broken(request) if breaks else response

    def counts(self) -> dict[str, int]:
        return {kind: len(kept) for kind, kept in self.objects.items()}

    def _broken(self, request: httpx2.Request) -> httpx2.Response:
        if self.broken_answer is None:
            raise httpx2.ReadError("connection lost", request=request)
        return httpx2.Response(self.broken_answer, json={"message": "Fatal error"})

    def _answer(self, request: httpx2.Request, body: Any) -> httpx2.Response:
        path = request.url.path.removeprefix("/api/v1/").strip("/").split("/")
        if path == ["security", "login"]:
            return self._login(body)
        self._token_used += 1
        if request.headers.get("Authorization") != "Bearer token" or self._token_used > self.tokens_live_for:
            return httpx2.Response(401, json={"msg": "Token has expired"})
        if path == ["security", "csrf_token"]:
            return httpx2.Response(200, json={"result": "csrf"})
        if request.method != "GET" and request.headers.get("X-CSRFToken") != "csrf":
            return httpx2.Response(400, json={"message": "The CSRF token is missing"})
        if request.url.path == "/extensions/analytics-agent/ask/rights":
            self.asked.append(body)
            return httpx2.Response(404, text="<html>") if self.rights is None else httpx2.Response(200, json={"result": self.rights})
        if self.refuses and f"{request.method} {request.url.path}".startswith(self.refuses):
            return httpx2.Response(422, json={"message": "Dataset could not be updated."})
        if path == ["me"]:
            return httpx2.Response(200, json={"result": {"id": 1}})
        return self._object(request, path, body)

    def _login(self, body: Any) -> httpx2.Response:
        self._token_used = 0
        if body["password"] != PASSWORD:
            return httpx2.Response(401, json={"message": "Not authorized"})
        return httpx2.Response(200, json={"access_token": "token"})

    def _object(self, request: httpx2.Request, path: list[str], body: Any) -> httpx2.Response:
        kind, kept = path[0], self.objects[path[0]]
        if len(path) == 1:
            return self._create(kind, body) if request.method == "POST" else self._listed(kept, request)
        number = next((n for n, o in kept.items() if path[1] in {str(n), o.get("uuid")}), None)
        if number is None:
            return httpx2.Response(404, json={"message": "Not found"})
        if path[2:] == ["data"]:
            result = {"error": self.chart_error, "rowcount": self.rows}
            return httpx2.Response(400 if self.chart_error else 200, json={"message": self.chart_error, "result": [result]})
        if path[2:] == ["related_objects"]:
            count = sum(chart["datasource_id"] == number for chart in self.objects["chart"].values())
            return httpx2.Response(200, json={"charts": {"count": count}})
        return self._one(request.method, kept, number, body)

    def _one(self, method: str, kept: dict[int, dict[str, Any]], number: int, body: Any) -> httpx2.Response:
        if method == "PUT":
            kept[number] |= body
        if method == "DELETE":
            del kept[number]
            return httpx2.Response(200, json={"message": "OK"})
        return httpx2.Response(200, json={"id": number, "result": {"id": number, **kept[number]}})

    def _listed(self, kept: dict[int, dict[str, Any]], request: httpx2.Request) -> httpx2.Response:
        query = json.loads(request.url.params["q"])
        (where,) = query["filters"]
        found = [{"id": number, **o} for number, o in kept.items() if o.get(where["col"]) == where["value"]]
        start = query.get("page", 0) * query["page_size"]
        return httpx2.Response(200, json={"count": len(found), "result": found[start : start + query["page_size"]]})

    def _create(self, kind: str, body: dict[str, Any]) -> httpx2.Response:
        unique = _UNIQUE.get(kind)
        for other in self.objects[kind].values():
            if other["uuid"] == body["uuid"] or (unique and other[unique] == body[unique]):
                return httpx2.Response(422, json={"message": f"{kind.title()} could not be created."})
        self._numbers += 1
        self.objects[kind][self._numbers] = {**(self._parts(body["table_name"]) if kind == "dataset" else {"columns": []}), **body}
        return httpx2.Response(201, json={"id": self._numbers, "result": body})

    def _parts(self, table: str) -> dict[str, list[dict[str, Any]]]:
        of = self.tables.get(table, {"columns": ["late_share"]})
        columns = [{"id": number, "column_name": name} for number, name in enumerate(of["columns"], 1)]
        metrics = [{"id": number, "metric_name": name, "expression": "COUNT(*)"} for number, name in enumerate(of.get("metrics", ()), 1)]
        return {"columns": columns, **({"metrics": metrics} if metrics else {})}
