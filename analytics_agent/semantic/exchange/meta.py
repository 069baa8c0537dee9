"""What dbt has no place for travels in `config.meta`, under a key of ours; what others put there is named."""

from collections.abc import Iterator, Mapping
from typing import Any

OURS = "analytics_agent"
PART = "part"
"""On a metric of dbt that is there only because another is computed from it."""
_READ = (OURS, "synonyms", "owner")


def _meta(document: Mapping[str, Any]) -> Mapping[str, Any]:
    config = document.get("config")
    found = config.get("meta") if isinstance(config, dict) else document.get("meta")
    return found if isinstance(found, dict) else {}


def of_ours(document: Mapping[str, Any]) -> dict[str, Any]:
    """What we put there; an owner of dbt's is one too."""
    meta = _meta(document)
    ours = meta.get(OURS)
    owner = {"owners": [str(meta["owner"])]} if meta.get("owner") else {}
    return owner | (dict(ours) if isinstance(ours, dict) else {})


def synonyms_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """As several tools write them."""
    meta = _meta(document)
    found = of_ours(document).get("synonyms") or meta.get("synonyms") or ()
    return tuple(map(str, [found] if isinstance(found, str) else found))


def other_keys(document: Mapping[str, Any], title: str) -> Iterator[str]:
    if others := [key for key in _meta(document) if key not in _READ]:
        yield f"{title}: {', '.join(map(str, others))} of its `meta` is not carried."
