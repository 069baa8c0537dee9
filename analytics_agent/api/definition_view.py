"""Who stands for a query, as the document of a run tells it: the definition of a governed metric, or a verified query."""

from typing_extensions import TypedDict

from analytics_agent.domain.evidence import Definition, Verified


class DefinitionView(TypedDict):
    """`status` is certified, reviewed or unreviewed; `by` and `details` say who vouches for it, and for what."""

    metric: str
    label: str
    text: str
    formula: str
    status: str
    by: str
    details: str
    owners: list[str]


def definition_view(definition: Definition) -> DefinitionView:
    return {
        "metric": definition.metric,
        "label": definition.label,
        "text": definition.text,
        "formula": definition.formula,
        "status": definition.status,
        "by": definition.by,
        "details": definition.details,
        "owners": list(definition.owners),
    }


class VerifiedView(TypedDict):
    """The verified query that a query is: the question it answers, and who vouches for it since when."""

    question: str
    by: str
    on: str


def verified_view(verified: Verified | None) -> VerifiedView | None:
    return {"question": verified.question, "by": verified.by, "on": verified.on} if verified else None
