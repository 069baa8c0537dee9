"""What a run made, as Python objects: results as tables, charts as pictures, the report's files."""

import io
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from analytics_agent.client.run_files import RunFiles
from analytics_agent.domain.readable import readable

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Theme = Literal["light", "dark"]


class ResultView:
    """One stored result. Its rows are fetched when they are first asked for."""

    def __init__(self, files: RunFiles, query: dict[str, Any]) -> None:
        self._files = files
        self.query = query

    @property
    def id(self) -> str:
        return str(self.query["id"])

    @property
    def title(self) -> str:
        return str(self.query["title"])

    @property
    def sql(self) -> str:
        """The statement as it ran."""
        return str(self.query["sql_as_run"])

    @cached_property
    def _table(self) -> "pa.Table":
        import pyarrow.parquet as pq

        return pq.ParquetFile(io.BytesIO(self._files[f"results/{self.id}.parquet"])).read()

    def arrow(self) -> "pa.Table":
        """The rows as they are stored: exact, in types that the engine declared."""
        return self._table

    @property
    def df(self) -> "pd.DataFrame":
        """The rows as pandas; a new frame each time, so that changing one changes no other."""
        frame: pd.DataFrame = readable(self._table).to_pandas()
        return frame

    def polars(self) -> Any:
        """The rows as a polars DataFrame, where polars is installed."""
        try:
            import polars  # type: ignore[import-not-found, unused-ignore]
        except ImportError:
            raise ImportError("polars is not installed: `pip install polars`, or use .df or .arrow()") from None
        return polars.from_arrow(readable(self._table))

    def __repr__(self) -> str:
        return f"<{self.id} {self.title}: {self.query['rows']:,} rows>"

    def _repr_html_(self) -> str:
        """Some rows and the SQL; `df` has them all."""
        from analytics_agent.client.answer_html import framed
        from analytics_agent.client.evidence_html import result_html
        from analytics_agent.client.shelf import Shelf

        return framed(result_html(self.query, {}, Shelf(self._files)))


class ChartView:
    """One chart of the report, as SVG."""

    def __init__(self, files: RunFiles, number: int, chart: dict[str, Any]) -> None:
        self._files = files
        self._number = number
        self.chart = chart

    @property
    def title(self) -> str:
        return str(self.chart["title"])

    @property
    def alt(self) -> str:
        """What it shows, in one sentence."""
        return str(self.chart["alt"])

    def svg(self, theme: Theme = "light") -> str:
        return self._files[name_of_chart(self._number, theme)].decode()

    def save(self, path: str | Path, theme: Theme = "light") -> Path:
        """Write the SVG; gives its path. The folder is made where it is missing."""
        return written(path, self.svg(theme).encode())

    def __repr__(self) -> str:
        return f"<Chart {self.title}: {self.alt}>"

    def _repr_html_(self) -> str:
        from analytics_agent.client.answer_html import chart_html, framed
        from analytics_agent.client.shelf import Shelf

        return framed(chart_html(self._number, self.chart, Shelf(self._files)))


class ReportView:
    """The report's files: `run.report.pdf.save("late.pdf")`."""

    def __init__(self, files: RunFiles, report: dict[str, Any]) -> None:
        self.html = FileView(files, "html")
        self.pdf = FileView(files, "pdf")
        self._formats = [kind for kind in ("html", "pdf") if report[kind]]

    def __repr__(self) -> str:
        how = ", ".join(f'run.report.{kind}.save("report.{kind}")' for kind in self._formats)
        return f"<Report: {how or 'no files'}>"


class FileView:
    """One file of a report."""

    def __init__(self, files: RunFiles, kind: Literal["html", "pdf"]) -> None:
        self._files = files
        self._kind: Literal["html", "pdf"] = kind

    def read(self) -> bytes:
        """Raises UnknownResult when the run has no such report."""
        return self._files.fetch(f"report.{self._kind}")

    def save(self, path: str | Path) -> Path:
        """Write the file; gives its path. The folder is made where it is missing."""
        return written(path, self.read())

    def __repr__(self) -> str:
        return f'<{self._kind.upper()} report: .save("report.{self._kind}") or .read()>'


def name_of_chart(number: int, theme: Theme) -> str:
    return f"charts/{number}.svg?theme={theme}"


def written(path: str | Path, content: bytes) -> Path:
    target = Path(path).expanduser()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return target
