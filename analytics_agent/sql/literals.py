"""Whether a text that is written into a statement can be read as the kind of what it is compared with."""

import json
import re
from datetime import date, timedelta

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.words import words

_NUMBER = re.compile(r"\s*[+-]?(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?\s*\Z")
_OTHER_NUMBERS = re.compile(r"\s*[+-]?(nan|inf|infinity|0[xob][0-9a-f_]+)\s*\Z", re.IGNORECASE)
_ISO = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_ISO_PADDED = re.compile(r"\d{4}-\d{2}-\d{2}")
_LENGTH_OF_TIME = re.compile(r"\s*[-+]?\d+(\.\d+)?\s*[a-z]{3,}", re.IGNORECASE)
_ONLY_IN_POSTGRES = words("now today tomorrow yesterday allballs")
_DAY_ONLY = re.compile(r"\s*(\d{4})-(\d{2})-(\d{2})\s*\Z")
_PART_OF_A_DATE = re.compile(r"\s*\d{4}(-\d{1,2})?\s*\Z")
_SPECIAL_DATES = frozenset({"now", "today", "tomorrow", "yesterday", "epoch", "infinity", "-infinity", "allballs"})
_TRUTHS = words("t tr tru true f fa fal fals false y ye yes n no on of off 1 0")


def is_number(text: str) -> bool:
    return bool(_NUMBER.match(text) or _OTHER_NUMBERS.match(text))


def is_truth(text: str) -> bool:
    return text.strip().lower() in _TRUTHS


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def wrong_date(text: str, dialect: Dialect) -> str:
    """What is wrong with it as a date or timestamp; empty where it can be read, or where that is not certain."""
    bare = text.strip().lower()
    if bare in _SPECIAL_DATES:
        is_read = dialect == "postgres" or (dialect == "duckdb" and bare not in _ONLY_IN_POSTGRES)
        return "" if is_read else "is no date here"
    if not any(char.isdigit() for char in bare):
        return "is no date"
    if bare.isdigit() and len(bare) not in (4, 6, 8):
        return "is no date"
    if _PART_OF_A_DATE.match(bare):
        return "is only a part of a date"
    if iso := _ISO.match(bare):
        try:
            date(int(iso[1]), int(iso[2]), int(iso[3]))
        except ValueError:
            return "is no day of the calendar"
        if dialect == "sqlite" and not _ISO_PADDED.match(bare):
            return "is compared as text, and days are written YYYY-MM-DD"
    return ""


def day_after(text: str) -> str:
    """Of a text that is a whole day, the next one; empty for every other text."""
    if not (iso := _DAY_ONLY.match(text)):
        return ""
    try:
        return (date(int(iso[1]), int(iso[2]), int(iso[3])) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return ""


def is_length_of_time(text: str) -> bool:
    """1 month, -3days"""
    return _LENGTH_OF_TIME.match(text) is not None


def text_of(node: exp.Expr) -> str | None:
    """The text that a node is; None where it is something else."""
    while isinstance(node, exp.Paren):
        node = node.this
    return str(node.this) if isinstance(node, exp.Literal) and node.args.get("is_string") else None
