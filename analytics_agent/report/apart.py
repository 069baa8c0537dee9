"""Rendering in a process of its own: whatever it took of memory is given back when it ends, and one that hangs can be ended.

It reads the run and its tables, writes page, PDF and drawings, and knows no address and no secret. Nothing is left behind by one that
dies: both go through pipes. `python -m analytics_agent.report.apart < wanted > made`
"""

import os
import sys
import traceback
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from pydantic import ConfigDict, TypeAdapter

from analytics_agent.domain.run import Run
from analytics_agent.frugal import keep_out_pandas

if TYPE_CHECKING:
    import pyarrow as pa

_BYTES = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


@dataclass(frozen=True)
class Wanted:
    """`tables` has the rows of each result, as Parquet, by the result's id."""

    run: Run
    tables: dict[str, bytes]
    generated_at: datetime
    dashboard_url: str | None = None

    __pydantic_config__ = _BYTES


@dataclass(frozen=True)
class Picture:
    """A chart of the report. `drawings` are SVG: wide, wide and dark, narrow, narrow and dark."""

    title: str
    alt: str
    subtitle: str
    notes: tuple[str, ...]
    result: str
    drawings: tuple[str, str, str, str]


@dataclass(frozen=True)
class Made:
    html: str | None
    pdf: bytes | None
    pictures: tuple[Picture, ...]

    __pydantic_config__ = _BYTES


@cache
def wanted_form() -> TypeAdapter[Wanted]:
    return TypeAdapter(Wanted)


@cache
def made_form() -> TypeAdapter[Made]:
    return TypeAdapter(Made)


def make(wanted: Wanted) -> Made:
    from analytics_agent.report.build import build
    from analytics_agent.report.chart_files import chart_files
    from analytics_agent.report.render import render_html, render_pdf

    run, formats = wanted.run, wanted.run.question.formats
    tables = {name: _table(content) for name, content in wanted.tables.items()}
    document = build(run, tables, dashboard_url=wanted.dashboard_url, generated_at=wanted.generated_at)
    pictures = (
        Picture(
            one.chart.title,
            one.chart.alt,
            one.chart.subtitle,
            one.chart.notes,
            one.result,
            (one.wide, one.wide_dark, one.narrow, one.narrow_dark),
        )
        for one in chart_files(run, tables)
    )
    html = render_html(document) if "html" in formats else None
    return Made(html, render_pdf(document) if "pdf" in formats else None, tuple(pictures))


def _table(content: bytes) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.parquet as pq

    from analytics_agent.domain.readable import readable

    return readable(pq.ParquetFile(pa.BufferReader(content)).read())


def main() -> int:
    keep_out_pandas()
    made_goes_to = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints is not part of it
    try:
        made = make(wanted_form().validate_json(sys.stdin.buffer.read()))
        with os.fdopen(made_goes_to, "wb") as pipe:
            pipe.write(made_form().dump_json(made))
    except Exception as error:  # noqa: BLE001  the edge of a process: by type and place alone, its words may quote data
        frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
        sys.stderr.write(f"unforeseen {type(error).__name__} in a report at {' < '.join(reversed(frames))}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
