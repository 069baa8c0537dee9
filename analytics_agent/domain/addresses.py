"""Addresses as people write them, judged: of mail, of webhooks, of folders. And how one is shown: never whole."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from urllib.parse import SplitResult, urlsplit

from analytics_agent.domain.quoting import quoted

LONGEST = 2_000
_PROTOCOL = re.compile(r"[a-z][a-z0-9+.-]*")

HOW_TO_WRITE = "Write mail:ops@example.com, webhook:NAME or folder:NAME."
LONGEST_ADDRESS = 254
"""RFC 5321: what fits between < and > of a path."""

_LOCAL = r"[A-Za-z0-9#$&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9#$&'*+/=?^_`{|}~-]+)*"  # not % and !: some servers take them for a route
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\.?")
_MAIL = re.compile(rf"({_LOCAL})@({_LABEL}(?:\.{_LABEL})*)")

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
# What clouds answer with credentials, outside the link-local ranges.
_METADATA = frozenset(map(ipaddress.ip_address, ("fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192")))
_TRANSLATED = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"), ipaddress.IPv6Network("::ffff:0:0:0/96"))
"""IPv6 addresses whose last four bytes are the IPv4 address that a translator in the network connects to."""


def mail_address(text: str) -> str:
    """The address with its domain in lower case, so that it is the same one however it was written. Raises ValueError."""
    if not text.isascii():
        raise ValueError(f"{quoted(text)} is no mail address we can write to. Write its domain in ASCII (xn--…).")
    found = _MAIL.fullmatch(text)
    if found is None or len(text) > LONGEST_ADDRESS or len(found[1]) > 64:
        raise ValueError(f"{quoted(text)} is no mail address. {HOW_TO_WRITE}")
    return f"{found[1]}@{found[2].lower()}"


def webhook_problems(address: str) -> list[str]:
    """Everything wrong with a webhook's address, a sentence each: https only, http for this machine only."""
    parts = split(address)
    if parts is None or not parts.hostname or parts.scheme not in ("http", "https"):
        return ["Write the whole address of the webhook, beginning with https://."]
    problems = []
    if ip_of(parts.hostname) is None and not _HOST.fullmatch(parts.hostname):
        problems.append("The host of this address cannot be looked up. Write its name in ASCII (xn--…).")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        problems.append("Use https://: a report is not sent in the clear. http:// is for this machine only.")
    if parts.username is not None or parts.password is not None:
        problems.append("Leave name and password out of the address: the message is signed instead.")
    if parts.fragment:
        problems.append("Leave out what follows #: it is not sent.")
    if (literal := ip_of(parts.hostname)) and forbidden(literal) and not literal.is_loopback:
        problems.append("This address is kept for the machine's own network services. Reports do not go there.")
    return problems


def folder_problems(address: str) -> list[str]:
    """Everything wrong with a folder's address that can be seen without opening it."""
    protocol, found, rest = address.partition("://")
    if not found or not _PROTOCOL.fullmatch(protocol.lower()):
        return ["Write the folder as fsspec does: file:///srv/reports, s3://bucket/prefix, abfs://container/prefix."]
    problems = []
    if "::" in address:
        problems.append("Chained addresses (with ::) are not taken: write the one place where the files go.")
    if ".." in rest.split("/"):
        problems.append("Write the path without parts that lead upwards (..).")
    if protocol in ("file", "local") and not rest.startswith("/"):
        problems.append("Write the whole path: file:///srv/reports.")
    return problems


def split(address: str) -> SplitResult | None:
    """The parts of a web address; None for what is none."""
    if len(address) > LONGEST or any(not letter.isprintable() or letter.isspace() for letter in address):
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises for a port that is no number
    except ValueError:
        return None
    return parts


def shown(address: str) -> str:
    """What tells an address from others without telling its secrets: the scheme and host. Paths of webhooks are often passwords."""
    scheme, _, rest = address.partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    if scheme in ("file", "local"):
        return address
    return f"{scheme}://{host}/…"


def is_loopback(host: str) -> bool:
    found = ip_of(host)
    return found.is_loopback if found else host == "localhost" or host.endswith(".localhost")


def ip_of(host: str) -> Ip | None:
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def forbidden(ip: Ip) -> bool:
    """Whether no report goes to this address unless somebody wrote it: this machine, link-local, metadata services, no one place."""
    plain = _translated(ip)
    return plain.is_loopback or plain.is_link_local or plain.is_multicast or plain.is_unspecified or plain in _METADATA


def _translated(ip: Ip) -> Ip:
    """The IPv4 address that an IPv6 one stands for; else itself."""
    if isinstance(ip, ipaddress.IPv4Address) or ip.is_loopback or ip.is_unspecified:
        return ip
    if any(ip in network for network in _TRANSLATED):
        return ipaddress.IPv4Address(ip.packed[-4:])
    return ip.ipv4_mapped or ip.sixtofour or ip


def allowed(host: str, resolved: Sequence[str]) -> list[str]:
    """Of the addresses that a name was resolved to, those that may be connected to; this machine only where it was written."""
    own = is_loopback(host)
    found = [(text, ip_of(text)) for text in resolved]
    return [text for text, ip in found if ip is not None and (ip.is_loopback if own else not forbidden(ip))]


def option_problems(options: Mapping[str, str]) -> list[str]:
    return [f"{name!r} is no name of an option." for name in options if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,62}", name)]
