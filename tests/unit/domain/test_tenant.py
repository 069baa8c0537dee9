"""A tenant's name, and what a key says of it."""

import secrets
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics_agent.domain.tenant import DEFAULT, NAME, is_name, key_prefix, tenant_of_key

SECRETS = st.binary(min_size=32, max_size=32).map(lambda random: urlsafe_b64encode(random).decode().rstrip("="))


@pytest.mark.parametrize("name", ["acme", "a", "a1", "z" * 31])
def test_a_name_is_letters_and_digits(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("name", ["", "Acme", "1a", "a-b", "a_b", "a.b", "../b", "a\n", "a/b", "é", "z" * 32, 'a"b'])
def test_what_could_be_more_than_a_name_in_a_path_or_a_statement_is_none(name: str) -> None:
    assert not is_name(name)


@given(name=st.from_regex(NAME, fullmatch=True), secret=SECRETS)
def test_a_key_says_whose_it_is(name: str, secret: str) -> None:
    assert tenant_of_key(key_prefix(name) + secret) == (DEFAULT if name == DEFAULT else name)


@given(secret=SECRETS)
def test_no_key_of_the_default_tenant_reads_as_anothers_whatever_its_secret_looks_like(secret: str) -> None:
    assert tenant_of_key(key_prefix(DEFAULT) + secret) == DEFAULT


@given(st.text())
def test_anything_else_is_looked_for_in_the_default_tenant_or_in_one_with_a_proper_name(text: str) -> None:
    assert is_name(tenant_of_key(text))


def test_the_random_part_of_a_key_is_as_long_as_the_reading_of_it_expects() -> None:
    assert len(secrets.token_urlsafe(32)) == 43
