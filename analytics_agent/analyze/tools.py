"""The tools of analyze as the model sees them. It chooses operations and columns; code computes."""

from analytics_agent.domain.conversation import Tool

_RESULT = {"type": "string", "description": "a stored result, such as r1"}
_COLUMN = {"type": "string", "description": "a column of that result"}
_TITLE = {"type": "string", "description": "what the operation shows, in words, without figures"}


def _schema(properties: dict[str, object], *required: str) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


COMPARE = Tool(
    name="compare",
    description=(
        "Difference, ratio and percent change of a measure between two groups of rows: the rows where `column` equals `before` and "
        "those where it equals `now`. With `by`, one comparison for each value of that column, the largest difference first. Several "
        "rows of a group are added up only where the measure is additive."
    ),
    input_schema=_schema(
        {
            "title": _TITLE,
            "result": _RESULT,
            "measure": _COLUMN,
            "column": _COLUMN,
            "before": {"type": ["string", "number"]},
            "now": {"type": ["string", "number"]},
            "by": _COLUMN,
        },
        "title",
        "result",
        "measure",
        "column",
        "before",
        "now",
    ),
)
CONTRIBUTION = Tool(
    name="contribution",
    description=(
        "Why did a total or a mean change? Splits the change between two groups (as in compare) over the values of `by`. For a total "
        "give `measure` alone; for a mean give `measure` (the mean) and `weight` (its row count): the change is then split into a "
        "mix part and a rate part that add up exactly. Needs every row: no result with a limit."
    ),
    input_schema=_schema(
        {
            "title": _TITLE,
            "result": _RESULT,
            "measure": _COLUMN,
            "weight": _COLUMN,
            "by": _COLUMN,
            "column": _COLUMN,
            "before": {"type": ["string", "number"]},
            "now": {"type": ["string", "number"]},
        },
        "title",
        "result",
        "measure",
        "by",
        "column",
        "before",
        "now",
    ),
)
TREND = Tool(
    name="trend",
    description=("Slope over time, its uncertainty, first, last, highest and lowest point of a measure in a result with one row a period."),
    input_schema=_schema({"title": _TITLE, "result": _RESULT, "measure": _COLUMN, "time": _COLUMN}, "title", "result", "measure", "time"),
)
RANK = Tool(
    name="rank",
    description="Rows ordered by a measure, with rank, share of the total (for additive measures) and distance to the mean.",
    input_schema=_schema(
        {
            "title": _TITLE,
            "result": _RESULT,
            "measure": _COLUMN,
            "by": _COLUMN,
            "direction": {"type": "string", "enum": ["highest", "lowest"]},
            "top": {"type": "integer", "minimum": 1, "maximum": 50},
        },
        "title",
        "result",
        "measure",
        "by",
    ),
)
DONE = Tool(
    name="done",
    description="No further operation is needed. May be called beside the last ones. A single figure or a plain list needs none at all.",
    input_schema=_schema({}),
)

TOOLS = (COMPARE, CONTRIBUTION, TREND, RANK, DONE)
