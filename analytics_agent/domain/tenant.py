"""A tenant: one of several customers of an installation, apart from the others in everything. It is a name; what follows from the name
for a store, a folder or a namespace is derived in tenants.py."""

import re

DEFAULT = "default"
"""The installation's own tenant, which is there without being added. Nothing of it has a name in it."""

NAME = r"[a-z][a-z0-9]{0,30}"
KEY_PREFIX = "aa_"
"""Marks our keys for secret scanners."""

_SECRET_LENGTH = 43
"""Letters of a key's random part: 256 bits as URL-safe base64, which has `_` too. So the length tells where it begins."""


def is_name(text: str) -> bool:
    return re.fullmatch(NAME, text) is not None


def key_prefix(tenant: str) -> str:
    """How a key of the tenant begins. Whoever finds one can tell whose it is, and the API in whose store to look for it."""
    return KEY_PREFIX if tenant == DEFAULT else f"{KEY_PREFIX}{tenant}_"


def tenant_of_key(key: str) -> str:
    """Whose key this says it is. The word is believed only so far that the key is looked for in that tenant's store, and in no other."""
    told = re.fullmatch(rf"{KEY_PREFIX}({NAME})_.{{{_SECRET_LENGTH}}}", key)
    return told[1] if told else DEFAULT
