"""ports.Webhooks against a real receiver: signed as the standard says, and sent nowhere else than it may go."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.certificates import contexts
from fakes.webhook_receiver import Receiver
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from analytics_agent.adapters import http_webhooks
from analytics_agent.adapters.http_webhooks import HttpWebhooks, Resolve, signature
from analytics_agent.domain.delivery import Destination
from analytics_agent.errors import DeliveryRejected, WebhookUnavailable

pytestmark = pytest.mark.anyio

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = json.dumps({"type": "report.ready", "data": {"headline": "Späte Flüge"}}, ensure_ascii=False).encode()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def destination(url: str, secret: str | None = SECRET) -> Destination:
    return Destination("webhook", "chat", url, secret)


def leads_to(*addresses: str) -> Resolve:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


async def test_a_message_is_signed_as_the_standard_says() -> None:
    with Receiver() as receiver:
        await HttpWebhooks().post(destination(receiver.url), "d1", BODY)
    (post,) = receiver.posts
    assert Webhook(SECRET).verify(post.body.decode(), post.headers) == json.loads(BODY)
    assert post.headers["webhook-id"] == "d1"
    assert post.headers["content-type"] == "application/json"
    assert post.path == "/T0/geheim?token=geheim"
    assert post.headers["host"] == f"127.0.0.1:{receiver.port}"


async def test_a_changed_body_or_another_secret_does_not_verify() -> None:
    signed = signature(destination("https://x"), "d1", BODY)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY.decode() + " ", signed)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_AAAA").verify(BODY.decode(), signed)


async def test_a_retry_has_the_same_id_and_verifies_again() -> None:
    with Receiver(answers=[503, 204]) as receiver:
        with pytest.raises(WebhookUnavailable, match="503"):
            await HttpWebhooks().post(destination(receiver.url), "d1", BODY)
        await HttpWebhooks().post(destination(receiver.url), "d1", BODY)
    assert {post.headers["webhook-id"] for post in receiver.posts} == {"d1"}
    assert all(Webhook(SECRET).verify(post.body.decode(), post.headers) for post in receiver.posts)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502])
async def test_an_answer_that_says_later_is_tried_again_when_it_says(status: int) -> None:
    with Receiver(answers=[status], headers={"Retry-After": "90"}) as receiver, pytest.raises(WebhookUnavailable) as caught:
        await HttpWebhooks().post(destination(receiver.url), "d1", BODY)
    assert caught.value.retry_after == 90
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413])
async def test_an_answer_that_says_no_is_final_and_its_words_are_not_repeated(status: int) -> None:
    with Receiver(answers=[status], body=b"geheim") as receiver, pytest.raises(DeliveryRejected, match=str(status)) as caught:
        await HttpWebhooks().post(destination(receiver.url), "d1", BODY)
    assert "geheim" not in str(caught.value)


async def test_a_redirect_is_not_followed() -> None:
    with Receiver() as other, Receiver(answers=[302], headers={"Location": other.url}) as receiver:
        with pytest.raises(DeliveryRejected, match="no redirect"):
            await HttpWebhooks().post(destination(receiver.url), "d1", BODY)
        assert not other.posts


async def test_a_receiver_that_is_not_there_or_does_not_answer_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    with Receiver() as receiver:
        gone = receiver.url
    with pytest.raises(WebhookUnavailable):
        await HttpWebhooks().post(destination(gone), "d1", BODY)
    monkeypatch.setattr(http_webhooks, "TIMEOUT", http_webhooks.httpx2.Timeout(0.2))
    with Receiver(before=0.6) as slow, pytest.raises(WebhookUnavailable, match="does not answer"):
        await HttpWebhooks().post(destination(slow.url), "d1", BODY)


async def test_the_certificate_must_be_of_the_name_that_was_written_though_the_address_is_pinned(tmp_path: Path) -> None:
    own, trusted = contexts(tmp_path, "hooks.localhost")
    with Receiver(tls=own) as receiver:
        url = f"https://hooks.localhost:{receiver.port}/x"
        await HttpWebhooks(trusted=trusted, resolve=leads_to("127.0.0.1")).post(destination(url), "d1", BODY)
        assert receiver.posts[0].headers["host"] == f"hooks.localhost:{receiver.port}"
        other = url.replace("hooks.", "other.")
        with pytest.raises(DeliveryRejected, match="certificate"):
            await HttpWebhooks(trusted=trusted, resolve=leads_to("127.0.0.1")).post(destination(other), "d1", BODY)
        with pytest.raises(DeliveryRejected, match="certificate"):
            await HttpWebhooks(resolve=leads_to("127.0.0.1")).post(destination(url), "d1", BODY)
    assert len(receiver.posts) == 1


INSIDE = [
    "127.0.0.1",
    "127.9.9.9",
    "::1",
    "169.254.169.254",
    "fe80::1%eth0",
    "::ffff:169.254.169.254",
    "::ffff:127.0.0.1",
    "0.0.0.0",  # noqa: S104  an address to refuse
    "fd00:ec2::254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
]


@pytest.mark.parametrize("address", INSIDE)
async def test_a_name_that_leads_to_this_machine_or_to_its_network_services_is_refused(address: str) -> None:
    with Receiver() as receiver:
        url = f"https://hooks.example.com:{receiver.port}/x"
        with pytest.raises(DeliveryRejected, match="network services"):
            await HttpWebhooks(resolve=leads_to(address)).post(destination(url), "d1", BODY)
    assert not receiver.posts


async def test_a_name_of_this_machine_leads_nowhere_else() -> None:
    with pytest.raises(DeliveryRejected):
        await HttpWebhooks(resolve=leads_to("203.0.113.9")).post(destination("http://hooks.localhost/x"), "d1", BODY)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1.2.3", "[::1]", "x.localhost"])
async def test_a_tenants_reports_are_not_posted_to_this_machine_though_it_is_written(host: str) -> None:
    with Receiver() as receiver:
        url = f"http://{host}:{receiver.port}/hook"
        with pytest.raises(DeliveryRejected):
            await HttpWebhooks(this_machine=False, resolve=leads_to("127.0.0.1")).post(destination(url), "d1", BODY)
    assert receiver.posts == []


async def test_the_next_address_of_a_name_is_tried_where_one_does_not_answer(tmp_path: Path) -> None:
    own, trusted = contexts(tmp_path, "hooks.localhost")
    with Receiver(tls=own) as receiver:
        url = f"https://hooks.localhost:{receiver.port}/x"
        await HttpWebhooks(trusted=trusted, resolve=leads_to("127.0.0.2", "127.0.0.1")).post(destination(url), "d1", BODY)
    assert len(receiver.posts) == 1


async def test_a_name_that_is_not_found_may_be_found_later() -> None:
    async def not_found(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    with pytest.raises(WebhookUnavailable, match="not found"):
        await HttpWebhooks(resolve=not_found).post(destination("https://hooks.example.com/x"), "d1", BODY)


@pytest.mark.parametrize(
    "url", ["http://hooks.example.com/x", "ftp://x", "https://a:b@hooks.example.com", "https://169.254.169.254/latest"]
)
async def test_an_address_that_could_not_be_added_is_not_used_either(url: str) -> None:
    with pytest.raises(DeliveryRejected):
        await HttpWebhooks(resolve=leads_to("203.0.113.9")).post(destination(url), "d1", BODY)


async def test_a_message_that_is_too_large_or_cannot_be_signed_is_not_sent() -> None:
    with Receiver() as receiver:
        with pytest.raises(DeliveryRejected, match="too large"):
            await HttpWebhooks().post(destination(receiver.url), "d1", b"x" * 300_000)
        for secret in (None, "", "whsec_", "whsec_%%%"):
            with pytest.raises(DeliveryRejected, match="no secret"):
                await HttpWebhooks().post(replace(destination(receiver.url), secret=secret), "d1", BODY)
    assert not receiver.posts
