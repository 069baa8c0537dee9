"""What somebody says of a semantic model that they set: a short note on one line."""

from typing import Annotated

from pydantic import AfterValidator, Field

from analytics_agent.domain.model_version import LONGEST_NOTE


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


Note = Annotated[
    str, Field(max_length=LONGEST_NOTE, description="Why: for whoever reads the list of versions later."), AfterValidator(_one_line)
]
