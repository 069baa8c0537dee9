"""The tables and charts of one run, each fetched once: they never change."""

from typing import Protocol


class FileSource(Protocol):
    def file(self, run_id: str, name: str) -> bytes: ...


class RunFiles:
    """By their address below the run's: "results/r1.parquet", "charts/1.svg?theme=dark"."""

    def __init__(self, source: FileSource, run_id: str) -> None:
        self.run_id = run_id
        self._source = source
        self._kept: dict[str, bytes] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._kept

    def __getitem__(self, name: str) -> bytes:
        if name not in self._kept:
            self._kept[name] = self.fetch(name)
        return self._kept[name]

    def fetch(self, name: str) -> bytes:
        """Anew: a report may be made a second time."""
        return self._source.file(self.run_id, name)

    def keep(self, name: str, content: bytes) -> None:
        self._kept[name] = content
