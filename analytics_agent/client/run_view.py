"""A run as a Python object: its answer shows itself, its results are tables, its reports can be saved."""

import io
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from analytics_agent.errors import UnknownResult

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class Source(Protocol):
    """Where a view gets what its document does not hold: the client."""

    def document(self, run_id: str) -> dict[str, Any]: ...

    def report(self, run_id: str, kind: Literal["html", "pdf"]) -> bytes: ...

    def result(self, run_id: str, result: str, kind: Literal["csv", "parquet", "json"]) -> bytes: ...


class RunView:
    """A run as it was when it was read. `document` is all of it; `refresh()` reads it again."""

    def __init__(self, source: Source, document: dict[str, Any]) -> None:
        self._source = source
        self.document = document

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
        return AnswerView(self.document)

    @property
    def report(self) -> "ReportView":
        return ReportView(self._source, self.id)

    @property
    def dashboard_url(self) -> str | None:
        url: str | None = self.document["superset"]["dashboard_url"]
        return url

    @property
    def results(self) -> tuple["ResultView", ...]:
        return tuple(ResultView(self._source, self.id, query) for query in self.document["queries"])

    def __getitem__(self, result: str) -> "ResultView":
        """`run["r1"]`. Raises UnknownResult, naming those there are."""
        for view in self.results:
            if view.id == result:
                return view
        known = ", ".join(view.id for view in self.results)
        raise UnknownResult(f"This run has no result {result!r}.", hint=f"It has {known}." if known else "It has none.")

    def refresh(self) -> "RunView":
        return RunView(self._source, self._source.document(self.id))

    def __repr__(self) -> str:
        return f"<Run {self.id} {self.status}: {self.question}>"

    def _repr_html_(self) -> str:
        return self.answer._repr_html_()


class AnswerView:
    """The answer of a run's document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

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
        """Every text is escaped: some of it came out of a database."""
        if not self:
            return f"<p>{escape(self._instead())}</p>"
        headline = f"<h4>{escape(self.headline)}</h4>" if self.headline else ""
        notes = "".join(f"<li>{escape(str(note))}</li>" for note in self._document["caveats"])
        return headline + "".join(_claim_html(claim) for claim in self.claims) + (f"<ul>{notes}</ul>" if notes else "")

    def _instead(self) -> str:
        asked = self._document["clarification"]
        if self._document["status"] == "needs_input" and asked:
            return "\n".join([asked["question"], *(f"  {reading}" for reading in asked["readings"])])
        return self._document["reason"] or f"No answer yet: {self._document['status']}."


def _claim_html(claim: dict[str, Any]) -> str:
    """The claim's text, each figure bold with its source as tooltip. Figures stand in the text in their own order."""
    html, rest = "", claim["text"]
    for figure in claim["figures"]:
        before, found, after = rest.partition(figure["shown"])
        if not found:
            continue
        source = f"{figure['expression']} = {figure['value']}"
        html += f'{escape(before)}<b title="{escape(source)}">{escape(found)}</b>'
        rest = after
    return f"<p>{html}{escape(rest)}</p>"


class ResultView:
    """One stored result. Its rows are fetched when they are first asked for."""

    def __init__(self, source: Source, run_id: str, query: dict[str, Any]) -> None:
        self._source = source
        self._run_id = run_id
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

        return pq.ParquetFile(io.BytesIO(self._source.result(self._run_id, self.id, "parquet"))).read()

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
        return self._source.report(self._run_id, self._kind)

    def save(self, path: str | Path) -> Path:
        """Write the file; gives its path. The folder is made where it is missing."""
        target = Path(path).expanduser()
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(self.read())
        return target
