"""The opening of synthesize: the same for every question, then the question with its evidence."""

from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.markup import released, tag
from analytics_agent.domain.question import Question
from analytics_agent.synthesize.tools import TOOLS

__all__ = ["TOOLS", "first", "system"]

VERSION = "synthesize.3"


def system() -> tuple[str, str]:
    """The system text and the prompt's name with its hash."""
    return released(__package__ or "", VERSION, TOOLS)


REPEATS = "This answer was accepted for another period and is made again for the period of the question."


def first(question: Question, briefing: Briefing, evidence: str, earlier: str = "", rights: str = "") -> str:
    """The opening message. `evidence` is JSON that holds no angle brackets; `earlier` is the question that this one goes on from,
    `rights` says that its owner may read a part of the database only."""
    as_of = f"<as_of>{briefing.as_of.isoformat()}</as_of>\n" if briefing.as_of else ""
    told = {"rights": rights, "repeats": REPEATS if question.replays else "", "earlier": earlier}
    around = "".join(tag(name, text) + "\n" for name, text in told.items() if text)
    return f"{as_of}{around}{tag('question', question.text)}\n<evidence>\n{evidence}\n</evidence>"
