"""Pieces of an Ossie document, as plain data."""

import json
import re
from collections.abc import Sequence
from typing import Any

from analytics_agent.semantic.model import VENDOR
from analytics_agent.sql.reserved import is_reserved

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


def expression(text: str) -> dict[str, Any]:
    return {"expression": {"dialects": [{"dialect": "ANSI_SQL", "expression": text}]}}


def extension(data: dict[str, Any]) -> dict[str, Any]:
    """What Ossie has no place for."""
    return {"custom_extensions": [{"vendor_name": VENDOR, "data": json.dumps(data, ensure_ascii=False)}]} if data else {}


def context(synonyms: Sequence[str], *, besides: str = "") -> dict[str, Any]:
    """Other words for a thing, each once, without the one it is called by."""
    kept = [word for word in dict.fromkeys(synonyms) if word and word != besides]
    return {"ai_context": {"synonyms": kept}} if kept else {}


def quoted(name: str) -> str:
    """As ANSI SQL writes it."""
    return name if _PLAIN.fullmatch(name) and not is_reserved(name, "postgres") else '"' + name.replace('"', '""') + '"'
