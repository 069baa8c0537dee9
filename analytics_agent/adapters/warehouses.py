"""Which adapter an address means, and files that become warehouses: CSV and Parquet are imported into a DuckDB file of their own."""

import re
import tempfile
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

from analytics_agent.domain.catalog import Dialect
from analytics_agent.domain.database import Database
from analytics_agent.errors import StorageFull, WarehouseRefused
from analytics_agent.ports import Warehouse

_SCHEMES: dict[str, Dialect] = {
    "postgresql": "postgres",
    "postgres": "postgres",
    "mariadb": "mysql",
    "mysql": "mysql",
    "duckdb": "duckdb",
    "sqlite": "sqlite",
}
_ENDINGS: dict[str, Dialect] = {".duckdb": "duckdb", ".ddb": "duckdb", ".sqlite": "sqlite", ".sqlite3": "sqlite", ".db": "sqlite"}
_READERS = {".csv": "read_csv", ".tsv": "read_csv", ".parquet": "read_parquet"}
_DUCKDB_MAGIC, _DUCKDB_MAGIC_AT = b"DUCK", 8
_FORMS = (
    "postgresql://user:password@host:5432/database, mariadb://user:password@host:3306/database, duckdb:///path, sqlite:///path, "
    "or a file ending .duckdb, .sqlite, .db, .csv, .parquet"
)


def dialect_of(uri: str) -> Dialect:
    """The dialect an address speaks. Raises WarehouseRefused, naming the forms that work; the address itself is never repeated."""
    scheme = _scheme(uri)
    if scheme:
        if scheme in _SCHEMES:
            return _SCHEMES[scheme]
        raise WarehouseRefused(f"Addresses that begin with {scheme}:// are not known.", hint=f"Use {_FORMS}.")
    return _dialect_of_file(Path(uri))


def is_importable(uri: str) -> bool:
    """Whether this is a file for `import_file`."""
    return not _scheme(uri) and Path(uri).suffix.lower() in _READERS


def open_warehouse(database: Database) -> Warehouse:
    """The adapter for a database. Nothing is connected yet."""
    dialect = dialect_of(database.uri)
    if dialect == "postgres":
        from analytics_agent.adapters.postgres.warehouse import PostgresWarehouse

        return PostgresWarehouse(database.name, _for_libpq(database.uri), schema=database.schema)
    if dialect == "mysql":
        from analytics_agent.adapters.mariadb.warehouse import MariadbWarehouse

        return MariadbWarehouse(database.name, database.uri, schema=database.schema)
    if dialect == "duckdb":
        from analytics_agent.adapters.duckdb.warehouse import DuckdbWarehouse

        return DuckdbWarehouse(database.name, path_of(database.uri), schema=database.schema)
    from analytics_agent.adapters.sqlite.warehouse import SqliteWarehouse

    return SqliteWarehouse(database.name, path_of(database.uri))


def path_of(uri: str) -> Path:
    """The file of a DuckDB or SQLite address: absolute after four slashes; after three, relative if there is such a file."""
    if not _scheme(uri):
        return Path(uri).expanduser()
    path = unquote(urlsplit(uri).path).removeprefix("/")
    # SQLAlchemy's convention: the third slash only separates. People write absolute paths with three all the same.
    return Path(path) if path.startswith("/") or Path(path).is_file() else Path("/" + path)


def import_file(path: Path, folder: Path, name: str) -> str:
    """Import a CSV, TSV or Parquet file as the one table of a new DuckDB file in `folder`, and return its address.

    The table is named after the file. All or nothing: an import that fails leaves an earlier one of that name as it was.
    Raises WarehouseRefused for a file that is missing or cannot be read.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise WarehouseRefused(f"{path.name} is neither CSV nor Parquet.", hint=f"Use {_FORMS}.")
    if not path.is_file():
        raise WarehouseRefused(f"There is no file {path}.", hint="Check the path; relative paths start at the working folder.")
    folder.mkdir(parents=True, exist_ok=True)
    target = imported(folder, name)
    with tempfile.TemporaryDirectory(dir=folder) as workplace:
        draft = Path(workplace) / "import.duckdb"
        _import(path, reader, draft)
        draft.replace(target)
    return f"duckdb:///{target.absolute()}"


def imported(folder: Path, name: str) -> Path:
    """Where the import of the database of that name is. Names that differ have files that differ."""
    plain = re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name)
    return folder / f"{name if plain else _identifier(name) + '-' + sha256(name.encode()).hexdigest()[:12]}.duckdb"


def _import(path: Path, reader: str, draft: Path) -> None:
    import duckdb

    connection = duckdb.connect(str(draft))
    try:
        connection.execute(f'CREATE TABLE "{_identifier(path.stem)}" AS SELECT * FROM {reader}(?)', [str(path.absolute())])
    except duckdb.Error as problem:
        if "no space left" in str(problem).lower():
            raise StorageFull("The disk of the state folder is full.", hint="Free some space and add the file again.") from None
        hint = "A CSV needs a header and one delimiter throughout; a Parquet file must be complete."
        raise WarehouseRefused(f"{path.name} cannot be read as {path.suffix[1:].upper()}.", hint=hint) from None
    finally:
        connection.close()


def _identifier(text: str) -> str:
    """A name that needs no quotes: letters, digits and underscores, not beginning with a digit."""
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "data"
    return f"t_{name}" if name[0].isdigit() else name


def _scheme(uri: str) -> str:
    """Without the driver that SQLAlchemy's addresses name, as in postgresql+psycopg2://."""
    head, separator, _ = uri.partition("://")
    return head.lower().partition("+")[0] if separator else ""


def _for_libpq(uri: str) -> str:
    return f"postgresql://{uri.partition('://')[2]}"


def _dialect_of_file(path: Path) -> Dialect:
    suffix = path.suffix.lower()
    if suffix in _READERS:
        return "duckdb"
    if suffix in _ENDINGS:
        return "duckdb" if _is_duckdb(path) else _ENDINGS[suffix]
    raise WarehouseRefused("This address is not understood.", hint=f"Use {_FORMS}.")


def _is_duckdb(path: Path) -> bool:
    """Files called .db are of either kind; their first bytes tell."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        file.seek(_DUCKDB_MAGIC_AT)
        return file.read(len(_DUCKDB_MAGIC)) == _DUCKDB_MAGIC
