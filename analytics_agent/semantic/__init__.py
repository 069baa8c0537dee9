"""The governed model: read from Apache Ossie YAML, checked against the database, compiled to SQL.

`model` holds its records and `request` what can be asked of it: open these first. Then, by what is done: `ossie` reads and writes files,
`compiler` makes SQL, `access` leaves out what a person may not know, `drafting` and `exchange` make models, `picture` shows them, `replay`
moves an accepted run to another period. `reader` reads questions, and only the offline model needs it.
"""

from analytics_agent.semantic.brief import brief
from analytics_agent.semantic.compiler.compile import Compiled, compile
from analytics_agent.semantic.field_values import stored_column, values_request
from analytics_agent.semantic.finder import Hit, Likely, search, verified
from analytics_agent.semantic.model import SemanticModel, VerifiedQuery
from analytics_agent.semantic.ossie.load import load, read
from analytics_agent.semantic.ossie.validation import validate
from analytics_agent.semantic.request import MetricRequest
from analytics_agent.semantic.said import said
from analytics_agent.semantic.views import describe, knows, overview

__all__ = [
    "Compiled",
    "Hit",
    "Likely",
    "MetricRequest",
    "SemanticModel",
    "VerifiedQuery",
    "brief",
    "compile",
    "describe",
    "knows",
    "load",
    "overview",
    "read",
    "said",
    "search",
    "stored_column",
    "validate",
    "values_request",
    "verified",
]
