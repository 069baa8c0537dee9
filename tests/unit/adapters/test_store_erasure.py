"""Which columns of the store may refer to stored files: one that is forgotten here would lose somebody's files when another is erased."""

from sqlalchemy import JSON

from analytics_agent.adapters.store import catalogs as store_catalogs  # noqa: F401  (its tables are looked through too)
from analytics_agent.adapters.store.erasure import FILES
from analytics_agent.adapters.store.models import Base
from analytics_agent.adapters.store.traces import is_about

WITHOUT_FILES = {
    *("runs.question", "clarifications.readings", "events.data", "usage_ledger.prices", "catalogs.body", "databases.semantic_model"),
    "profiles.body",
    *(
        "api_keys.scopes",
        "api_keys.databases",
        "api_keys.quota",
        "audit.entry",
        "erasures.record",
        "schedules.record",
        "destinations.databases",
    ),
}
"""Records that hold no domain.artifact.Artifact."""


def test_every_column_that_may_refer_to_files_is_looked_through() -> None:
    documents = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, JSON)
    }
    assert documents - WITHOUT_FILES == set(FILES)


def test_a_line_of_the_audit_log_is_about_somebody_alone_behind_its_kind_or_among_words() -> None:
    told = {"k12", "ada@example.com", "ada byron"}
    for about in ("k12", "key:k12", "key:K12 ask,read", "mail:Ada@Example.com", "Ada Byron", "key:Ada Byron"):
        assert is_about(about, told), about
    for about in ("", "key:k123", "schedule:s1", "byron", "mail:nada@example.com"):
        assert not is_about(about, told), about
