"""The report as a mail: its first page in words, as HTML that mail programs show and as plain text. The files travel beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from analytics_agent.domain.invisible import visible
from analytics_agent.report.document import LANGUAGE, WHAT_CHANGED, Prose, ReportDocument, Span
from analytics_agent.report.invisible import shown
from analytics_agent.report.numbers import moment
from analytics_agent.report.prose import plain
from analytics_agent.resources import resource

if TYPE_CHECKING:
    import jinja2

LONGEST_SUBJECT = 160
LONGEST_PROSE = 1_800
"""Characters of the answer in the mail. The report holds all of it."""
MOST_LINES = 4
LONGEST_LINE = 300
_CUT = "This is the beginning of the answer. The rest is in the report."


@dataclass(frozen=True)
class FileNote:
    """What is said of one file: that it is attached, or where it is."""

    text: str
    url: str = ""
    label: str = ""


@dataclass(frozen=True)
class MailBody:
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Letter:
    """What the templates need beside the report: its words cut to the length of a mail, its files, why it comes."""

    subject: str
    preview: str
    occasion: str
    date: str
    heading: str
    question: str
    lead: Prose
    rest: Prose
    cut: str
    files: tuple[FileNote, ...]
    changes: tuple[Prose, ...]
    caveats: tuple[str, ...]
    not_answered: tuple[str, ...]
    read_as: str
    footer: str


def render_mail(document: ReportDocument, files: Sequence[FileNote], *, occasion: str, footer: str) -> MailBody:
    """`occasion` says what sort of report it is, `footer` why it was sent."""
    letter = letter_of(document, files, occasion=occasion, footer=footer)
    html = _environment().get_template("report.html").render(document=document, letter=letter, language=LANGUAGE)
    text = _environment().get_template("report.txt").render(document=document, letter=letter, plain=plain)
    return MailBody(letter.subject, text.strip() + "\n", html)


def letter_of(document: ReportDocument, files: Sequence[FileNote], *, occasion: str, footer: str) -> Letter:
    heading = document.headline or document.title
    changes = _changes(document)
    told = (_without(document.lead, changes), _without(document.rest, changes)) if changes else (document.lead, document.rest)
    whole_lead, whole_rest = told if told[0] else (document.lead, document.rest)
    lead, room = cut_prose(whole_lead, LONGEST_PROSE)
    rest, _ = cut_prose(whole_rest, room)
    whole = (lead, rest) == (whole_lead, whole_rest)
    return Letter(
        subject=_shortened(heading, LONGEST_SUBJECT),
        preview=_shortened(plain(lead), 140),
        occasion=occasion,
        date=moment(document.generated_at.date()),
        heading=_shortened(heading, LONGEST_LINE),
        question=document.title if document.headline else "",
        lead=lead,
        rest=rest,
        cut="" if whole else _CUT,
        files=tuple(files),
        changes=changes,
        caveats=_lines(document.caveats),
        not_answered=_lines(document.not_answered),
        read_as=_shortened(next((fact.value for fact in document.facts if fact.label == "Read as"), ""), LONGEST_LINE),
        footer=footer,
    )


def cut_prose(prose: Prose, room: int) -> tuple[Prose, int]:
    """As much of it as there is room for, cut between words and never inside a figure; and the room that is left."""
    kept: list[Span] = []
    for span in prose:
        if len(span.text) > room:
            head = span.text[:room].rpartition(" ")[0] if span.kind == "text" else ""
            return (*kept, Span(f"{head} …" if head else "…")) if kept or head else (), 0
        kept.append(span)
        room -= len(span.text)
    return tuple(kept), room


def _changes(document: ReportDocument) -> tuple[Prose, ...]:
    """What a scheduled report says of the one before it."""
    told = [prose for section in document.sections if section.kind == WHAT_CHANGED for prose in section.prose]
    return tuple(cut_prose(prose, LONGEST_LINE)[0] for prose in told[:MOST_LINES])


def _without(prose: Prose, listed: Sequence[Prose]) -> Prose:
    """The answer without the claims that stand in a list of their own below it: a mail says nothing twice."""
    for claim in listed:
        size = len(claim)
        at = next((at for at in range(len(prose) - size + 1) if prose[at : at + size] == claim), None)
        if at is not None:
            after = prose[at + size :]
            prose = (*prose[:at], *(after if at else after[1:]))
    return prose[:-1] if prose and prose[-1] == Span(" ") else prose


def _lines(texts: Sequence[str]) -> tuple[str, ...]:
    more = len(texts) - MOST_LINES
    kept = [_shortened(text, LONGEST_LINE) for text in texts[:MOST_LINES]]
    return (*kept, f"{more} more in the report.") if more > 0 else tuple(kept)


def _shortened(text: str, most: int) -> str:
    """One line without characters that a header or the eye would stumble over."""
    flat = " ".join(visible(text).split())
    return flat if len(flat) <= most else f"{flat[: most - 1].rstrip()}…"


@cache
def _environment() -> "jinja2.Environment":
    """HTML escapes everything, plain text nothing."""
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(resource("reports") / "mail"),
        autoescape=jinja2.select_autoescape(enabled_extensions=("html",), default=False),
        undefined=jinja2.StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
