"""What a list shows of a run, made from the whole run: stores read it without that."""

from analytics_agent.domain.run import Run, RunSummary


def summary_of(run: Run) -> RunSummary:
    return RunSummary(
        question=run.question,
        status=run.status,
        reason=run.reason,
        headline=run.answer.headline if run.answer else None,
        html=run.report.html,
        pdf=run.report.pdf,
        dashboard_url=run.receipt.dashboard_url if run.receipt else None,
        clarification=run.clarification,
        replayed=run.replayed,
        cost_usd=run.usage.cost_usd,
        seconds=run.timings.seconds,
        finished_at=run.finished_at,
    )
