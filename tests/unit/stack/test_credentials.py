"""Secrets are made once, kept, and shown to nobody."""

import json
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from analytics_agent.errors import StackError
from analytics_agent.stack.credentials import credentials, superset_login
from analytics_agent.stack.state import State


def test_secrets_are_the_same_at_every_start_and_differ_between_stacks(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    first = credentials(State(tmp_path))
    assert credentials(State(tmp_path)) == first
    assert credentials(State(tmp_path / "other")).postgres != first.postgres


def test_every_secret_is_its_own_and_long(tmp_path: Path) -> None:
    values = list(vars(credentials(State(tmp_path))).values())
    assert len(set(values)) == len(values)
    assert min(map(len, values)) >= 40


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    credentials(State(tmp_path))
    assert State(tmp_path).secrets.stat().st_mode & 0o777 == 0o600


def test_the_encryption_key_encrypts(tmp_path: Path) -> None:
    box = Fernet(credentials(State(tmp_path)).encryption_key)
    assert box.decrypt(box.encrypt(b"uri")) == b"uri"


def test_a_secret_that_an_older_version_did_not_have_is_added_to_the_others(tmp_path: Path) -> None:
    state = State(tmp_path)
    first = credentials(state)
    known = json.loads(state.secrets.read_text())
    del known["flights_reader"]
    state.secrets.write_text(json.dumps(known))
    again = credentials(state)
    assert again.postgres == first.postgres
    assert again.flights_reader
    assert credentials(state) == again


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"postgres": 1}'])
def test_a_damaged_file_is_never_overwritten(tmp_path: Path, damage: str) -> None:
    state = State(tmp_path)
    state.secrets.write_text(damage)
    with pytest.raises(StackError, match=r"analytics-agent clean"):
        credentials(state)
    assert state.secrets.read_text() == damage


def test_printing_them_shows_nothing(tmp_path: Path) -> None:
    secret = credentials(State(tmp_path))
    assert not any(value in f"{secret!r}{secret}" for value in vars(secret).values())


def test_a_person_gets_the_login_of_superset(tmp_path: Path) -> None:
    assert superset_login(State(tmp_path)) == ("admin", credentials(State(tmp_path)).superset_administrator)
