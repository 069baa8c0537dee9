"""Where the rows of a statement go as they arrive, up to the caps: into a table for a small look-up, or into a Parquet file.

Rows are given in pieces and never held all together on the way to a file; what is counted are the bytes they have in memory.
"""

import errno
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from analytics_agent.domain.readable import column_type, readable
from analytics_agent.domain.statement import Caps, Saved
from analytics_agent.errors import OperatorError, StatementFailed, StorageFull
from analytics_agent.ports import Fetched

LOOKED_UP = 128_000_000
"""Most bytes of a small look-up, which is held in memory."""

_GROUP = 16_000_000
"""Bytes in memory of the rows that are written together."""
_FULL = {errno.ENOSPC, errno.EDQUOT}


class Intake:
    """`begin` once with the types, then `add` until it is False or there are no more rows, then `end`."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self._started = time.perf_counter()
        self._schema = pa.schema([])
        self._notes: dict[str, None] = {}
        self.rows = 0
        self.bytes = 0
        self.cut: Literal["rows", "bytes"] | None = None

    @property
    def most_bytes(self) -> int:
        return self._caps.bytes

    def begin(self, schema: pa.Schema) -> None:
        self._schema = schema

    def note(self, sentences: Iterable[str]) -> None:
        self._notes.update(dict.fromkeys(sentences))

    def add(self, table: pa.Table) -> bool:
        """Keep as many of these rows as the caps allow. False: enough. Raises StatementFailed where not even one row fits."""
        kept = self._within(table)
        self.rows += kept.num_rows
        self.bytes += kept.nbytes
        if kept.num_rows:
            self._keep(kept)
        return self.cut is None

    def widen(self, schema: pa.Schema) -> None:
        """Go on with other types for the same columns; the rows so far are cast."""
        raise NotImplementedError

    @property
    def milliseconds(self) -> float:
        return (time.perf_counter() - self._started) * 1000

    def _keep(self, table: pa.Table) -> None:
        raise NotImplementedError

    def _within(self, table: pa.Table) -> pa.Table:
        room = self._caps.rows - self.rows
        if table.num_rows > room:
            table, self.cut = table.slice(0, room), "rows"
        if self.bytes + table.nbytes <= self._caps.bytes:
            return table
        self.cut = "bytes"
        fitting = _fitting(table, self._caps.bytes - self.bytes)
        if not fitting and not self.rows:
            raise too_large(self._caps.bytes)
        return table.slice(0, fitting)


class TableIntake(Intake):
    """Rows in memory."""

    def __init__(self, row_cap: int) -> None:
        super().__init__(Caps(row_cap, LOOKED_UP))
        self._parts: list[pa.Table] = []

    def widen(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._parts = [part.cast(schema) for part in self._parts]

    def _keep(self, table: pa.Table) -> None:
        self._parts.append(table)

    def fetched(self) -> Fetched:
        table = pa.concat_tables(self._parts) if self._parts else self._schema.empty_table()
        return Fetched(readable(table), self.cut is not None, self.milliseconds)


class ParquetIntake(Intake):
    """Rows into a file. After an error there is none."""

    def __init__(self, path: Path, caps: Caps) -> None:
        super().__init__(caps)
        self._path = path
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []
        self._waiting_bytes = 0

    def begin(self, schema: pa.Schema) -> None:
        super().begin(schema)
        with _disk():
            # Of numbers and moments a dictionary costs as much as all the rest, and saves nothing.
            texts = [field.name for field in schema if pa.types.is_string(field.type)]
            self._writer = pq.ParquetWriter(self._path, schema, compression="zstd", use_dictionary=texts or False)

    def widen(self, schema: pa.Schema) -> None:
        """The rows so far are read and written anew."""
        self._flush()
        self._close()
        before = self._path.with_name(f"{self._path.name}.before")
        self._path.replace(before)
        try:
            self.begin(schema)
            for batch in pq.ParquetFile(before).iter_batches():
                self._write(pa.Table.from_batches([batch]).cast(schema))
        finally:
            before.unlink(missing_ok=True)

    def end(self) -> None:
        self._flush()
        self._close()

    def discard(self) -> None:
        with suppress(OSError, pa.ArrowException, StorageFull, OperatorError):
            self._close()
        self._path.unlink(missing_ok=True)

    def saved(self) -> Saved:
        columns = tuple((field.name, column_type(field.type)) for field in self._schema)
        return Saved(self.rows, self.bytes, self.milliseconds, self.cut, columns, tuple(self._notes))

    def _keep(self, table: pa.Table) -> None:
        self._waiting.append(table)
        self._waiting_bytes += table.nbytes
        if self._waiting_bytes >= _GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            table = pa.concat_tables(self._waiting)
            self._waiting, self._waiting_bytes = [], 0
            self._write(table)

    def _write(self, table: pa.Table) -> None:
        with _disk():
            if self._writer is not None:
                self._writer.write_table(table)

    def _close(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            with _disk():
                writer.close()


@contextmanager
def saving(path: Path, caps: Caps) -> Iterator[ParquetIntake]:
    """A file that is there at the end of the block, or not at all."""
    intake = ParquetIntake(path, caps)
    try:
        yield intake
    except BaseException:
        intake.discard()
        raise


def too_large(most_bytes: int) -> StatementFailed:
    return StatementFailed(
        f"One row is larger than a result may be ({most_bytes / 1e6:,.0f} MB).",
        code="row-too-large",
        hint="Select fewer columns, the length of a long text, or its first 1,000 characters.",
    )


def no_columns() -> StatementFailed:
    return StatementFailed("The statement gives no columns.", code="no-columns", hint="Use a plain SELECT.")


def _fitting(table: pa.Table, room: int) -> int:
    """How many of its first rows have no more bytes than there is room."""
    fits, too_many = 0, table.num_rows
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        fits, too_many = (middle, too_many) if table.slice(0, middle).nbytes <= room else (fits, middle)
    return fits


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        if problem.errno in _FULL or "No space left" in str(problem):
            raise StorageFull(
                "The disk that keeps results and reports is full.", hint="Free space in the state folder, then ask again."
            ) from None
        raise OperatorError("A result cannot be written.", hint="Check the folder in ANALYTICS_AGENT_ARTIFACTS_URL.") from None
