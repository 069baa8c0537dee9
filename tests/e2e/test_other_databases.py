"""Databases that are not ours, from `databases add` to the answer, the report and the dashboard, or the sentence why there is none."""

import io
import json
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from e2e import odd_schema
from e2e.command_line import Done, run
from e2e.odd_schema import PASSWORD, READER, WRITER, address, superuser, wanted
from e2e.other_databases import CLAUDE, add, ask, columns, listed, rows, scripted, tables
from pypdf import PdfReader
from running_stack import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

# PostgreSQL


@pytest.fixture(scope="module")
def odd(stack: RunningStack) -> Iterator[Done]:
    """The odd database, added under its reading login; gives how `databases add` ended."""
    with odd_schema.odd_shop(stack):
        yield add(stack, "odd", address(stack, READER))
        run(stack, "databases", "remove", "odd")


def test_a_login_that_only_reads_is_added_without_a_warning(odd: Done) -> None:
    assert (odd.code, odd.out, odd.err) == (0, "", "Added odd: 7 tables, no semantic model.\n")


def test_the_catalog_holds_every_odd_name(stack: RunningStack, odd: Done) -> None:
    found = tables(stack, "odd")
    assert set(found) == {
        "public.Kunden Übersicht",
        "sales.orders",
        "archive.orders",
        "sales.monthly",
        "public.no_key",
        "public.nothing_yet",
        "public.wide",
    }
    assert columns(found["public.Kunden Übersicht"]) == ["KundenNr", "order", "Größe (cm)", "a.b", 'say "hi"']
    assert found["sales.monthly"]["kind"] == "view"
    assert found["public.no_key"]["primary_key"] == []
    assert len(columns(found["public.wide"])) == odd_schema.WIDE
    (key,) = found["sales.orders"]["foreign_keys"]
    assert (key["columns"], key["table_schema"], key["table"]) == (["customer"], "public", "Kunden Übersicht")


@dataclass(frozen=True)
class Asked:
    """A statement of the model's, a claim on its result, the rows that must come, and what the claim must say."""

    sql: str
    claim: str
    rows: list[list[Any]]
    says: str


ASKED = {
    "quoted names": Asked(
        'SELECT "KundenNr", "order", "Größe (cm)" AS "Größe (cm)", "say ""hi""" FROM "Kunden Übersicht" ORDER BY "order"',
        'The tallest measures {{max(r1."Größe (cm)")}}.',
        [[2, 10, 165.25, "née"], [3, 20, None, "名前"], [1, 30, 181.5, "ja"]],
        "182",
    ),
    "a join over schemas": Asked(
        'SELECT k."KundenNr" AS customer, sum(o.total) AS total FROM sales.orders o JOIN "Kunden Übersicht" k ON k."KundenNr" = o.customer '
        "GROUP BY 1 ORDER BY 1",
        "Customer one ordered for {{r1[customer=1].total}}.",
        [[1, 2092.5], [2, 2002.5], [3, 2047.5]],
        "2,093",
    ),
    "twins in two schemas": Asked(
        "SELECT (SELECT count(*) FROM sales.orders) AS kept, (SELECT count(*) FROM archive.orders) AS archived",
        "{{r1[0].kept}} are kept and {{r1[0].archived}} archived.",
        [[90, 7]],
        "90",
    ),
    "a view": Asked(
        "SELECT month, total FROM sales.monthly ORDER BY month",
        "The first month brought {{r1[0].total}}.",
        [["2024-01-01", 697.5], ["2024-02-01", 1957.5], ["2024-03-01", 3487.5]],
        "698",
    ),
    "no key": Asked(
        "SELECT word, count(*) AS times FROM no_key GROUP BY word ORDER BY times DESC",
        "{{r1[0].word}} comes {{r1[0].times}} times.",
        [["one", 2], [None, 1]],
        "one",
    ),
    "an empty table": Asked("SELECT id, at FROM nothing_yet", "There are {{count(r1)}} rows.", [], "0"),
    "sixty columns": Asked("SELECT * FROM wide", "The last column is {{r1[0].c60}}.", [list(range(1, 61))], "60"),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_question_on_odd_names_has_the_right_rows_a_report_and_a_dashboard(stack: RunningStack, odd: Done, name: str) -> None:
    asked = ASKED[name]
    document = ask(stack, "odd", asked.sql, asked.claim)
    assert rows(stack, document) == expected(stack, asked)
    assert asked.says in document["answer"]["summary"]
    with stack.client() as client:
        pages = PdfReader(io.BytesIO(client.report(document["id"], "pdf"))).pages
    assert asked.says in " ".join(page.extract_text() for page in pages)
    assert document["superset"]["failure"] is None
    assert document["superset"]["dashboard_url"] and document["superset"]["charts"]


def expected(stack: RunningStack, asked: Asked) -> list[list[Any]]:
    """The rows by hand, and the same from the server itself: a mistake in either shows."""
    with psycopg.connect(superuser(stack)) as connection:
        fetched = connection.execute(asked.sql.encode()).fetchall()
    told = [[_plain(cell) for cell in row] for row in fetched]
    assert told == asked.rows
    return told


def _plain(cell: Any) -> Any:
    return float(cell) if isinstance(cell, Decimal) else cell.isoformat() if hasattr(cell, "isoformat") else cell


def test_a_table_whose_name_is_in_two_schemas_is_not_guessed(stack: RunningStack, odd: Done) -> None:
    stack.script.step = scripted("SELECT count(*) AS n FROM orders", "{{r1[0].n}}")
    run(stack, "ask", "How many orders?", "--database", "odd", "--no-publish", "--formats", "none", *CLAUDE)
    told = json.dumps(stack.messages.requests[-1], ensure_ascii=False)
    assert "sales.orders" in told and "archive.orders" in told and "is_error" in told


def test_only_one_schema_is_read_when_one_is_named(stack: RunningStack, odd: Done) -> None:
    assert add(stack, "odd-archive", address(stack, READER), "--schema", "archive").code == 0
    assert set(tables(stack, "odd-archive")) == {"archive.orders"}
    document = ask(stack, "odd-archive", "SELECT count(*) AS n FROM orders", "{{r1[0].n}} orders.", "--no-publish", "--formats", "none")
    assert rows(stack, document) == [[7]]
    run(stack, "databases", "remove", "odd-archive")


def test_a_new_column_is_known_after_a_refresh(stack: RunningStack, odd: Done) -> None:
    with psycopg.connect(superuser(stack), autocommit=True) as connection:
        connection.execute("ALTER TABLE no_key ADD COLUMN language text DEFAULT 'en'")
    assert columns(tables(stack, "odd")["public.no_key"]) == ["word"]
    done = run(stack, "databases", "refresh", "odd")
    assert (done.code, done.err) == (0, "Read 7 tables of odd.\n")
    assert columns(tables(stack, "odd")["public.no_key"]) == ["word", "language"]
    document = ask(stack, "odd", "SELECT DISTINCT language FROM no_key", "It is {{r1[0].language}}.", "--no-publish", "--formats", "none")
    assert rows(stack, document) == [["en"]]


def test_a_database_may_be_refreshed_by_many_at_once(stack: RunningStack, odd: Done) -> None:
    with ThreadPoolExecutor() as people:
        ended = list(people.map(lambda _: run(stack, "databases", "refresh", "odd"), range(4)))
    assert [done.code for done in ended] == [0] * 4, ended


def test_a_login_that_can_write_is_told_with_statements_that_make_one_that_cannot(stack: RunningStack, odd: Done) -> None:
    warned = add(stack, "odd-writer", address(stack, WRITER))
    assert warned.code == 0
    assert "The login can write to 1 tables." in warned.err and "create tables in: archive" in warned.err
    statements = re.findall(r"^ *((?:CREATE|ALTER|GRANT) .*;)$", warned.err, re.MULTILINE)
    assert any(line.startswith("GRANT SELECT ON ALL TABLES IN SCHEMA") for line in statements)
    with psycopg.connect(superuser(stack), autocommit=True) as connection:
        for line in statements:
            connection.execute(line.encode())
    harmless = add(stack, "odd-writer", address(stack, "analytics_reader", password="choose one"))
    assert (harmless.code, harmless.err) == (0, "Added odd-writer: 7 tables, no semantic model.\n")
    run(stack, "databases", "remove", "odd-writer")
    with psycopg.connect(superuser(stack), autocommit=True) as connection:
        connection.execute("DROP OWNED BY analytics_reader")


# addresses are secrets


def test_the_password_of_a_database_is_in_no_file_of_the_stack(stack: RunningStack, odd: Done) -> None:
    document = ask(stack, "odd", "SELECT count(*) AS n FROM no_key", "{{r1[0].n}} rows.")
    assert add(stack, "odd-broken", address(stack, READER, database="not_there")).code == 1
    assert add(stack, "odd-broken", address(stack, "nobody")).code == 1
    with psycopg.connect(superuser(stack, "postgres"), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    assert any("temporal" in path for path in files_with(stack, document["id"]))  # what is looked for is found where it is
    for secret in (PASSWORD, quote(PASSWORD, safe=""), quote(PASSWORD)):
        assert files_with(stack, secret) == []


def files_with(stack: RunningStack, text: str) -> list[str]:
    """Files of the stack, PostgreSQL's and Temporal's own included, that hold this text."""
    folders = [str(stack.settings.state), str(wanted(stack).state.postgres.resolve())]
    options = ["--recursive", "--files-with-matches", "--binary-files=text", "--exclude-dir=superset-venv", "--fixed-strings"]
    found = subprocess.run(["grep", *options, "-e", text, *folders], capture_output=True, text=True, check=False)
    return found.stdout.splitlines()


def test_an_address_is_in_nothing_that_people_are_shown(stack: RunningStack, odd: Done) -> None:
    shown = [run(stack, "databases", "list"), run(stack, "databases", "list", "--json"), run(stack, "databases", "refresh", "odd")]
    shown += [add(stack, "odd-broken", address(stack, READER, database="not_there")), run(stack, "doctor")]
    for done in shown:
        assert not any(part in done.out + done.err for part in (PASSWORD, quote(PASSWORD, safe=""), READER))


@pytest.mark.parametrize(
    ("uri", "code", "said"),
    [
        ("oracle://root:s3cret@127.0.0.1/shop", 2, "postgresql://user:password@host/database"),
        ("/nowhere/sales.csv", 1, "There is no file /nowhere/sales.csv."),
        ("postgresql://reader:s3cret@127.0.0.1:port/shop", 1, "address cannot be read"),
        ("notes.txt", 2, "no kind we can read"),
        ("", 2, "no kind we can read"),
    ],
)
def test_an_address_that_cannot_be_used_is_not_added(stack: RunningStack, uri: str, code: int, said: str) -> None:
    before = listed(stack)
    done = add(stack, "never", uri)
    assert done.code == code and said in done.err
    assert "s3cret" not in done.err
    assert listed(stack) == before


@pytest.mark.parametrize("name", ["Bad Name", "ümlaut", "1st", "a" * 64, "../x"])
def test_a_name_that_cannot_be_used_is_wrong_usage(stack: RunningStack, name: str) -> None:
    done = add(stack, name, "sqlite:///nowhere.db")
    assert done.code == 2 and "lower-case letters, digits, - and _" in done.err


# without a semantic model


def test_the_offline_model_without_a_semantic_model_refuses_and_says_what_to_do(stack: RunningStack, odd: Done) -> None:
    done = run(stack, "ask", "How many orders were there?", "--database", "odd", "--model", "offline", "--no-publish", "--formats", "none")
    assert done.code == 1
    said = " ".join(done.out.split())
    assert "has no semantic model" in said
    assert "semantic draft odd --serve" in said and "Claude" in said and "ANTHROPIC_API_KEY" in said


def test_a_semantic_model_that_does_not_fit_is_refused_with_every_problem(stack: RunningStack, odd: Done, tmp_path: Path) -> None:
    model = tmp_path / "model.yaml"
    model.write_text((odd_schema.wanted(stack).state.folder / "none").name)
    done = add(stack, "odd", address(stack, READER), "--semantic-model", str(model))
    assert done.code == 1 and "semantic model" in done.err
    assert not listed(stack)["odd"]["governed"]
    model.write_bytes(b"\xff\xfe\x00")
    assert add(stack, "odd", address(stack, READER), "--semantic-model", str(model)).code == 2
