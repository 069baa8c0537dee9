"""What is to stand in Superset for one run: datasets, charts and a dashboard, each under a uuid derived from the run's id."""

from dataclasses import dataclass, field
from typing import Any, Literal

from analytics_agent.domain.evidence import ResultColumn


@dataclass(frozen=True)
class DatasetPlan:
    """A virtual dataset: `sql` is the statement as it ran, `rows` how many it gave."""

    uuid: str
    name: str
    sql: str
    columns: tuple[ResultColumn, ...]
    description: str = ""
    rows: int = 0
    certified_by: str = ""
    certification_details: str = ""


@dataclass(frozen=True)
class ChartPlan:
    """`params` is Superset's chart definition without `datasource`, which is known only when the dataset exists.

    `width` is in columns of a grid of 12, `height` in Superset's grid units of 8 px.
    """

    uuid: str
    title: str
    viz_type: str
    dataset: str
    params: dict[str, Any] = field(default_factory=dict)
    description: str = ""
    width: int = 6
    height: int = 50
    certified_by: str = ""
    certification_details: str = ""


@dataclass(frozen=True)
class TextBlock:
    """Markdown on the dashboard."""

    markdown: str
    width: int = 12
    height: int = 24


@dataclass(frozen=True)
class PublishPlan:
    """`rows` is the layout: each row's blocks from left to right, a chart by its uuid.

    `owner` is Superset's number of the person to whom everything shall belong besides our service account.
    """

    run_id: str
    uuid: str
    slug: str
    title: str
    datasets: tuple[DatasetPlan, ...]
    charts: tuple[ChartPlan, ...]
    rows: tuple[tuple[TextBlock | str, ...], ...]
    status: Literal["draft", "published"] = "published"
    owner: int | None = None
