"""Reports, deliveries and destinations on the command line, with a client that answers from memory."""

import hashlib
import json
import time
from pathlib import Path
from typing import Any, Self

import pytest
from unit.cli.documents import Json, claim, document

from analytics_agent import cli
from analytics_agent.cli import ask as asking
from analytics_agent.cli import deliveries as sent
from analytics_agent.cli import destinations, reports
from analytics_agent.client.deliveries import ReportFile
from analytics_agent.errors import ServiceUnreachable

PDF = bytes(range(256)) * 40
TAG = hashlib.sha256(PDF).hexdigest()
SECRET = "whsec_c2VjcmV0"


def delivery(recipient: str = "mail:ops@example.com", state: str = "sent", reason: str | None = None, **more: Any) -> Json:
    kind, _, name = recipient.partition(":")
    known = {"id": recipient, "recipient": recipient, "kind": kind, "name": name, "version": "v1", "attempts": 1}
    return known | {"state": state, "reason": reason, "changed_at": "2013-06-24T12:00:00Z"} | more


REPORT = {
    "id": "7f3c21a9",
    "title": "Frontier was latest",
    "asked_at": "2013-06-24T12:00:00Z",
    "period": "May 2013",
    "files": {"pdf": {"url": "/v1/x", "bytes": 1_234_567}, "html": {"url": "/v1/y", "bytes": 900_000}},
    "deliveries": [delivery(), delivery("folder:archive", "held")],
}


class Memory:
    """`looks` are what the deliveries are, look by look. `parts` are what a download gives, an error where one is there."""

    def __init__(self) -> None:
        self.did: list[tuple[Any, ...]] = []
        self.looks: list[list[Json]] = [[]]
        self.listed: list[Json] = []
        self.parts: list[Any] = []
        self.file = ReportFile(TAG, len(PDF))

    def __call__(self) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def document(self, run_id: str) -> Json:
        found = document(claim(), question="How late were flights?")
        return found | {"deliveries": self.looks[0]}

    def submit(self, question: str, **options: Any) -> str:
        self.did.append(("submit", options["recipients"]))
        return "7f3c21a9"

    def events(self, run_id: str, *, after: int = 0) -> list[Json]:
        return []

    def result(self, run_id: str, result: str, kind: str) -> bytes:
        return b"{}"

    def reports(self, *, limit: int) -> Json:
        return {"reports": self.listed, "next": None}

    def deliver(self, run_id: str, to: list[str], *, again: bool) -> list[Json]:
        self.did.append(("deliver", run_id, to, again))
        return self.deliveries(run_id)

    def deliveries(self, run_id: str) -> list[Json]:
        return self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]

    def report_file(self, run_id: str, kind: str) -> ReportFile:
        return self.file

    def report_part(self, run_id: str, kind: str, start: int, tag: str) -> bytes | None:
        self.did.append(("part", start))
        if self.parts and isinstance(self.parts[0], Exception):
            raise self.parts.pop(0)
        if self.parts:
            self.parts.pop(0)
        return PDF[start : start + 4_000] if tag == TAG else None

    def add_webhook(self, name: str, url: str, *, databases: list[str] | None) -> Json:
        self.did.append(("webhook", name, url, databases))
        return {"name": name, "url": "https://hooks.example.com/…", "databases": databases, "added_at": None, "secret": SECRET}

    def add_folder(self, name: str, url: str, *, databases: list[str] | None, options: dict[str, str]) -> Json:
        self.did.append(("folder", name, url, databases, options))
        return {"name": name, "url": url, "databases": databases, "added_at": None}

    def webhooks(self) -> list[Json]:
        return self.listed

    def folders(self) -> list[Json]:
        return self.listed


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    """All commands use this client, and no pause is waited for."""
    made = Memory()
    for module in (asking, reports, destinations):
        monkeypatch.setattr(module, "Client", made)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    return made


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert cli.run(list(arguments)) == status
    return capsys.readouterr().out


def test_reports_are_listed_with_their_files_and_how_many_have_got_them(memory: Memory, capsys: pytest.CaptureFixture[str]) -> None:
    memory.listed = [REPORT, REPORT | {"id": "0", "deliveries": []}]
    lines = said(capsys, "reports", "list").splitlines()
    assert lines[1].split("  ") == ["", "7f3c21a9", "pdf 1.2 MB, html 0.9 MB", "2013-06-24", "1 of 2", "May 2013", "Frontier was latest"]
    assert "of" not in lines[2]
    assert json.loads(said(capsys, "reports", "list", "--json"))[0]["id"] == "7f3c21a9"


def test_what_reports_cover_is_a_column_where_one_was_scheduled(memory: Memory, capsys: pytest.CaptureFixture[str]) -> None:
    memory.listed = [REPORT | {"period": None}]
    assert "covers" not in said(capsys, "reports", "list")
    memory.listed = [REPORT | {"period": None}, REPORT | {"period": "June 2013"}]
    assert "June 2013" in said(capsys, "reports", "list").splitlines()[2]


def test_no_report_says_how_to_get_one(memory: Memory, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "reports", "list").startswith("No report yet.")


def test_a_report_is_sent_and_its_way_is_followed_until_it_is_known(memory: Memory, capsys: pytest.CaptureFixture[str]) -> None:
    memory.looks = [[delivery(state="waiting", attempts=0)], [delivery(state="waiting", attempts=0)], [delivery()]]
    printed = said(capsys, "reports", "deliver", "7f3c21a9", "--to", "ops@example.com", "--to", "folder:archive")
    assert memory.did == [("deliver", "7f3c21a9", ["ops@example.com", "folder:archive"], False)]
    assert "mail:ops@example.com  ✓ sent" in printed


@pytest.mark.parametrize("state", ["held", "failed", "uncertain"])
def test_a_report_that_did_not_arrive_is_status_1_and_says_why(memory: Memory, capsys: pytest.CaptureFixture[str], state: str) -> None:
    memory.looks = [[delivery(state=state, reason="Nobody with this address may read it.")]]
    printed = said(capsys, "reports", "deliver", "7f3c21a9", "--to", "ops@example.com", "--again", status=1)
    assert "ops@example.com: Nobody with this address may read it." in printed
    assert memory.did[0][-1] is True


def test_a_mail_server_that_says_later_is_not_waited_for(memory: Memory, capsys: pytest.CaptureFixture[str]) -> None:
    memory.looks = [[delivery(state="waiting", reason="The mail server says later (451). It is tried again.")]]
    assert "on its way" in said(capsys, "reports", "deliver", "7f3c21a9", "--to", "ops@example.com")


def test_nobody_waits_for_ever_for_a_worker_that_is_away(memory: Memory, capsys: pytest.CaptureFixture[str]) -> None:
    memory.looks = [[delivery(state="waiting", attempts=0)]]
    found = sent.settled(memory, "7f3c21a9", memory.looks[0], patience=0.05)  # type: ignore[arg-type]
    assert found[0]["state"] == "waiting"


def test_what_was_sent_before_is_said_not_to_be_sent_again(memory: Memory, capsys: pytest.CaptureFixture[str]) -> None:
    memory.looks = [[delivery()]]
    assert cli.run(["reports", "deliver", "7f3c21a9", "--to", "ops@example.com"]) == 0
    assert "--again sends it once more" in capsys.readouterr().err


def test_deliveries_are_a_table_and_a_json_document(memory: Memory, capsys: pytest.CaptureFixture[str]) -> None:
    assert "sent to nobody yet" in said(capsys, "reports", "deliveries", "7f3c21a9")
    assert json.loads(said(capsys, "reports", "deliveries", "7f3c21a9", "--json")) == []
    memory.looks = [[delivery("webhook:chat", "failed", "It refuses\x1b[2J it (404).")]]
    printed = said(capsys, "reports", "deliveries", "7f3c21a9")
    assert "webhook:chat  ✗ failed" in printed
    assert "\x1b" not in printed


def test_an_answer_says_who_got_its_report(memory: Memory, capsys: pytest.CaptureFixture[str]) -> None:
    memory.looks = [[delivery(), delivery("folder:archive", "held", "The folder archive does not take reports of flights.")]]
    printed = said(capsys, "ask", "How late?", "--database", "flights", "--to", "ops@example.com", "--to", "folder:archive")
    assert memory.did[0] == ("submit", ["ops@example.com", "folder:archive"])
    assert "Sent to  " in printed
    assert "archive  ! held back\n" in printed
    assert "!   archive: The folder archive does not take reports of flights." in printed


def test_a_download_is_whole_and_named_as_its_attachment_is(memory: Memory, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = Path(said(capsys, "reports", "download", "7f3c21a9", "--out", str(tmp_path / "new")).strip())
    assert path == tmp_path / "new" / "how-late-were-flights-7f3c21a9.pdf"
    assert path.read_bytes() == PDF
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_download_that_broke_off_goes_on_where_it_was(memory: Memory, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    memory.parts = [True, ServiceUnreachable("The API does not answer.")]
    said(capsys, "reports", "download", "7f3c21a9", "--out", str(tmp_path), status=3)
    assert [each.name for each in tmp_path.iterdir()] == [f".how-late-were-flights-7f3c21a9.pdf.{TAG[:16]}.part"]
    memory.did.clear()
    path = Path(said(capsys, "reports", "download", "7f3c21a9", "--out", str(tmp_path)).strip())
    assert memory.did[0] == ("part", 4_000)
    assert path.read_bytes() == PDF


def test_a_rest_of_another_or_a_damaged_file_is_never_taken_for_the_report(
    memory: Memory, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    part = tmp_path / f".how-late-were-flights-7f3c21a9.pdf.{TAG[:16]}.part"
    part.write_bytes(b"x" * 4_000)
    said(capsys, "reports", "download", "7f3c21a9", "--out", str(tmp_path), status=1)
    assert list(tmp_path.iterdir()) == []
    part.write_bytes(PDF + b"more")
    path = Path(said(capsys, "reports", "download", "7f3c21a9", "--out", str(tmp_path)).strip())
    assert path.read_bytes() == PDF


def test_a_report_made_anew_meanwhile_is_said(memory: Memory, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    memory.file = ReportFile("ab" * 32, len(PDF))
    assert cli.run(["reports", "download", "7f3c21a9", "--out", str(tmp_path)]) == 1
    assert "made anew" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_wrong_usage(memory: Memory, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert cli.run(["reports", "download", "7f3c21a9", "--out", str(tmp_path / "file")]) == 2


def test_only_the_secret_of_a_new_webhook_goes_to_stdout(
    memory: Memory, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.readline", lambda: "https://hooks.example.com/T0/secret\n", raising=False)
    assert cli.run(["webhooks", "add", "chat", "-", "--database", "flights"]) == 0
    printed = capsys.readouterr()
    assert printed.out == f"{SECRET}\n"
    assert SECRET not in printed.err
    assert memory.did == [("webhook", "chat", "https://hooks.example.com/T0/secret", ["flights"])]


def test_a_folder_takes_options_as_key_and_value(memory: Memory, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "folders", "add", "archive", "s3://bucket/x", "--option", "key=AK", "--option", "secret=a=b")
    assert memory.did == [("folder", "archive", "s3://bucket/x", None, {"key": "AK", "secret": "a=b"})]
    said(capsys, "folders", "add", "archive", "s3://bucket/x", "--option", "key", status=2)


@pytest.mark.parametrize("kind", ["webhook", "folder"])
def test_destinations_are_listed_with_the_databases_they_take(memory: Memory, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    assert said(capsys, f"{kind}s", "list").startswith(f"No {kind} yet.")
    known = {"url": "https://hooks.example.com/…", "added_at": "2013-06-24T12:00:00Z"}
    memory.listed = [{"name": "a", "databases": None, **known}, {"name": "b", "databases": ["flights"], **known}]
    lines = said(capsys, f"{kind}s", "list").splitlines()
    assert lines[1].split() == ["a", "https://hooks.example.com/…", "all", "2013-06-24"]
    assert lines[2].split()[2] == "flights"
