"""Whether a question is certain to be read as it is meant: what may be answered in front of a model that would cost something."""

import re
from datetime import date
from typing import Any

from analytics_agent.semantic.model import SemanticModel
from analytics_agent.semantic.reader.read import Reader
from analytics_agent.semantic.reader.reading import Reading
from analytics_agent.semantic.reader.tried import is_tried

_POINTS_BACK = re.compile(r"\b(?:it|them|they|those|these|this one|again|same|above|before that|earlier|previous answer)\b", re.IGNORECASE)
"""Words that may lean on something said elsewhere."""

_KINDS = frozenset({"value", "list", "breakdown", "ranking", "trend", "comparison"})
"""What a "why" wants beyond its first split is a matter of judgment."""

LONGEST = 200
"""Characters. Whoever writes more says more than a request."""


def certain(question: str, model: SemanticModel, overview: dict[str, Any], as_of: date | None) -> Reading | None:
    """The reading, where there is one only, no word of the question was guessed at, its wording was tried, and a person stands behind every
    definition that it uses; nothing where any of this is open. Instructions in free words are for a model that can read them."""
    if len(question) > LONGEST or "\n" in question.strip() or _POINTS_BACK.search(question):
        return None
    outcome = Reader(overview, as_of).read(question, ())
    if not isinstance(outcome, Reading) or outcome.kind not in _KINDS or outcome.spelled or outcome.aside or not is_tried(outcome.frame):
        return None
    return outcome if all(_is_vouched(model, name) for name in outcome.request.figures) else None


def _is_vouched(model: SemanticModel, name: str) -> bool:
    metric = model.metric(name)
    if metric is None:
        return False
    dataset = model.dataset(metric.dataset)
    parts = [found for part in metric.stands_on if (found := model.metric(part))]
    own = model.certification_of(metric).status != "unreviewed" and not metric.instructions and not (dataset and dataset.instructions)
    return own and all(_is_vouched(model, part.name) for part in parts)
