"""Reading a question by rule against a semantic model: no language model, no data, nothing about any one database.

Every content word must be accounted for. What is not understood is asked about, looked up or refused, never skipped: a
refusal is a fair answer, a wrong figure is not.
"""

from analytics_agent.semantic.reader.choices import chosen
from analytics_agent.semantic.reader.hints import nearest
from analytics_agent.semantic.reader.read import read
from analytics_agent.semantic.reader.reading import Ask, Comparison, KnownValue, LookUp, Outcome, Reading, Refuse, tool_input

__all__ = ["Ask", "Comparison", "KnownValue", "LookUp", "Outcome", "Reading", "Refuse", "chosen", "nearest", "read", "tool_input"]
