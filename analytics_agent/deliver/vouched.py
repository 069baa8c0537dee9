"""What Superset is told of the governed metrics behind what is published: what they mean, and who certified them."""

from dataclasses import dataclass

from analytics_agent.domain.evidence import Query

_NOBODY_NAMED = "The semantic model"


@dataclass(frozen=True)
class Certified:
    """As Superset marks datasets and charts."""

    by: str = ""
    details: str = ""


def certified(query: Query) -> Certified:
    """Only where all that the query tells is certified: a mark on a chart is one on each of its figures."""
    known = query.definitions
    measures = {column.metric for column in query.columns if column.metric}
    if not known or any(each.status != "certified" for each in known) or not measures <= {each.metric for each in known}:
        return Certified()
    by = ", ".join(dict.fromkeys(each.by for each in known if each.by)) or _NOBODY_NAMED
    return Certified(by, " ".join(dict.fromkeys(each.details for each in known if each.details)))


def meanings(query: Query) -> str:
    """A line for each metric; empty for what is no governed query."""
    lines = []
    for each in query.definitions:
        draft = " (a draft that nobody has reviewed)" if each.status == "unreviewed" else ""
        lines.append(f"{each.label}{draft}: {each.text or each.formula}")
    return "\n".join(lines)
