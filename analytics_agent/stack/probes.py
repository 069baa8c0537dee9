"""Whether a service does its work, asked over the address that its users use; never through a proxy, never for long."""

import http.client
import json
from collections.abc import Callable
from urllib.parse import urlsplit

from analytics_agent.stack.service import Answer, Probe

_SECONDS = 3.0
_LARGEST = 1_000_000

TEMPORAL_HOST = "temporal.invalid"
"""The one name under which Temporal's HTTP interface answers. It asks for no login, and any web page can have a browser on this
machine send a request to it, but never under a name that no address has."""


def postgres(url: str) -> Probe:
    """Healthy when it lets us in and says its version."""

    def probe(_pid: int) -> Answer:
        import psycopg

        try:
            with psycopg.connect(url, connect_timeout=3) as connection:
                row = connection.execute("SHOW server_version").fetchone()
        except psycopg.OperationalError:
            return Answer(False, detail="does not answer")
        return Answer(True, version=str(row[0]) if row else "")

    return probe


def temporal(http_url: str) -> Probe:
    """Healthy when its namespace can be read; a server that has only bound its port cannot do that yet."""

    def probe(_pid: int) -> Answer:
        status, body = get(f"{http_url}/api/v1/namespaces/default", TEMPORAL_HOST)
        if status != 200:
            return Answer(False, detail=_detail(status))
        _, about = get(f"{http_url}/api/v1/system-info", TEMPORAL_HOST)
        return Answer(True, version=_field(about or body, "serverVersion"))

    return probe


def pages(version: Callable[[], str], *urls: str) -> Probe:
    """Healthy when every page answers 200: Superset's /health alone does not prove that its pages work."""

    def probe(_pid: int) -> Answer:
        for url in urls:
            status, _ = get(url)
            if status != 200:
                return Answer(False, version=version(), detail=f"{urlsplit(url).path} {_detail(status)}")
        return Answer(True, version=version())

    return probe


def worker(http_url: str, queue: str, version: str) -> Probe:
    """Healthy when Temporal has lately been asked for work on this queue by this very process."""

    def probe(pid: int) -> Answer:
        kinds = ("WORKFLOW", "ACTIVITY") if queue == "workflow" else ("ACTIVITY",)
        for kind in kinds:
            address = f"{http_url}/api/v1/namespaces/default/task-queues/{queue}?taskQueueType=TASK_QUEUE_TYPE_{kind}"
            _, body = get(address, TEMPORAL_HOST)
            if not any(str(poller.get("identity", "")).startswith(f"{pid}@") for poller in _list(body, "pollers")):
                return Answer(False, version=version, detail="does not ask for work yet")
        return Answer(True, version=version)

    return probe


def get(url: str, host: str | None = None) -> tuple[int, bytes]:
    """Status and body; status 0 when nothing answers. Redirects are not followed. `host` is another name than the address's."""
    parts, headers = urlsplit(url), {"Host": host} if host else {}
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_SECONDS)
    try:
        connection.request("GET", f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/", headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read(_LARGEST)
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def _detail(status: int) -> str:
    return f"answers {status}" if status else "does not answer"


def _record(body: bytes) -> dict[str, object]:
    try:
        record = json.loads(body)
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def _field(body: bytes, name: str) -> str:
    return str(_record(body).get(name, ""))


def _list(body: bytes, name: str) -> list[dict[str, object]]:
    found = _record(body).get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
