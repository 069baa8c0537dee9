"""What somebody wrote, as a sentence of ours repeats it; and the names that people give to what they add."""

import re

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")


def quoted(text: str) -> str:
    """In quotes, and not more of it than a sentence can hold."""
    return repr(text if len(text) <= 60 else f"{text[:60]}…")


def checked_name(name: str, of: str) -> str:
    """The name of a database, webhook or folder (`of`). Raises ValueError with a sentence for people."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"The name of a {of} is at most 63 lower-case letters, digits, - and _, and begins with a letter.")
    return name
