"""What names a database elsewhere stays what it is: dashboards that were published hang on it."""

from analytics_agent.domain.database import superset_uuid


def test_the_connection_of_a_database_keeps_its_uuid() -> None:
    assert superset_uuid("flights") == "dda0a843-d04e-54d8-99c1-6e4a270c7148"
    assert superset_uuid("shop") != superset_uuid("flights")
