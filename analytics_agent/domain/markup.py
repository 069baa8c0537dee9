"""Text from outside set apart in a prompt: it can neither close our tag nor open one."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from importlib.resources import files

from analytics_agent.domain.conversation import Tool


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
