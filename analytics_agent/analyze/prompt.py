"""The opening of analyze: the same for every question, then the question with its evidence."""

from analytics_agent.analyze.tools import TOOLS
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.markup import released, tag
from analytics_agent.domain.question import Question

__all__ = ["TOOLS", "first", "system"]

VERSION = "analyze.2"


def system() -> tuple[str, str]:
    """The system text and the prompt's name with its hash."""
    return released(__package__ or "", VERSION, TOOLS)


def first(question: Question, briefing: Briefing, evidence: str, earlier: str = "") -> str:
    """The opening message. `evidence` is JSON that holds no angle brackets; `earlier` is the question that this one goes on from."""
    as_of = f"<as_of>{briefing.as_of.isoformat()}</as_of>\n" if briefing.as_of else ""
    before = tag("earlier", earlier) + "\n" if earlier else ""
    return f"{as_of}{before}{tag('question', question.text)}\n<evidence>\n{evidence}\n</evidence>"
