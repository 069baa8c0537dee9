"""Whoever administers a tenant cannot have the machine's files, sockets or logins read, nor reports put where another tenant is."""

from pathlib import Path

import pytest

from analytics_agent.adapters.places import Places
from analytics_agent.bootstrap import folder_problems, folders, import_file, warehouses, webhooks
from analytics_agent.domain.database import Database
from analytics_agent.domain.delivery import Destination
from analytics_agent.errors import DeliveryRejected, WarehouseRefused
from analytics_agent.settings import load

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The tenant's folder, with a file in it and a link out of it."""
    folder = tmp_path / "acme" / "files"
    folder.mkdir(parents=True)
    (folder / "sales.csv").write_text("city\nRome\n")
    other = tmp_path / "beta"
    other.mkdir()
    (other / "secret.csv").write_text("city\nBonn\n")
    (folder / "link").symlink_to(other)
    return folder


@pytest.mark.parametrize("form", ["{own}/sales.csv", "duckdb:///{own}/sales.duckdb", "sqlite:////{own}/a/b.sqlite", "sqlite:///{own}/x.db"])
def test_files_below_the_tenants_folder_are_read(own: Path, form: str) -> None:
    Places((str(own),)).require_database(form.format(own=own))


@pytest.mark.parametrize(
    "form",
    [
        "{own}/../../beta/secret.csv",
        "{own}/link/secret.csv",
        "{own}x/sales.csv",
        "duckdb:///{own}/%2e%2e/%2e%2e/beta/secret.duckdb",
        "sqlite:////etc/passwd",
        "sqlite+pysqlite:////etc/passwd",
        "SQLITE:////etc/passwd",
        "~/sales.csv",
        "relative.csv",
        "/etc/hosts.csv",
        "duckdb:///:memory:",
        "duckdb:///md:other",
    ],
)
def test_no_other_file_is(own: Path, form: str) -> None:
    with pytest.raises(WarehouseRefused, match="only below this tenant's folder"):
        Places((str(own),)).require_database(form.format(own=own))


@pytest.mark.parametrize(
    "uri",
    [
        "postgresql://reader:pw@db.example.com:5432/sales?sslmode=verify-full&connect_timeout=3&sslrootcert=system",
        "postgres://reader:pw@db.example.com/sales",
        "mariadb://reader:pw@db.example.com/sales?ssl_mode=required",
        "mysql+pymysql://reader:pw@[::1]:3306/sales",
    ],
)
def test_servers_are_reached_with_a_login_of_the_tenants_own(own: Path, uri: str) -> None:
    Places((str(own),)).require_database(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "postgresql:///store",
        "postgresql://reader@db.example.com/sales",  # a password from a file of this machine
        "postgresql://reader:pw@%2Frun%2Fpostgresql/sales",
        "postgresql://reader:pw@db.example.com/sales?host=/run/postgresql",
        "postgresql://reader:pw@db.example.com/sales?hostaddr=10.0.0.1",
        "postgresql://reader:pw@db.example.com/sales?passfile=/root/.pgpass",
        "postgresql://reader:pw@db.example.com/sales?service=store",
        "postgresql://reader:pw@@abstract/sales",
        "postgresql://reader:pw@%40abstract/sales",
        "postgresql://reader:pw@db.example.com,%2Frun/sales",
        "postgresql://reader:pw@db.example.com/sales?sslmode=require#&host=/run/postgresql",
        "postgresql://reader:pw@db.example.com/sales?%68ost=/run/postgresql",
        "postgresql://reader:pw@[db/sales",
        "postgresql://reader:pw@db.example.com/sales?sslkey=/etc/ssl/private/key.pem",
        "mariadb://reader:pw@db.example.com/sales?unix_socket=/run/mysqld.sock",
        "mariadb://reader:pw@db.example.com/sales?ssl-ca=/etc/passwd",
    ],
)
def test_no_socket_and_no_file_of_the_machine_is_used_and_the_address_is_not_repeated(own: Path, uri: str) -> None:
    with pytest.raises(WarehouseRefused) as caught:
        Places((str(own),)).require_database(uri)
    assert "reader" not in str(caught.value) and "pw" not in str(caught.value)


def test_a_kind_of_database_that_is_not_known_is_left_to_who_knows_the_kinds(own: Path) -> None:
    Places((str(own),)).require_database("oracle://reader:pw@db.example.com/sales")


async def test_reports_are_put_below_the_tenants_folder_or_where_the_operator_allows_it(own: Path) -> None:
    allowed = (str(own), "s3://bucket/acme")
    for address in (f"file://{own}", f"file://{own}/out", "s3://bucket/acme", "s3://bucket/acme/reports"):
        assert Places(allowed).folder_problem(address) == ""
    for address in (
        f"file://{own}/link",
        f"file://{own}/%2e%2e/%2e%2e/beta",
        f"file://{own.parent.parent}/beta",
        f"local://{own}",
        "s3://bucket/acme2",
        "s3://bucket/acme/../beta",
        "s3://bucket/acme/%2e%2e/beta",
        "s3://bucket",
        f"dir::file://{own}",
        "memory://x",
    ):
        assert "only below" in Places(allowed).folder_problem(address), address
    assert await folder_problems(f"file://{own.parent}", allowed) == [Places(allowed).folder_problem("file:///")]
    assert await folder_problems("file:///anywhere") == []


async def test_a_worker_of_a_tenant_opens_imports_and_writes_nothing_elsewhere(own: Path, tmp_path: Path) -> None:
    """Asked again where it happens: what is stored may be older than the limit, or have come by another way."""
    settings = load(state=tmp_path / "acme", files=str(own))
    stranger = Database("x", str(tmp_path / "beta" / "secret.csv"))
    for act in (import_file(settings), warehouses(settings)):
        with pytest.raises(WarehouseRefused):
            act(stranger)
    import_file(settings)(Database("x", str(own / "sales.csv")))
    destination = Destination("folder", "out", f"file://{tmp_path}/beta")
    with pytest.raises(DeliveryRejected):
        await folders(settings)().put(destination, "report.html", b"x")
    assert sorted(path.name for path in (tmp_path / "beta").iterdir()) == ["secret.csv"]


async def test_a_worker_of_a_tenant_posts_no_report_to_this_machine(tmp_path: Path) -> None:
    settings = load(state=tmp_path / "acme")
    settings._tenant = "acme"
    with pytest.raises(DeliveryRejected, match="leads to this machine"):
        await webhooks(settings)().post(Destination("webhook", "chat", "http://127.0.0.1:9/x", "whsec_eA=="), "m1", b"{}")
