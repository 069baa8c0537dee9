"""Only a token that Superset's extension signed a moment ago says who somebody is."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fakes.superset_token import SIGNING_KEY, claims, signed
from hypothesis import given
from hypothesis import strategies as any_

from analytics_agent.api.person import is_token, person_of


def part(data: Any) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forged(header: Any, payload: Any = None, signature: bytes = b"") -> str:
    return f"{part(header)}.{part(claims() if payload is None else payload)}.{part(signature)}"


def test_a_signed_token_names_its_person() -> None:
    person = person_of(signed(7), SIGNING_KEY)
    assert person is not None
    assert (person.id, person.name, person.scopes, person.kind) == ("superset:7", "Ada Byron", ("ask", "schedule"), "person")


WRONG: dict[str, Callable[[int], dict[str, Any]]] = {
    "another issuer": lambda now: {"iss": "grafana"},
    "another audience": lambda now: {"aud": "superset"},
    "several audiences": lambda now: {"aud": ["analytics-agent", "other"]},
    "no issuer": lambda now: {"iss": None},
    "no audience": lambda now: {"aud": None},
    "no subject": lambda now: {"sub": None},
    "no name": lambda now: {"name": None},
    "no issue time": lambda now: {"iat": None},
    "no end": lambda now: {"exp": None},
    "no number of its own": lambda now: {"jti": None},
    "an empty number of its own": lambda now: {"jti": ""},
    "expired": lambda now: {"iat": now - 100, "exp": now - 40},
    "from the future": lambda now: {"iat": now + 60, "exp": now + 100},
    "valid for an hour": lambda now: {"exp": now + 3600},
    "ends before it begins": lambda now: {"iat": now, "exp": now - 1},
    "not before later": lambda now: {"nbf": now + 600},
    "times as text": lambda now: {"exp": str(now + 60)},
    "times with a fraction": lambda now: {"exp": now + 60.5},
    "an endless end": lambda now: {"exp": float("inf")},
    "a name that is no text": lambda now: {"name": ["Ada"]},
    "a name without end": lambda now: {"name": "a" * 500},
}


@pytest.mark.parametrize("changed", WRONG.values(), ids=WRONG)
def test_a_token_with_a_wrong_claim_is_nobody(changed: Callable[[int], dict[str, Any]]) -> None:
    assert person_of(signed(**changed(int(time.time()))), SIGNING_KEY) is None


@pytest.mark.parametrize("sub", ["7 or 1=1", "-7", "+7", "07", "0", "7.0", "", " 7", "7\n", "٧", "admin", "superset:7", "9" * 40])
def test_a_subject_that_is_not_a_plain_number_is_nobody(sub: str) -> None:
    assert person_of(signed(sub), SIGNING_KEY) is None


@pytest.mark.parametrize("kind", ["none", "None", "NONE", "HS512", "hs256", "RS256", "", None, ["HS256"]])
def test_another_algorithm_is_refused_whatever_the_signature(kind: Any) -> None:
    assert person_of(forged({"alg": kind, "typ": "JWT"}), SIGNING_KEY) is None


def test_a_key_pair_does_not_pass_for_the_shared_key() -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    assert person_of(signed(key=pem, algorithm="RS256"), SIGNING_KEY) is None


def test_another_key_an_empty_signature_and_a_changed_payload_are_refused() -> None:
    head, payload, signature = signed().split(".")
    assert person_of(signed(key="another key that is long enough to be one"), SIGNING_KEY) is None
    assert person_of(f"{head}.{payload}.", SIGNING_KEY) is None
    assert person_of(f"{head}.{part(claims(8))}.{signature}", SIGNING_KEY) is None
    assert person_of(signed(algorithm="HS512"), SIGNING_KEY) is None


def test_a_key_that_the_token_brings_along_is_not_used() -> None:
    key = base64.urlsafe_b64encode(b"the attacker's own key, 32 bytes").decode()
    token = jwt.encode(claims(), "the attacker's own key, 32 bytes", headers={"jwk": {"kty": "oct", "k": key}, "kid": "../../dev/null"})
    assert person_of(token, SIGNING_KEY) is None


def test_a_header_of_nested_lists_does_not_break_us() -> None:
    assert person_of(f"{part(b'[' * 2500)}.{part({})}.{part(b'')}", SIGNING_KEY) is None


def test_a_huge_token_is_not_even_read() -> None:
    assert person_of(signed(padding="a" * 100_000), SIGNING_KEY) is None


@given(any_.text(max_size=200) | any_.tuples(*[any_.text(max_size=60)] * 3).map(".".join))
def test_no_text_is_somebody(sent: str) -> None:
    assert person_of(sent, SIGNING_KEY) is None


def test_an_api_key_is_not_taken_for_a_token() -> None:
    assert not is_token("aa_0123456789-_abc")
    assert is_token(signed())


def test_a_display_name_is_one_short_line() -> None:
    person = person_of(signed(name="Ada\n\x1b[31m\u202e Byron " + "x" * 300), SIGNING_KEY)
    assert person is not None
    assert person.name.startswith("Ada [31m Byron x")
    assert len(person.name) == 100
