"""The names of a report's files, wherever they go."""

import re


def file_name(question: str, run_id: str, kind: str) -> str:
    """Words of the question, the run's id, and what kind of file it is: the same file has the same name each time."""
    return f"{slug(question)}-{run_id}.{kind}"


def slug(question: str) -> str:
    """Words of the question that every file system and header can hold."""
    words = re.findall(r"[a-z0-9]+", question.lower())
    return "-".join(words)[:60].strip("-") or "report"
