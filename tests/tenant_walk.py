"""Every GET route of the API, asked with a key of one tenant for what is another's."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

OPEN = {"/healthz", "/readyz"}
"""Routes that need no key."""


@dataclass
class Belongings:
    """What one tenant has: `ids` by the names of path parameters, and `marks`, texts that stand in nothing of any other."""

    ids: dict[str, str]
    marks: list[str] = field(default_factory=list)


def gets(document: Mapping[str, Any]) -> Iterator[str]:
    """Paths of the openapi document that a key is needed for."""
    yield from sorted(path for path, operations in document["paths"].items() if "get" in operations and path not in OPEN)


def lists(document: Mapping[str, Any]) -> list[str]:
    return [path for path in gets(document) if "{" not in path]


def filled(path: str, ids: Mapping[str, str]) -> str:
    """Raises KeyError for a parameter that a new route has and no test gives: then say whose it is."""
    return re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], path)


def strange(document: Mapping[str, Any], theirs: Belongings) -> list[str]:
    """Addresses of all that is theirs, with what a route cannot do without."""
    return [filled(path, theirs.ids) + needed(document["paths"][path]["get"]) for path in gets(document) if "{" in path]


def needed(operation: Mapping[str, Any]) -> str:
    given = [f"{one['name']}=only" for one in operation.get("parameters", ()) if one["in"] == "query" and one["required"]]
    return f"?{'&'.join(given)}" if given else ""
