"""An evaluation on disk and on stdout: a line for each question as it is done, and the summary as the last line."""

import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from analytics_agent.errors import AskerError
from analytics_agent.evals.score import Answered
from analytics_agent.evals.suite import Case

_FIRST = ("id", "trial", "status", "outcome", "correct", "silent", "sql", "rows", "usage")
"""What people look for comes first."""
_FIELDS = tuple(field.name for field in fields(Answered))


def as_record(line: Answered) -> dict[str, Any]:
    """As a line is written. What there is none of is left out, but for the fields that everybody may rely on."""
    record = asdict(line) | {"tags": list(line.tags)}
    ordered = {name: record[name] for name in (*_FIRST, *(name for name in _FIELDS if name not in _FIRST))}
    kept = {"sql", "correct"} if line.correct is not None else {"sql"}
    return {name: value for name, value in ordered.items() if value is not None or name in kept}


def as_line(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"


def read(path: Path) -> tuple[Answered, ...]:
    """The questions of a finished or interrupted evaluation; its summary is left out, and a line that was cut in writing.

    Raises AskerError for a file that is no evaluation.
    """
    try:
        lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")  # a text may hold the other ends of lines
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise AskerError(f"{path} cannot be read: {why}.") from None
    found = [
        _answered(line, f"{path}, line {number}", is_last=number == len(lines)) for number, line in enumerate(lines, 1) if line.strip()
    ]
    return tuple(line for line in found if line)


def _answered(text: str, where: str, *, is_last: bool) -> Answered | None:
    try:
        record = json.loads(text)
    except ValueError:
        if is_last and _is_cut(text):
            return None
        raise AskerError(f"{where} is not JSON: this is no file that `eval` wrote.") from None
    if isinstance(record, dict) and "summary" in record:
        return None
    try:
        known = {name: value for name, value in record.items() if name in _FIELDS}
        return Answered(**known | {"tags": tuple(known.get("tags", ())), "correct": known.get("correct")})
    except (TypeError, AttributeError):
        raise AskerError(f"{where} is no line of an evaluation: this is no file that `eval` wrote.") from None


def _is_cut(text: str) -> bool:
    """A line that was being written when the power went: anything else is somebody's own file, and is not written over."""
    return any(text.startswith(begun) or begun.startswith(text) for begun in ('{"id": ', '{"summary": '))


def continued(path: Path, cases: Iterable[Case], model: str | None, *, retry_failed: bool = False) -> tuple[Answered, ...]:
    """What an earlier, interrupted evaluation of the same suite has done; with `retry_failed` without what failed or was cancelled.

    Raises AskerError where it was another suite or model.
    """
    done = read(path) if path.exists() else ()
    known = {case.id: case.question for case in cases}
    for line in done:
        if line.id not in known:
            raise AskerError(f"{path} holds {line.id!r}, which this suite has not.", hint="Choose another file for --out.")
        if line.question != known[line.id]:
            raise AskerError(f"The suite asks {line.id!r} otherwise than {path} has it.", hint="Choose another file for --out.")
        if model and line.model and line.model != model:
            raise AskerError(f"{path} holds answers of {line.model}, not of {model}.", hint="Choose another file for --out.")
    return tuple(line for line in done if not (retry_failed and line.outcome in ("failed", "cancelled")))


class ResultFile:
    """Lines as they come, each whole and on disk before the next; the summary at the end.

    What is there already is kept: the file is first written anew beside itself, without its old summary and without a cut line.
    """

    def __init__(self, path: Path, done: Sequence[Answered] = ()) -> None:
        self._path = path
        self._done = done
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        folder = self._path.absolute().parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as draft:
                draft.writelines(as_line(as_record(line)) for line in self._done)
            Path(draft.name).replace(self._path)
            self._file = self._path.open("a", encoding="utf-8")
        except OSError as error:
            raise AskerError(f"{self._path} cannot be written: {error.strerror}.") from None
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        if self._file:
            self._file.close()

    def add(self, record: dict[str, Any]) -> None:
        if self._file is None:
            raise ValueError("the file is not open")
        self._file.write(as_line(record))
        self._file.flush()
        os.fsync(self._file.fileno())
