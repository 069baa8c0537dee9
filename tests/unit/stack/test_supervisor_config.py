"""What we write for supervisord is what supervisord reads, also for awkward values."""

import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from supervisor.options import ServerOptions

from analytics_agent.errors import InvalidSettings, StackError
from analytics_agent.stack import supervisor_config
from analytics_agent.stack.service import Answer, Service
from analytics_agent.stack.state import State


def service(**changes: Any) -> Service:
    return Service(**{"name": "api", "command": ("/bin/echo", "hello"), "probe": lambda _pid: Answer(True), **changes})


def as_supervisord_reads_it(state: State, *services: Service) -> Any:
    state.run.mkdir(parents=True, exist_ok=True)
    state.logs.mkdir(exist_ok=True)
    supervisor_config.path(state).write_text(supervisor_config.render(state, services))
    options = ServerOptions()
    options.realize(["-c", str(supervisor_config.path(state))])
    return [group.process_configs[0] for group in options.process_group_configs]


@pytest.mark.parametrize("folder", ["plain", "with blanks in it", "100% ü", "it's", 'a"quote', "a;b"])
def test_any_folder_that_a_person_might_choose_works(tmp_path: Path, folder: str) -> None:
    state = State(tmp_path / folder)
    (process,) = as_supervisord_reads_it(state, service(command=("/bin/cat", str(state.folder / "x y"))))
    assert process.stdout_logfile == str(state.logs / "api.log")
    assert process.directory == str(state.folder)
    assert shlex.split(process.command)[-1] == str(state.folder / "x y")


def test_what_a_service_writes_is_its_owners_alone_unless_it_says_for_whom_it_is(tmp_path: Path) -> None:
    private, shared = as_supervisord_reads_it(State(tmp_path), service(), service(name="worker-deliver", umask=0o022))
    assert (private.umask, shared.umask) == (None, 0o022)
    assert "umask=077" in supervisor_config.render(State(tmp_path), []).splitlines()


def test_a_folder_that_the_format_cannot_carry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="plainer path"):
        supervisor_config.render(State(tmp_path / "a #b"), [])


@given(st.dictionaries(st.from_regex(r"[A-Z_]{1,12}", fullmatch=True), st.text(st.characters(codec="ascii")), max_size=4))
def test_environment_values_arrive_unchanged_or_are_refused(tmp_path_factory: pytest.TempPathFactory, values: dict[str, str]) -> None:
    state = State(tmp_path_factory.mktemp("state"))
    try:
        (process,) = as_supervisord_reads_it(state, service(environment=values))
    except InvalidSettings:
        assert any(set(value) & set("\"'#;") or not value.isprintable() for value in values.values())
    else:
        assert {name: process.environment[name] for name in values} == values


def test_the_ordinary_values_are_not_refused(tmp_path: Path) -> None:
    values = {
        "KEY": "sk-ant-api03_x-y==",
        "URL": "http://user:p%40ss@127.0.0.1:8000/v1?a=b&c=d#e",
        "EMPTY": "",
        "WORDS": "two words, three",
    }
    (process,) = as_supervisord_reads_it(State(tmp_path), service(environment=values))
    assert {name: process.environment[name] for name in values} == values


def test_a_service_is_kept_alive_but_not_started_by_itself(tmp_path: Path) -> None:
    (process,) = as_supervisord_reads_it(State(tmp_path), service(stop_signal="INT", stop_seconds=7))
    assert (process.autostart, process.startsecs, process.stopsignal, process.stopwaitsecs) == (False, 10, 2, 7)
    assert process.autorestart is not False


def test_a_long_path_gets_a_short_private_socket(tmp_path: Path) -> None:
    state = State(tmp_path / ("x" * 120))
    found = supervisor_config.socket(state)
    assert len(str(found)) < 80
    assert found.parent.stat().st_mode & 0o777 == 0o700
    assert found != supervisor_config.socket(State(tmp_path / ("y" * 120)))


def test_a_short_path_keeps_its_socket_in_the_state_folder() -> None:
    state = State(Path("/srv/state"))
    assert supervisor_config.socket(state) == state.run / "supervisor.sock"
