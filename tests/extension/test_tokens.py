"""Who is asking, as our API believes it."""

import jwt
import pytest
from ask.tokens import LIFE_SECONDS, NoSigningKey, person_token

KEY = "k" * 48


def test_a_token_says_who_asks_for_a_minute_and_to_whom() -> None:
    claims = jwt.decode(person_token(KEY, 7, "Ada"), KEY, algorithms=["HS256"], audience="analytics-agent", issuer="superset")
    assert (claims["sub"], claims["name"]) == ("7", "Ada")
    assert claims["exp"] - claims["iat"] == LIFE_SECONDS == 60


def test_no_two_requests_have_the_same_token() -> None:
    assert person_token(KEY, 7, "Ada", now=1_000_000_000) != person_token(KEY, 7, "Ada", now=1_000_000_000)


def test_a_token_names_the_tenant_of_its_superset_where_there_is_one() -> None:
    read = {"algorithms": ["HS256"], "audience": "analytics-agent", "issuer": "superset"}
    assert jwt.decode(person_token(KEY, 7, "Ada", tenant="acme"), KEY, **read)["tenant"] == "acme"
    assert "tenant" not in jwt.decode(person_token(KEY, 7, "Ada"), KEY, **read)


@pytest.mark.parametrize("key", ["", "k" * 31])
def test_nobody_is_vouched_for_with_a_key_that_can_be_guessed(key: str) -> None:
    with pytest.raises(NoSigningKey):
        person_token(key, 7, "Ada")
