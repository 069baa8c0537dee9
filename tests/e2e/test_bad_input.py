"""Bad days at the command line: wrong questions, wrong names, wrong settings, services that are away. Each ends in a sentence."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from e2e import scripted
from e2e.command_line import PROGRAM, Done, judged, run, surroundings
from e2e.gate import Gate
from fakes.messages_api import Body, Fault
from pypdf import PdfReader
from running_stack import RunningStack

from analytics_agent.resources import resource
from analytics_agent.stack import lifecycle, ports
from analytics_agent.stack.plan import plan
from analytics_agent.stack.state import State
from analytics_agent.stack.supervisor import Supervisor

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]
COUNT = "How many flights were there in 2013?"
QUICK = ("--database", "flights", "--no-publish", "--formats", "none")
CLAUDE = ("--model", "claude-opus-4-7")
SILENT = "http://127.0.0.1:9"


def ask(stack: RunningStack, question: str, *options: str, **environment: str) -> Done:
    return run(stack, "ask", question, *(options or QUICK), **environment)


# what is asked


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "The question is empty"),
        (" \n\t", "The question is empty"),
        ("?!…", "The question is empty"),
        ("flights " * 6_250, "The question has 49,999 characters; 10,000 is the most."),
        ("How many \x1b[31mflights\x07?", "The question holds control characters."),
    ],
    ids=["nothing", "blank", "no words", "50,000 characters", "control characters"],
)
def test_a_text_that_is_no_question_is_wrong_usage(stack: RunningStack, question: str, said: str) -> None:
    done = ask(stack, question)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert len(done.err) < 200 and "\x1b" not in done.err


def test_a_question_without_an_answer_in_the_data_is_refused_with_what_is_missing(stack: RunningStack) -> None:
    done = ask(stack, "How many passengers flew to Miami?")
    assert done.code == 1
    assert "passengers" in done.out.lower() and "This data can answer" in done.out


def test_an_unknown_database_is_wrong_usage_and_the_nearest_is_named(stack: RunningStack) -> None:
    done = ask(stack, COUNT, "--database", "flihgts")
    assert done.code == 2
    assert "There is no database 'flihgts'. Nearest: flights." in done.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--model", "claude-9"), "claude-opus-4-7"),
        (("--as-of", "yesterday"), "as 2013-12-31"),
        (("--formats", "docx"), "'html' or 'pdf'"),
        (("--budget-usd", "0"), "greater than 0"),
        (("--budget-tokens", "some"), "write a whole number"),
        (("--colour", "red"), "No such option"),
    ],
)
def test_an_option_with_a_wrong_value_is_wrong_usage_and_says_what_is_right(
    stack: RunningStack, options: tuple[str, ...], said: str
) -> None:
    done = ask(stack, COUNT, *QUICK[:2], *options)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_missing_option_is_wrong_usage(stack: RunningStack) -> None:
    done = run(stack, "ask", COUNT)
    assert done.code == 2 and "--database" in done.err


@pytest.mark.parametrize(
    "command", [("runs", "show"), ("runs", "cancel"), ("runs", "answer"), ("reports", "download")], ids=lambda given: " ".join(given)
)
@pytest.mark.parametrize("run_id", ["0123456789ab", "../../healthz", "x'; DROP TABLE runs; --"])
def test_an_unknown_run_is_told(stack: RunningStack, command: tuple[str, ...], run_id: str) -> None:
    done = run(stack, *command, run_id, *(["yes"] if command[1] == "answer" else []))
    assert (done.code, done.out) == (1, "")
    assert "There is no run" in done.err and "runs list" in done.err


# who asks, and with which settings


def test_a_wrong_key_is_told_with_how_to_make_one(stack: RunningStack) -> None:
    done = ask(stack, COUNT, ANALYTICS_AGENT_API_KEY="wrong")
    assert done.code == 1
    assert "This key is not valid." in done.err and "analytics-agent keys create" in done.err


def test_a_key_that_no_header_can_hold_is_told_and_not_repeated(stack: RunningStack) -> None:
    done = ask(stack, COUNT, ANALYTICS_AGENT_API_KEY="schlüssel")
    assert done.code == 1
    assert "ANALYTICS_AGENT_API_KEY" in done.err and "schl" not in done.err


def test_wrong_settings_are_all_told_at_once(stack: RunningStack) -> None:
    wrong = {"API_URL": "here", "ROW_CAP": "many", "MODEL": "gpt", "LOG_LEVEL": "loud", "TURNS": "0"}
    done = ask(stack, COUNT, **{f"ANALYTICS_AGENT_{name}": value for name, value in wrong.items()})
    assert done.code == 2
    told = [line.strip() for line in done.err.splitlines()]
    assert [name for name in wrong if sum(line.startswith(f"ANALYTICS_AGENT_{name}:") for line in told) == 1] == list(wrong)


def test_a_state_folder_without_a_stack_says_how_to_start_one(stack: RunningStack, tmp_path: Path) -> None:
    given = {"ANALYTICS_AGENT_STATE": str(tmp_path / "new"), "ANALYTICS_AGENT_API_URL": SILENT}
    done = ask(stack, COUNT, **given)
    assert done.code == 3 and "`analytics-agent up`" in done.err
    status = run(stack, "status", **given)
    assert status.code == 0 and "analytics-agent up" in status.out
    assert not (tmp_path / "new").exists()


# --json


ENDINGS = [
    ("succeeded", COUNT, 0),
    ("refused", "How many passengers flew to Miami?", 1),
    ("needs_input", "What was the worst airport?", 1),
]


@pytest.mark.parametrize(("status", "question", "code"), ENDINGS, ids=lambda value: str(value)[:12])
def test_json_is_one_document_in_every_ending_of_a_run(stack: RunningStack, status: str, question: str, code: int) -> None:
    done = ask(stack, question, *QUICK, "--json")
    assert (done.code, done.document["status"]) == (code, status)
    assert bool(done.document["answer"]) is (status == "succeeded")


def test_json_is_one_document_when_the_run_fails(stack: RunningStack) -> None:
    stack.script.step = lambda body: Fault(400, "invalid_request_error")
    done = ask(stack, COUNT, *QUICK, *CLAUDE, "--json")
    assert (done.code, done.document["status"]) == (1, "failed")
    assert done.document["reason"]


@pytest.mark.parametrize(
    ("options", "environment", "code", "error"),
    [
        (("--database", "nowhere"), {}, 2, "UnknownDatabase"),
        (QUICK, {"ANALYTICS_AGENT_API_URL": SILENT}, 3, "ServiceUnreachable"),
        (QUICK, {"ANALYTICS_AGENT_ROW_CAP": "many"}, 2, "InvalidSettings"),
        (QUICK, {"ANALYTICS_AGENT_API_KEY": "wrong"}, 1, "NotAuthenticated"),
    ],
)
def test_json_is_one_document_when_nothing_could_be_asked(
    stack: RunningStack, options: tuple[str, ...], environment: dict[str, str], code: int, error: str
) -> None:
    done = ask(stack, COUNT, *options, "--json", **environment)
    assert (done.code, done.document["status"], done.document["error"]) == (code, "failed", error)
    assert done.document["reason"] in done.err


# where the output goes


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_asked(stack: RunningStack, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    before = runs(stack)
    done = ask(stack, COUNT, *QUICK[:2], "--out", str(tmp_path / "file" / "below"))
    assert done.code == 2 and "--out" in done.err and "Not a directory" in done.err
    assert runs(stack) == before


def runs(stack: RunningStack) -> int:
    with stack.client() as client:
        return len(client.runs(limit=500))


@pytest.mark.parametrize(("target", "said"), [("/dev/full", "No space left on device"), ("&-", "")])
def test_a_stdout_that_takes_nothing_ends_without_a_traceback(stack: RunningStack, target: str, said: str) -> None:
    command = f'"{PROGRAM}" ask "{COUNT}" {" ".join(QUICK)} --json >{target}'
    ended = subprocess.run(["sh", "-c", command], env=surroundings(stack), capture_output=True, text=True, timeout=120, check=False)
    done = judged(ended.returncode, ended.stdout, ended.stderr)
    assert done.code == (1 if said else 0)
    assert said in done.err


def test_a_reader_that_leaves_early_ends_the_command_quietly(stack: RunningStack) -> None:
    process = start(stack, "runs", "list", "--json")
    assert process.stdout and process.stderr
    process.stdout.close()
    with process.stderr:
        said = process.stderr.read()
    assert judged(process.wait(60), "", said) == Done(1, "", "")


def start(stack: RunningStack, *arguments: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen([PROGRAM, *arguments], env=surroundings(stack), stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
def test_ctrl_c_leaves_the_run_and_says_how_to_see_its_answer(stack: RunningStack, options: tuple[str, ...]) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def wait(body: Body) -> list[Body] | Fault:
        asked.set()
        assert go_on.wait(60)
        return scripted.late_carriers(body)

    stack.script.step = wait
    process = start(stack, "ask", scripted.QUESTION, *QUICK, *CLAUDE, *options)
    assert asked.wait(60)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    go_on.set()
    done = judged(process.returncode, out, err)
    run_id = err.split("Run ")[1].split()[0]
    assert done.code == 130 and f"analytics-agent runs show {run_id}" in err
    assert not options or (done.document["id"], done.document["status"]) == (run_id, "running")
    assert stack.finished(run_id)["status"] == "succeeded"
    shown = run(stack, "runs", "show", run_id)
    assert shown.code == 0 and "[1]" in shown.out


# services that are away


@contextmanager
def stopped(stack: RunningStack, *services: str) -> Iterator[None]:
    """The stack without these; afterwards all of it runs again."""
    Supervisor(State(stack.settings.state)).stop(services)
    try:
        yield
    finally:
        for service in services:
            Supervisor(State(stack.settings.state)).start(service)
        lifecycle.up(stack.settings, echo=lambda line: None)


def test_an_api_that_is_away_is_told_with_the_command_that_starts_it(stack: RunningStack) -> None:
    with stopped(stack, "api"):
        done = ask(stack, COUNT)
    assert done.code == 3
    assert stack.settings.api_url in done.err and "`analytics-agent up`" in done.err
    assert ask(stack, COUNT).code == 0


@pytest.fixture(scope="module")
def bad_hour(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Path, Done]:
    """Superset is away, and a database takes connections and says nothing: a question to be published, the folder of its report, and a
    question of that database. Both take the better part of a minute; they are asked at the same time."""
    folder = tmp_path_factory.mktemp("out")
    with dying_database(stack) as gate, stopped(stack, "superset"), ThreadPoolExecutor() as pool:
        gate.mute()
        silent = pool.submit(run, stack, "ask", COUNT, "--database", "dying", *QUICK[2:], seconds=75)
        return ask(stack, COUNT, "--database", "flights", "--out", str(folder)), folder, silent.result()


@pytest.fixture
def without_superset(bad_hour: tuple[Done, Path, Done]) -> tuple[Done, Path]:
    return bad_hour[0], bad_hour[1]


def test_without_superset_the_answer_and_the_report_still_come(without_superset: tuple[Done, Path]) -> None:
    done, folder = without_superset
    assert done.code == 0, done.err
    assert "336,776" in done.out
    (pdf,) = folder.glob("*.pdf")
    text = " ".join(page.extract_text() for page in PdfReader(pdf).pages)
    assert "336,776" in text and "Not published." in text
    assert "/superset/dashboard/" not in text
    assert "/superset/dashboard/" not in next(iter(folder.glob("*.html"))).read_text()


def test_without_superset_publishing_is_tried_again_and_then_reported(without_superset: tuple[Done, Path]) -> None:
    done, folder = without_superset
    assert [number for number in range(1, 9) if f"Publishing, attempt {number}:" in done.err] == [1, 2, 3, 4, 5, 6]
    assert "Superset does not answer" in " ".join(done.out.split())
    document = json.loads(next(iter(folder.glob("*.json"))).read_text())
    assert document["superset"]["dashboard_url"] is None
    assert "Superset does not answer" in document["superset"]["failure"]


def test_after_superset_came_back_a_question_is_published(stack: RunningStack, without_superset: tuple[Done, Path]) -> None:
    done = ask(stack, COUNT, "--database", "flights", "--formats", "none", "--json")
    assert done.code == 0
    assert done.document["superset"]["dashboard_url"].startswith(str(stack.settings.superset_url))


@contextmanager
def dying_database(stack: RunningStack) -> Iterator[Gate]:
    """The flights warehouse again, as `dying`, behind a gate that can be shut."""
    wanted = plan(stack.settings, ports.remembered(State(stack.settings.state)), superset=True)
    model = resource("sql_fixtures") / "flights" / "semantic_model.yaml"
    with Gate(wanted.ports["postgres"]) as gate:
        uri = wanted.addresses.flights_reader.replace(f":{wanted.ports['postgres']}/", f":{gate.port}/")
        added = run(stack, "databases", "add", "dying", "-", "--semantic-model", str(model), stdin=f"{uri}\n")
        assert added.code == 0, added.err
        try:
            yield gate
        finally:
            run(stack, "databases", "remove", "dying")


def test_a_database_whose_server_has_gone_fails_the_run_with_a_sentence(stack: RunningStack) -> None:
    with dying_database(stack) as gate:
        assert ask(stack, COUNT, "--database", "dying", *QUICK[2:]).code == 0
        gate.close()
        done = ask(stack, COUNT, "--database", "dying", *QUICK[2:])
        refreshed = run(stack, "databases", "refresh", "dying")
    assert done.code == 1
    assert "The database does not answer." in done.out and "Check host and port" in done.out
    assert refreshed.code == 3 and "The database does not answer." in refreshed.err
    assert ask(stack, COUNT).code == 0  # the worker that waited for it serves the others


def test_a_database_that_takes_connections_and_says_nothing_fails_the_run_within_a_minute(bad_hour: tuple[Done, Path, Done]) -> None:
    done = bad_hour[2]
    assert done.code == 1
    assert "does not answer" in done.out or "stopped answering" in done.out


def test_a_database_that_is_dead_from_the_start_is_not_added(stack: RunningStack) -> None:
    done = run(stack, "databases", "add", "dead", "postgresql://reader:s3cret@127.0.0.1:9/shop")
    assert done.code == 3
    assert "The database does not answer." in done.err and "s3cret" not in done.err
    assert "dead" not in run(stack, "databases", "list").out


# disks


@contextmanager
def full_disk(folder: Path) -> Iterator[Path]:
    """A disk of 12 MB over the folder, with a file on it that leaves no space; gives that file."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", folder], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield _filled(folder / "filler")
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _filled(filler: Path) -> Path:
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return filler


def test_a_full_disk_fails_the_run_with_a_sentence_and_nothing_else_is_lost(stack: RunningStack) -> None:
    before = ask(stack, COUNT, "--database", "flights", "--no-publish", "--json").document
    with full_disk(stack.settings.state / "artifacts") as filler:
        done = ask(stack, "How many flights did JetBlue have?", *QUICK, "--json")
        assert (done.code, done.document["status"]) == (1, "failed")
        assert done.document["reason"] == "The disk that keeps results and reports is full. Free space in the state folder, then ask again."
        filler.unlink()
        again = ask(stack, "How many flights did JetBlue have?", "--database", "flights", "--no-publish", "--json")
        assert again.code == 0, again.document["reason"]
    with stack.client() as client:
        assert client.document(before["id"]) == before
        assert client.report(before["id"], "pdf").startswith(b"%PDF")
        assert client.result(before["id"], "r1", "csv")


# the demo


def test_a_second_demo_works_as_the_first_and_keeps_its_files_where_they_were(stack: RunningStack) -> None:
    first, second = (run(stack, "demo", seconds=240) for _ in range(2))
    for done in (first, second):
        assert done.code == 0, done.err
        assert "Superset login" in done.out and "/superset/dashboard/" in done.out and "SELECT" in done.out
    assert len(files := reports_of(stack)) == 2 and all(path.stat().st_size for path in files)


def reports_of(stack: RunningStack) -> list[Any]:
    return sorted(path for path in (stack.settings.state / "demo").iterdir() if path.suffix in (".html", ".pdf"))
