"""The one tool of synthesize as the model sees it: prose with references in place of figures."""

from analytics_agent.domain.conversation import Tool

WRITE_ANSWER = Tool(
    name="write_answer",
    description=(
        "Hand in the answer. Never type a figure, a date of the data, a rank or a name from the data: write a reference in double "
        "braces and it is filled in, formatted with its unit.\n"
        "  {{r1[0].late_share}}               row 0 of result r1, column late_share\n"
        "  {{r1[carrier=WN].late_share}}      the row where carrier is WN\n"
        "  {{difference(A, B)}} {{ratio(A, B)}} {{percent_change(FROM, TO)}} {{share(PART, WHOLE)}}  over two references\n"
        "  {{sum(r1.flights)}} {{count(r1)}} {{max(r1.delay)}} {{min(r1.delay)}}                      over a column\n"
        "  {{rank(r1.delay, carrier=WN)}}     the row's place when the column is sorted from the highest\n"
        "Numbers that stand in the question itself may be repeated as they are. The first claim answers the question in one "
        "sentence. `headline` states the finding in a few words without figures. A refusal of this tool names each problem."
    ),
    input_schema={
        "type": "object",
        "properties": {
            "headline": {"type": "string", "maxLength": 120},
            "claims": {
                "type": "array",
                "minItems": 1,
                "maxItems": 12,
                "items": {
                    "type": "object",
                    "properties": {
                        "text": {"type": "string"},
                        "finding": {"type": "string", "description": "the finding (f1, …) this claim tells, if any"},
                    },
                    "required": ["text"],
                    "additionalProperties": False,
                },
            },
            "caveats": {"type": "array", "items": {"type": "string"}},
            "not_answered": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["headline", "claims"],
        "additionalProperties": False,
    },
)

TOOLS = (WRITE_ANSWER,)
