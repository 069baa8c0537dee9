"""The one tool of synthesize as the model sees it: prose with references in place of figures."""

from analytics_agent.domain.conversation import Tool

WRITE_ANSWER = Tool(
    name="write_answer",
    description=(
        "Hand in the answer. Never type a figure, a date of the data, a rank or a name from the data: write a reference in double "
        "braces and it is filled in, formatted with its unit and sign.\n"
        "  {{r1[0].late_share}}               row 0 of result r1, column late_share\n"
        "  {{r1[carrier=WN].late_share}}      the row where carrier is WN; several keys: r1[carrier=WN, month=2013-06-01].delay\n"
        '  {{r1[name="A, B"]."odd name"}}     double quotes for values with , ] or ) and for column names with blanks\n'
        "  {{difference(A, B)}}               A − B, in points for percentages, in days for dates\n"
        "  {{ratio(A, B)}} {{percent_change(FROM, TO)}} {{share(PART, WHOLE)}} {{abs(A)}}             over references\n"
        "  {{sum(r1.flights)}} {{max(r1.delay)}} {{min(r1.delay)}} {{mean(r1.flights)}} {{count(r1)}} over a column\n"
        "  {{count(r1[delay>=30])}}           over the rows that meet conditions (= != < <= > >=)\n"
        "  {{rank(r1.delay, carrier=WN)}}     the row's place (1st, 2nd, …) when the column is sorted from the highest\n"
        "Numbers that stand in the question itself may be repeated as they are; number words (two, half, twice) count as figures. "
        "Words of direction must agree with the sign: rose by, more than … for a positive change, fell by, fewer … for a negative "
        "one, whose minus is then left out. The first claim answers the question in one sentence. `headline` and each claim's "
        "`heading` state a finding in a few words (“{{r8[0].name}} slipped most”), never a topic (“Delay by airport”); they take "
        "references to names and months only and no figures. Caveats take no references. A refusal of this tool names each problem."
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
                        "heading": {
                            "type": "string",
                            "maxLength": 120,
                            "description": "the claim's finding as a heading of a few words, without figures; names by reference",
                        },
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
