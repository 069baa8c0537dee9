"""api.services.Superset in memory: what a test puts there, and the edits that it was told."""

from dataclasses import dataclass, field

from analytics_agent.domain.superset_dataset import DatasetEdit, SupersetColumn, SupersetDataset, SupersetMetric


def flights() -> SupersetDataset:
    return SupersetDataset(
        3,
        "u3",
        "flights",
        "public",
        columns=(SupersetColumn(1, "carrier", label="Carrier"),),
        metrics=(SupersetMetric(1, "count", "COUNT(*)"), SupersetMetric(2, "odd", "SUM({{ x }})")),
    )


@dataclass
class StoredDatasets:
    datasets: tuple[SupersetDataset, ...] = field(default_factory=lambda: (flights(),))
    edits: list[DatasetEdit] = field(default_factory=list)
    refuses: tuple[str, ...] = ()

    async def read(self, name: str) -> tuple[SupersetDataset, ...]:
        return self.datasets

    async def edit(self, name: str, edits: tuple[DatasetEdit, ...]) -> tuple[str, ...]:
        self.edits += edits
        return self.refuses


MODEL = """\
version: 0.2.0.dev0
semantic_model:
  - name: flights
    datasets:
      - name: flights
        source: public.flights
        fields:
          - name: carrier
            label: Airline
            expression: {dialects: [{dialect: ANSI_SQL, expression: carrier}]}
    metrics:
      - name: carriers
        expression: {dialects: [{dialect: ANSI_SQL, expression: COUNT(DISTINCT flights.carrier)}]}
        description: How many airlines flew.
"""
"""Of the database of fakes.records.catalog."""
