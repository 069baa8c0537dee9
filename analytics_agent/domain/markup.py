"""Text from outside set apart in a prompt: it can neither close our tag nor open one."""

from hashlib import sha256
from importlib.resources import files


def tag(name: str, text: str) -> str:
    """`text` between <name> and </name>, its own angle brackets and ampersands escaped."""
    quiet = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<{name}>\n{quiet}\n</{name}>"


def released(package: str, version: str) -> tuple[str, str]:
    """A prompt file of a step's package, and its name with its hash, as a run records it."""
    text = files(package).joinpath(f"prompts/{version}.md").read_text()
    return text, f"{version} {sha256(text.encode()).hexdigest()[:4]}"
