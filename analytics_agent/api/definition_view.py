"""The definition of a governed metric, as the document of a run tells it."""

from typing_extensions import TypedDict

from analytics_agent.domain.evidence import Definition


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
