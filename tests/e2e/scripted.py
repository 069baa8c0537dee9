"""A model that always answers one question on flights in the same way: late departures by carrier."""

from fakes.messages_api import Body, Fault, call, tools_of, turn_of

QUESTION = "Which carriers were late most often in 2013?"
EXPLORE_TURNS, ANALYZE_TURNS, SYNTHESIZE_TURNS = 3, 2, 1


def late_carriers(body: Body) -> list[Body] | Fault:
    """Explore: look at values, query by metrics, finish. Analyze: rank, done. Synthesize: write the answer."""
    tools, turn = tools_of(body), turn_of(body)
    if "query_metrics" in tools:
        return _explore(turn)
    if "rank" in tools:
        given = {"title": "carriers by late share", "result": "r1", "measure": "late_departure_share", "by": "name"}
        return [call("rank", **given, direction="highest") if turn == 1 else call("done")]
    return [call("write_answer", headline="One carrier leads", claims=[{"text": TEXT}])]


TEXT = "{{r1[0].name}} left late most often: on {{r1[0].late_departure_share}} of its departures, {{r1[0].departures}} in all."


def _explore(turn: int) -> list[Body]:
    if turn == 1:
        return [call("look_at_values", column="airlines.name")]
    if turn == 2:
        return [
            call(
                "query_metrics",
                purpose="late share by carrier",
                metrics=["late_departure_share", "departures"],
                dimensions=["airlines.name"],
                order_by=[{"field": "late_departure_share", "direction": "desc"}],
            )
        ]
    return [call("finish", primary="r1", results=["r1"], readings=["Late: 15 minutes or more after schedule."])]
