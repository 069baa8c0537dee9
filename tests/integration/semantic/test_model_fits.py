"""The sample's model against its database: every expression passes the guard and types, and nothing is called wrong or doubtful."""

from analytics_agent.domain.catalog import Catalog
from analytics_agent.semantic import SemanticModel, validate
from analytics_agent.semantic.ossie.remarks import remarks


def test_it_fits_the_database_and_nothing_about_it_is_doubtful(model: SemanticModel, catalog: Catalog) -> None:
    assert validate(model, catalog) == ()
    assert remarks(model) == ()
