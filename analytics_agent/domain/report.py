"""Rendered files, and receipts for what was published."""

from dataclasses import dataclass
from typing import Literal

from analytics_agent.domain.artifact import Artifact


@dataclass(frozen=True)
class ReportChart:
    """A chart of the report as an SVG file of its own. `alt` says in one sentence what it shows.

    `subtitle` tells unit and population, `notes` what is left out, `result` which result is shown. The other drawings are for a
    dark background and for a narrow column; None where there is only `svg`.
    """

    title: str
    alt: str
    svg: Artifact
    subtitle: str = ""
    notes: tuple[str, ...] = ()
    result: str = ""
    dark: Artifact | None = None
    narrow: Artifact | None = None
    narrow_dark: Artifact | None = None


@dataclass(frozen=True)
class Report:
    """The files that were asked for. `failure` is a sentence for people when they could not be made; the answer stands all the same."""

    html: Artifact | None = None
    pdf: Artifact | None = None
    charts: tuple[ReportChart, ...] = ()
    failure: str | None = None


PublishedKind = Literal["database", "dataset", "chart", "dashboard"]


@dataclass(frozen=True)
class Published:
    """One object in Superset. `id` is Superset's own number, `uuid` ours (derived from the run's id)."""

    kind: PublishedKind
    uuid: str
    id: int
    title: str
    url: str


@dataclass(frozen=True)
class Receipt:
    """What deliver did. `failure` is a sentence for people when publishing did not succeed; the answer stands all the same."""

    dashboard_url: str | None = None
    objects: tuple[Published, ...] = ()
    failure: str | None = None
