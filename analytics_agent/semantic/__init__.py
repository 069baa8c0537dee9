"""The governed model: read from Apache Ossie YAML, checked against the database, compiled to SQL.

Not here: the question reader (`reader`), which only the offline model needs.
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
