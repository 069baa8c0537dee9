"""What may pass from the browser to our HTTP API: a list of exact addresses. Nothing else is forwarded. Knows nothing of Superset."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from .problems import NOT_FOUND, Refused, invalid

MOST_ROWS = 200
LONGEST_WAIT = 10.0
_LONGEST_VALUE = 200
_ID = r"[A-Za-z0-9_-]{1,64}"


@dataclass(frozen=True)
class Passage:
    """One address. `{0}` in `target` is the first group of `pattern`; `query` names the parameters that go along.

    A `file` is streamed and always saved, never shown on Superset's address. `admins`: for administrators of Superset alone.
    """

    method: str
    pattern: str
    target: str
    query: tuple[str, ...] = ()
    file: bool = False
    waits: bool = False
    rows: bool = False
    admins: bool = False


@dataclass(frozen=True)
class Errand:
    """A request that may be forwarded: `path` below our API's address, with its query."""

    passage: Passage
    path: str
    wait: float = 0.0


_RUN = f"analyses/({_ID})"
_SCHEDULE = f"schedules/({_ID})"
_MODEL = r"databases/([a-z][a-z0-9_-]{0,62})/semantic-model"
_NUMBER = r"[1-9][0-9]{0,8}"
PASSAGES = (
    Passage("GET", "analyses", "/v1/analyses", ("before", "limit", "view")),
    Passage("POST", "analyses", "/v1/analyses"),
    Passage("GET", _RUN, "/v1/analyses/{0}"),
    Passage("GET", f"{_RUN}/events", "/v1/analyses/{0}/events", ("after", "wait"), waits=True),
    Passage("POST", f"{_RUN}/(cancel|answer|approve|reject|budget)", "/v1/analyses/{0}/{1}"),
    Passage("GET", f"{_RUN}/results/({_ID})", "/v1/analyses/{0}/results/{1}.json", ("offset", "limit"), rows=True),
    Passage("GET", f"{_RUN}/results/({_ID})\\.csv", "/v1/analyses/{0}/results/{1}.csv", file=True),
    Passage("GET", f"{_RUN}/report\\.(pdf|html)", "/v1/analyses/{0}/report.{1}", file=True),
    Passage("GET", f"{_RUN}/charts/({_ID})\\.svg", "/v1/analyses/{0}/charts/{1}.svg", ("theme", "width"), file=True),
    Passage("GET", f"{_RUN}/deliveries", "/v1/analyses/{0}/deliveries"),
    Passage("POST", f"{_RUN}/deliveries", "/v1/analyses/{0}/deliveries"),
    Passage("GET", f"{_MODEL}/overview", "/v1/databases/{0}/semantic-model/overview"),
    Passage("GET", f"{_MODEL}/picture\\.svg", "/v1/databases/{0}/semantic-model/picture.svg", ("theme",), file=True),
    Passage("GET", f"{_MODEL}/versions", "/v1/databases/{0}/semantic-model/versions", admins=True),
    Passage(
        "GET", f"{_MODEL}/versions/({_NUMBER})/changes", "/v1/databases/{0}/semantic-model/versions/{1}/changes", ("against",), admins=True
    ),
    Passage("GET", "reports", "/v1/reports", ("before", "limit")),
    Passage("GET", "schedules", "/v1/schedules", ("before", "limit")),
    Passage("POST", "schedules", "/v1/schedules"),
    Passage("POST", "schedules/preview", "/v1/schedules/preview"),
    Passage("GET", _SCHEDULE, "/v1/schedules/{0}"),
    Passage("POST", f"{_SCHEDULE}/(pause|resume|run)", "/v1/schedules/{0}/{1}"),
    Passage("DELETE", _SCHEDULE, "/v1/schedules/{0}"),
)


def errand(method: str, path: str, query: Mapping[str, str]) -> Errand:
    """The request as it goes to our API. Raises Refused for every address that is not on the list."""
    method = "GET" if method == "HEAD" else method
    for passage in PASSAGES:
        found = re.fullmatch(passage.pattern, path, re.ASCII) if passage.method == method else None
        if found:
            sent = {name: _short(name, query[name]) for name in passage.query if name in query}
            wait = _wait(sent.pop("wait", "0")) if passage.waits else 0.0
            if passage.rows:
                sent["limit"] = str(_rows(sent.get("limit", "50")))
            tail = f"?{urlencode(sent)}" if sent else ""
            return Errand(passage, passage.target.format(*found.groups()) + tail, wait)
    raise Refused(NOT_FOUND)


def waiting(path: str, wait: float) -> str:
    """The address with the time that our API may take to answer."""
    return f"{path}{'&' if '?' in path else '?'}wait={wait:g}" if wait else path


def _short(name: str, value: str) -> str:
    if len(value) > _LONGEST_VALUE:
        raise invalid(f"The parameter {name} is too long.")
    return value


def _wait(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        raise invalid("The parameter wait is a number of seconds.") from None
    return min(max(seconds, 0.0), LONGEST_WAIT) if seconds == seconds else 0.0


def _rows(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise invalid("The parameter limit is a number of rows.")
    return min(int(value), MOST_ROWS)
