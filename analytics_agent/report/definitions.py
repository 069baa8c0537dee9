"""The governed metrics that a report stands on: their words, their formula, and who vouches for them."""

from collections.abc import Iterable, Mapping

from analytics_agent.domain.evidence import Definition, DefinitionStatus, Query
from analytics_agent.domain.run import Run
from analytics_agent.report.document import Defined
from analytics_agent.report.lineage import ancestry

DRAFT = "The definition of {0} is a draft that nobody has reviewed."
DRAFTS = "The definitions of {0} are drafts that nobody has reviewed."
_BADGES: dict[DefinitionStatus, str] = {"certified": "Certified", "reviewed": "", "unreviewed": "Unreviewed draft"}


def defined(run: Run) -> tuple[Defined, ...]:
    """Those behind the answer's figures; of a run without an answer, those behind all that was found. Each once, in the order met."""
    found: dict[str, tuple[Definition, list[str]]] = {}
    for query in _behind(run):
        for each in query.definitions:
            found.setdefault(each.metric, (each, []))[1].append(query.id)
    return tuple(_defined(each, results) for each, results in found.values())


def of_draft(found: Iterable[Defined]) -> str:
    """A sentence right below the answer; empty where no definition is a draft."""
    labels = [each.label for each in found if each.status == "unreviewed"]
    return (DRAFT if len(labels) == 1 else DRAFTS).format(_listed(labels)) if labels else ""


def _behind(run: Run) -> tuple[Query, ...]:
    by_id: Mapping[str, Query] = {query.id: query for query in run.queries}
    cited = [figure.result for claim in run.answer.claims for figure in claim.figures] if run.answer else list(by_id)
    met = {query.id for name in dict.fromkeys(cited) if name in by_id for query in ancestry(by_id[name], by_id)}
    return tuple(query for query in run.queries if query.id in met)


def _defined(each: Definition, results: list[str]) -> Defined:
    return Defined(each.label, each.text, each.formula, each.status, _BADGES[each.status], _vouched(each), tuple(results))


def _vouched(each: Definition) -> str:
    by = f"{each.status.capitalize()}{f' by {each.by}' if each.by else ''}"
    said = ": ".join(filter(None, [by, each.details])) if each.status == "certified" or (each.status == "reviewed" and each.by) else ""
    kept = f"Kept by {', '.join(each.owners)}" if each.owners else ""
    return ". ".join(part.rstrip(".") for part in (said, kept) if part) + ("." if said or kept else "")


def _listed(labels: list[str]) -> str:
    return " and ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)
