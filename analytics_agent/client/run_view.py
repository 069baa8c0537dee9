"""A run as a Python object: its answer shows itself, its results are tables, its reports can be saved."""

import io
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from analytics_agent.client.run_files import RunFiles
from analytics_agent.errors import UnknownResult

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class Source(Protocol):
    """Where a view gets what its document does not hold: a client that waits."""

    def document(self, run_id: str) -> dict[str, Any]: ...

    def file(self, run_id: str, name: str) -> bytes: ...

    def reply(self, run_id: str, text: str) -> "RunView": ...

    def cancel(self, run_id: str) -> dict[str, Any]: ...


class RunView:
    """A run as it was when it was read. `document` is all of it; `refresh()` reads it again."""

    def __init__(self, source: Source, document: dict[str, Any]) -> None:
        self._source = source
        self.document = document
        self.files = RunFiles(source, self.id)

    @property
    def id(self) -> str:
        return str(self.document["id"])

    @property
    def status(self) -> str:
        return str(self.document["status"])

    @property
    def question(self) -> str:
        return str(self.document["question"])

    @property
    def reason(self) -> str | None:
        """Why there is no answer, where there is none."""
        reason: str | None = self.document["reason"]
        return reason

    @property
    def answer(self) -> "AnswerView":
        """Shows itself as HTML in a notebook and as text elsewhere; without an answer, what happened instead."""
        return AnswerView(self.document, self.files)

    @property
    def report(self) -> "ReportView":
        return ReportView(self._source, self.id)

    @property
    def dashboard_url(self) -> str | None:
        url: str | None = self.document["superset"]["dashboard_url"]
        return url

    @property
    def results(self) -> tuple["ResultView", ...]:
        return tuple(ResultView(self.files, query) for query in self.document["queries"])

    def __getitem__(self, result: str) -> "ResultView":
        """`run["r1"]`. Raises UnknownResult, naming those there are."""
        for view in self.results:
            if view.id == result:
                return view
        known = ", ".join(view.id for view in self.results)
        raise UnknownResult(f"This run has no result {result!r}.", hint=f"It has {known}." if known else "It has none.")

    @property
    def shown_files(self) -> list[str]:
        """The files that the answer shows."""
        return []

    @property
    def all_files(self) -> list[str]:
        return [f"results/{result.id}.parquet" for result in self.results]

    def refresh(self) -> "RunView":
        """Read it again; gives itself."""
        self.document = self._source.document(self.id)
        return self

    def answer_question(self, text: str) -> "RunView":
        """Answer what the run asks you, and wait for what it makes of it; gives itself."""
        self.document = self._source.reply(self.id, text).document
        return self

    def __repr__(self) -> str:
        return f"<Run {self.id} {self.status}: {self.question}>"

    def _repr_html_(self) -> str:
        return self.answer._repr_html_()


class AnswerView:
    """The answer of a run's document."""

    def __init__(self, document: dict[str, Any], files: RunFiles) -> None:
        self._document = document
        self._files = files

    @property
    def headline(self) -> str | None:
        headline: str | None = self._document["headline"]
        return headline

    @property
    def claims(self) -> list[dict[str, Any]]:
        """Each with its text and its figures: shown, value, unit, result, expression."""
        answer = self._document["answer"]
        return list(answer["claims"]) if answer else []

    def __bool__(self) -> bool:
        return self._document["answer"] is not None

    def __str__(self) -> str:
        answer = self._document["answer"]
        return str(answer["summary"]) if answer else self._instead()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from analytics_agent.client.answer_html import page

        return page(self._document, self._files)

    def _instead(self) -> str:
        asked = self._document["clarification"]
        if self._document["status"] == "needs_input" and asked:
            return "\n".join([asked["question"], *(f"  {reading}" for reading in asked["readings"])])
        return self._document["reason"] or f"No answer yet: {self._document['status']}."


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
        return self._table

    @property
    def df(self) -> "pd.DataFrame":
        """The rows as pandas; a new frame each time, so that changing one changes no other."""
        frame: pd.DataFrame = self._table.to_pandas()
        return frame

    def polars(self) -> Any:
        """The rows as a polars DataFrame, where polars is installed."""
        try:
            import polars  # type: ignore[import-not-found, unused-ignore]
        except ImportError:
            raise ImportError("polars is not installed: `pip install polars`, or use .df or .arrow()") from None
        return polars.from_arrow(self._table)

    def __repr__(self) -> str:
        return f"<{self.id} {self.title}: {self.query['rows']} rows>"

    def _repr_html_(self) -> str:
        html: str = self.df.to_html(max_rows=20, index=False)  # escapes every cell
        return f"<p><b>{escape(self.id)}</b> {escape(self.title)}</p>{html}"


class ReportView:
    """The report's files."""

    def __init__(self, source: Source, run_id: str) -> None:
        self.html = FileView(source, run_id, "html")
        self.pdf = FileView(source, run_id, "pdf")


class FileView:
    """One file of a report."""

    def __init__(self, source: Source, run_id: str, kind: Literal["html", "pdf"]) -> None:
        self._source = source
        self._run_id = run_id
        self._kind: Literal["html", "pdf"] = kind

    def read(self) -> bytes:
        """Raises UnknownResult when the run has no such report."""
        return self._source.file(self._run_id, f"report.{self._kind}")

    def save(self, path: str | Path) -> Path:
        """Write the file; gives its path. The folder is made where it is missing."""
        target = Path(path).expanduser()
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(self.read())
        return target
