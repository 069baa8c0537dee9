"""Whether a semantic model that serves still fits its tables: they change, and the model stays."""

from analytics_agent.domain.catalog import Catalog
from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.semantic.ossie.load import load
from analytics_agent.semantic.ossie.validation import validate


def misfit(text: str | None, catalog: Catalog) -> tuple[str, ...]:
    """Everything that is wrong with it, each with its line; nothing where there is no model."""
    if text is None:
        return ()
    try:
        return tuple(validate(load(text), catalog))
    except InvalidSemanticModel as invalid:
        return invalid.problems
