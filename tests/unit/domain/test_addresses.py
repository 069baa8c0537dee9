"""Addresses as people write them: what is taken, what is not, and what is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics_agent.domain import addresses


@pytest.mark.parametrize(
    "text", ["ops@example.com", "a.b+c@EXAMPLE.com", "o'neil@mail.example.co.uk", "x@localhost", "a@xn--mnchen-3ya.example"]
)
def test_a_mail_address_is_taken_with_its_domain_in_lower_case(text: str) -> None:
    local, _, domain = text.partition("@")
    assert addresses.mail_address(text) == f"{local}@{domain.lower()}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ops",
        "@example.com",
        "ops@",
        "a@b@c.example",
        "a b@example.com",
        "a@example.com\r\nBcc: x@y",
        "Ann <ann@example.com>",
        '"a@evil.example"@example.com',
        "a%evil.example@example.com",
        "host!a@example.com",
        ".a@example.com",
        "a..b@example.com",
        "a@-example.com",
        "a@example..com",
        "a@[127.0.0.1]",
        "ä@example.com",
        "a@münchen.example",
        f"{'a' * 65}@example.com",
        f"a@{'b' * 60}.{'b' * 60}.{'b' * 60}.{'b' * 60}.{'b' * 60}.example",
    ],
)
def test_what_is_no_plain_mail_address_is_not_taken(text: str) -> None:
    with pytest.raises(ValueError, match="mail address"):
        addresses.mail_address(text)


@given(st.text(max_size=80))
def test_no_mail_address_that_is_taken_can_break_a_header(text: str) -> None:
    try:
        taken = addresses.mail_address(text)
    except ValueError:
        return
    assert taken.isascii() and taken.isprintable() and " " not in taken and taken.count("@") == 1


@pytest.mark.parametrize(
    "url", ["https://hooks.example.com/T0/x?y=z", "https://10.0.0.5:8443/x", "http://localhost:9/x", "http://[::1]:9/"]
)
def test_a_webhook_is_https_or_on_this_machine(url: str) -> None:
    assert addresses.webhook_problems(url) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "whole address"),
        ("hooks.example.com/x", "whole address"),
        ("ftp://hooks.example.com", "whole address"),
        ("file:///etc/passwd", "whole address"),
        ("https://", "whole address"),
        ("https://hooks.example.com:port/", "whole address"),
        ("https://hooks.example.com/ x", "whole address"),
        ("https://hooks.example.com/\r\nX: y", "whole address"),
        (f"https://hooks.example.com/{'x' * 3000}", "whole address"),
        ("http://hooks.example.com/x", "in the clear"),
        ("http://localhost.example.com/x", "in the clear"),
        ("https://ann:word@hooks.example.com", "name and password"),
        ("https://hooks.example.com/x#y", "#"),
        ("https://169.254.169.254/latest/meta-data", "network services"),
        ("https://[fe80::1]/", "network services"),
        ("https://[::ffff:169.254.169.254]/", "network services"),
        ("https://[64:ff9b::a9fe:a9fe]/", "network services"),
        ("https://[2002:a9fe:a9fe::]/", "network services"),
        ("https://hooks..example.com/", "cannot be looked up"),
        ("https://hooks.example.com\\b/", "cannot be looked up"),
        ("https://\uff11\uff12\uff17.0.0.1/", "cannot be looked up"),
    ],
)
def test_a_webhook_that_may_not_be_is_told_why(url: str, said: str) -> None:
    assert said in " ".join(addresses.webhook_problems(url))


def test_every_problem_of_a_webhook_is_told_at_once() -> None:
    assert len(addresses.webhook_problems("http://ann@hooks.example.com/x#y")) == 3


@pytest.mark.parametrize("url", ["file:///srv/reports", "s3://bucket/prefix", "abfs://container", "memory://x"])
def test_a_folder_is_what_fsspec_takes(url: str) -> None:
    assert addresses.folder_problems(url) == []


@pytest.mark.parametrize(
    "url", ["", "/srv/reports", "srv", "file://srv/reports", "file:///srv/../etc", "zip://x::file:///y", "1://x", "S 3://x"]
)
def test_a_folder_that_may_not_be_is_told_why(url: str) -> None:
    assert addresses.folder_problems(url)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://hooks.example.com/services/geheim?token=geheim", "https://hooks.example.com/…"),
        ("https://ann:geheim@hooks.example.com:8443/x", "https://hooks.example.com:8443/…"),
        ("s3://bucket/geheim", "s3://bucket/…"),
        ("file:///srv/reports", "file:///srv/reports"),
    ],
)
def test_an_address_is_shown_without_what_may_be_a_password(address: str, shown: str) -> None:
    assert addresses.shown(address) == shown
