"""Where a run's objects stand in Superset: derived from the run's id, so a report can name the dashboard before it exists."""

from urllib.parse import quote
from uuid import UUID, uuid5

NAMESPACE = UUID("6b1f2c1e-0f0a-5d0e-9d36-5b7d5f3f7a11")
"""Never changes: another namespace would publish every run a second time."""


def address(run_id: str, kind: str, name: str = "0") -> str:
    """The uuid of one object of a run, for example ("7f3c21a9", "chart", "r1:bar")."""
    return str(uuid5(NAMESPACE, f"{run_id}:{kind}:{name}"))


def slug(run_id: str) -> str:
    """The dashboard's own part of its web address."""
    return f"ask-{run_id}"


def dashboard_url(superset_url: str, run_id: str) -> str:
    """The web address of a run's dashboard, which need not exist yet."""
    return f"{superset_url.rstrip('/')}/superset/dashboard/{quote(slug(run_id), safe='')}/"
