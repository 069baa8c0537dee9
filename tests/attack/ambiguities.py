"""Text that can be read in two ways: what one engine takes for a comment, a string, a name or an operator, another does not.

Each expression is tried as SELECT … in every dialect, each statement as it stands. Nothing says which reading is right: the engine does.
One JSON string a line, for much in them cannot be seen.
"""

import json
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def _lines(name: str) -> tuple[str, ...]:
    return tuple(json.loads(line) for line in (_HERE / name).read_text(encoding="utf-8").splitlines())


EXPRESSIONS = _lines("ambiguous_expressions.jsonl")
STATEMENTS = _lines("ambiguous_statements.jsonl")
