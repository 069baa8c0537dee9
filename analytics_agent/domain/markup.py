"""Text from outside set apart in a prompt: it can neither close our tag nor open one."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from importlib.resources import files

from analytics_agent.domain.conversation import Tool

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ud800-\udfff\ue000-\uf8ff\ufe00-\ufe0d\ufeff\uffa0\ufff0-\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
    "|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
)
"""What is there and is not seen: control characters, marks that turn a line round, fillers, tags, letters of private use. Joiners belong
to words of some scripts and to emoji, and to nothing beside plain Latin letters."""


def spelled_out(text: str) -> str:
    """With every character that cannot be seen as its escape (\\u202e), as JSON writes it: JSON stays the same JSON."""
    return _UNSEEN.sub(lambda match: json.dumps(match[0])[1:-1], text)


def tag(name: str, text: str) -> str:
    """`text` between <name> and </name>, its own angle brackets and ampersands escaped."""
    quiet = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<{name}>\n{quiet}\n</{name}>"


def released(package: str, version: str, tools: Sequence[Tool] = ()) -> tuple[str, str]:
    """A prompt file of a step's package, and its name with its hash, as a run records it. The tools are a part of what is said to the
    model: another word in one of them is another hash."""
    text = files(package).joinpath(f"prompts/{version}.md").read_text(encoding="utf-8")
    said = json.dumps([text, [asdict(tool) for tool in tools]], ensure_ascii=False)
    return text, f"{version} {sha256(said.encode()).hexdigest()[:8]}"
