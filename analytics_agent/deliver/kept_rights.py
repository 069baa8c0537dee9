"""What may stand in Superset: a dataset there keeps Superset's own rights for each who looks at it, and knows of no others."""

from analytics_agent.deliver.superset_plan import queries_to_publish
from analytics_agent.domain.rights import Grant
from analytics_agent.domain.run import Run

NOT_KEPT = (
    "Some tables behind this answer are seen in part only, by rules of the file of policies. Superset does not know these rules, and a "
    "dashboard would show more than the answer does, so none was made. The answer and its report are complete."
)


def why_not_published(run: Run, grant: Grant | None) -> str | None:
    """A sentence where what is published would show more than the asker saw; None where Superset holds everybody to the same rules.

    Row rules of Superset hold in each dataset for whoever looks. What comes from elsewhere (a file's rows, masks, hidden columns, what
    models may not see) does not, so nothing is published that was read under it.
    """
    if grant is None or (grant.held_by_superset and grant.own is None):
        return None
    ruled = {rule.name for rule in grant.policy.rules if not rule.is_open}
    used = {name.rpartition(".")[2] for query in queries_to_publish(run) for name in query.tables}
    bare = {name.rpartition(".")[2] for name in ruled}  # a table's own name may hold a dot: what is doubtful counts
    return NOT_KEPT if used & bare else None
