"""The definitions of an answer's governed metrics, folded away below it, as HTML. Every text is escaped."""

from collections.abc import Mapping
from typing import Any

from analytics_agent.client.definitions import behind, vouched
from analytics_agent.client.evidence_html import text
from analytics_agent.client.words import counted, line

BADGES = {"certified": ("good", "✓ Certified"), "unreviewed": ("needs", "Unreviewed draft")}
LONGEST = 600


def definitions_html(document: Mapping[str, Any]) -> str:
    """Nothing where the answer stands on no governed metric. Drafts are named in the line that is always seen."""
    defined = behind(document)
    if not defined:
        return ""
    drafts = sum(each["status"] == "unreviewed" for each in defined)
    seen = badge_html("unreviewed", "" if len(defined) == drafts else f" {drafts} of {len(defined)}") if drafts else ""
    seen = seen or (badge_html("certified") if all(each["status"] == "certified" for each in defined) else "")
    entries = "".join(entry_html(each) for each in defined)
    return (
        f'<details class="aa-more aa-defined"><summary>{counted(len(defined), "definition")} {seen}</summary><dl>{entries}</dl></details>'
    )


def badge_html(status: str, more: str = "", title: str = "") -> str:
    """Of what is certified or a draft; what a person has reviewed needs none."""
    if status not in BADGES:
        return ""
    kind, word = BADGES[status]
    return f'<span class="aa-badge aa-is-{kind}" title="{text(title)}">{word}{text(more)}</span>'


def entry_html(each: Mapping[str, Any]) -> str:
    """One definition, for a list of them."""
    said = vouched(each)
    parts = [f'<dd dir="auto">{text(line(each["text"], LONGEST))}</dd>' if each["text"] else ""]
    parts += [f'<dd><code dir="ltr">{text(line(each["formula"], LONGEST))}</code></dd>' if each["formula"] else ""]
    owned = f"kept by {', '.join(each['owners'])}" if each["owners"] else ""
    about = " · ".join(filter(None, [said if each["status"] != "unreviewed" else "", owned]))
    parts += [f'<dd class="aa-src" dir="auto">{text(line(about, LONGEST))}</dd>' if about else ""]
    return f'<dt dir="auto">{text(line(each["label"]))} {badge_html(each["status"], title=said)}</dt>{"".join(parts)}'
