"""A DuckDB file opened so that a statement can do nothing but read it: the engine's own switches, set and then locked.

Memory that one call of a function takes is outside the engine's limit of memory; the limit of the whole process holds for it.
"""

import os
import shutil
import stat
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from analytics_agent.errors import StatementFailed, WarehouseRefused, WarehouseUnavailable

if TYPE_CHECKING:
    import duckdb

_CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_unsigned_extensions": "false",
    "allow_persistent_secrets": "false",
    "memory_limit": "1GB",
    "max_temp_directory_size": "10GB",
}


def open_file(path: Path) -> "duckdb.DuckDBPyConnection":
    """Raises WarehouseRefused for what is no DuckDB file, WarehouseUnavailable while another program writes to it."""
    import duckdb

    if not path.is_file():
        raise WarehouseRefused(f"There is no file {path}.", hint="Check the path; relative paths start at the working folder.")
    try:
        connection = duckdb.connect(str(path), read_only=True, config=_CONFIGURATION | {"temp_directory": _spill_folder(path)})
        _lock_settings(connection)
    except duckdb.IOException as problem:
        if "lock" in str(problem).lower():
            raise WarehouseUnavailable(f"Another program is writing to {path.name}.", hint="Close it there; we only read.") from None
        raise WarehouseRefused(
            f"{path.name} is not a DuckDB database that this version reads.", hint="Export and import it again."
        ) from None
    except duckdb.Error:
        raise WarehouseRefused(f"{path.name} cannot be opened.", hint="Is it open elsewhere in this process with other settings?") from None
    return connection


def _lock_settings(connection: "duckdb.DuckDBPyConnection") -> None:
    """Once for the open file: whoever has it open in this process under another name has set the same and locked it."""
    import duckdb

    try:
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        connection.execute("SET lock_configuration = true")
    except duckdb.InvalidInputException:
        if connection.execute("SELECT current_setting('lock_configuration')").fetchone() != (True,):
            raise


def must_be_a_query(cursor: "duckdb.DuckDBPyConnection", sql: str) -> None:
    """Raises StatementFailed, before anything runs, for several statements and for any that is not a SELECT."""
    import duckdb

    try:
        statements = cursor.extract_statements(sql)
    except duckdb.Error as problem:
        code = type(problem).__name__
        raise StatementFailed("DuckDB does not accept this syntax.", code=code, hint="Say it with simpler SQL.") from None
    if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
        raise StatementFailed("Only a single query is run.", code="no-query", hint="Use one plain SELECT.")


def _spill_folder(path: Path) -> str:
    """Where what does not fit into memory goes: rows before any row rule, so in a folder that nobody else may open. Beside the file, as
    DuckDB would have it, nothing of ours is to be. It is DuckDB's to make and to remove, and of this process alone."""
    private = Path(tempfile.gettempdir()) / f"analytics-agent-duckdb-{os.geteuid()}"
    try:
        private.mkdir(mode=0o700, exist_ok=True)
        about = private.lstat()
    except OSError:
        raise WarehouseRefused(f"{private} cannot be made.", hint="Set TMPDIR to a folder that may be written to.") from None
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.geteuid() or about.st_mode & 0o077:
        raise WarehouseRefused(f"{private} is not a private folder of ours.", hint="Remove it, or set TMPDIR to another folder.")
    _clear(private)
    mark = sha256(str(path.absolute()).encode()).hexdigest()[:12]
    return str(private / f"{os.getpid()}-{mark}")


def _clear(private: Path) -> None:
    """Remove what processes left there that were killed in the middle of a statement."""
    for folder in private.iterdir():
        number = folder.name.partition("-")[0]
        if number.isdigit() and not _is_alive(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
