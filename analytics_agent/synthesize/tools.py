"""The one tool of synthesize as the model sees it: prose with references in place of figures."""

from analytics_agent.domain.conversation import Tool

WRITE_ANSWER = Tool(
    name="write_answer",
    description=(
        "Hand in the answer. Figures, dates, ranks and names from the data are references in double braces; each is filled in, formatted "
        "with its sign and the unit of its column; where the column shows none, write the noun:\n"
        "  {{r1[0].late_share}}               row 0 of result r1\n"
        "  {{r1[carrier=WN].late_share}}      the row where carrier is WN; several keys: r1[carrier=WN, month=2013-06-01].delay\n"
        '  {{r1[name="A, B"]."odd name"}}     double quotes for values with , ] or ) and for column names with blanks\n'
        "  {{difference(A, B)}}               A − B, in points for percentages, in days for dates\n"
        "  {{ratio(A, B)}} {{percent_change(FROM, TO)}} {{share(PART, WHOLE)}} {{abs(A)}}             over references\n"
        "  {{sum(r1.flights)}} {{max(r1.delay)}} {{min(r1.delay)}} {{mean(r1.flights)}} {{count(r1)}} over a column\n"
        "  {{count(r1[delay>=30])}}           over the rows that meet conditions (= != < <= > >=)\n"
        "  {{rank(r1.delay, carrier=WN)}}     its place (1st, 2nd, …) from the highest; low_rank from the lowest\n"
        "Dates are filled in with their year, by month as June 2013, by quarter as Q2 2013, else as 24 June 2013: write "
        "“in {{r1[0].month}}”. "
        "The question's own numbers may be repeated; number words (two, half, twice) count as figures. Words must agree with the rows: "
        "“rose by”, “more” for a positive change, “fell by”, “fewer” for a negative one, whose minus is then left out; “highest”, “most”, "
        "“more than” for a row of which they are true. `headline` and each claim's `heading` state a finding in a few words, with "
        "references to names and months only. Caveats take no references. A refusal names each problem."
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
