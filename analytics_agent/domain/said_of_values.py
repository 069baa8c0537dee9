"""What pydantic says of a value that is wrong, in our words. Settings, the command line and the API read values with it."""

import re

_OURS = "Value error, "
"""How it begins what we said ourselves."""

_SENTENCES = (
    (re.compile(r"Input should be a valid integer\b.*"), "write a whole number"),
    (re.compile(r"Input should be a valid number\b.*"), "write a number"),
    (re.compile(r"Input should be a valid boolean\b.*"), "write true or false"),
    (re.compile(r"Input should be greater than or equal to (\S+)"), r"write \1 or more"),
    (re.compile(r"Input should be less than or equal to (\S+)"), r"write \1 or less"),
    (re.compile(r"Input should be greater than (\S+)"), r"write more than \1"),
    (re.compile(r"Input should be less than (\S+)"), r"write less than \1"),
    (re.compile(r"Input should be a finite number"), "write a number"),
    (re.compile(r"Input should be ('.*)"), r"use \1"),
)


def ours(message: str) -> str:
    """Without what the library puts in front of our own words."""
    return message.removeprefix(_OURS)


def instead(message: str) -> str:
    """What to write instead, as it stands after the name of a setting or a flag."""
    own = ours(message)
    return next((pattern.sub(said, own) for pattern, said in _SENTENCES if pattern.fullmatch(own)), own)
