"""The governed metrics that an answer stands on, out of its document: which they are, and who vouches for them. No markup here."""

from collections.abc import Mapping, Sequence
from typing import Any

from analytics_agent.client.words import line


def behind(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The definitions of what the answer's figures rest on, each once; none in a document of an older API."""
    found = {each["metric"]: each for query in reversed(cited(document)) for each in reversed(query.get("definitions", ()))}
    return list(reversed(found.values()))


def cited(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The queries that were asked of the database for the answer's figures."""
    queries = {query["id"]: query for query in document["queries"]}
    names = {figure["result"] for claim in document["answer"]["claims"] for figure in claim["figures"]}
    waiting = [name for name in names if name in queries]
    while waiting:
        new = [name for name in queries[waiting.pop()]["inputs"] if name in queries and name not in names]
        names.update(new)
        waiting += new
    return [query for query in document["queries"] if query["id"] in names and query["source"] != "computed"]


def standing(defined: Sequence[Mapping[str, Any]]) -> str:
    """What all of them are called: certified only where somebody vouches for every one."""
    return "certified" if defined and all(each["status"] == "certified" for each in defined) else "governed"


def vouched(each: Mapping[str, Any]) -> str:
    """Who vouches for it and for what; empty where nothing is to be said."""
    if each["status"] == "unreviewed":
        return "a draft that nobody has reviewed"
    by, word = line(each["by"]), "certified" if each["status"] == "certified" else "reviewed"
    if word == "reviewed" and not by:
        return ""
    return ": ".join(filter(None, [f"{word} by {by}" if by else word, line(each["details"])]))
