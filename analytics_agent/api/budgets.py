"""Raising the budget of a run that was stopped at one: it goes on from where it stopped, and nothing is paid for twice."""

from fastapi import APIRouter

from analytics_agent.api.asking import BudgetBody
from analytics_agent.api.authentication import Asker, status_for
from analytics_agent.api.budget_view import most_of, rounded_up
from analytics_agent.api.document import Document, document
from analytics_agent.api.opening import without_what_is_lost
from analytics_agent.api.problems import FieldProblem, InvalidRequest
from analytics_agent.api.services import Given, Services
from analytics_agent.domain.question import Budget
from analytics_agent.domain.run import FINISHED, Run, RunStatus
from analytics_agent.domain.spending import Stop, Unit, in_words
from analytics_agent.errors import Conflict, NotAllowed, ServiceUnreachable, Unavailable

routes = APIRouter(prefix="/v1/analyses", tags=["analyses"])


@routes.post("/{run_id}/budget", status_code=202)
async def raise_budget(run_id: str, body: BudgetBody, asker: Asker, services: Given) -> Document:
    """Go on with a run that was stopped at a budget, with a higher one. An empty body goes on with the same one: on another day, or
    when the operators raised theirs. What is left out stays as it is."""
    _may_go_on(await status_for(asker, services.store, run_id))
    run = await services.store.run(run_id)
    budget = _raised(run, body, most_of(asker, services.limits.budget))
    if not await services.store.reopen(run_id, budget):
        _may_go_on((await services.store.owner_and_status(run_id))[1])
    await _start(services, run_id)
    run = await without_what_is_lost(asker, services, await services.store.run(run_id))
    return document(run, most=most_of(asker, services.limits.budget))


async def _start(services: Services, run_id: str) -> None:
    """It is queued: where it cannot be started now, that is done as soon as it can."""
    try:
        await services.runner.start(run_id, again=True)
    except Unavailable as error:
        hint = f"{error.hint} The run is queued, and goes on when that is back.".strip()
        raise ServiceUnreachable(error.message, hint=hint, retry_after=error.retry_after) from None


def _may_go_on(status: RunStatus) -> None:
    if status not in FINISHED:
        raise Conflict("The run goes on already.", hint=f"Its status is {status}.")
    if status != "over_budget":
        raise Conflict("The run was not stopped at a budget.", hint=f"Its status is {status}: ask again.")


def _raised(run: Run, body: BudgetBody, most: Budget) -> Budget:
    """Raises NotAllowed above what the operators allow, InvalidRequest for a budget at which it would stop again at once."""
    had = run.question.budget
    budget = Budget(body.tokens or had.tokens, body.usd or had.usd)
    _check_most(body, most)
    problems = [
        FieldProblem(field=unit, message=f"The run has {in_words(limit, unit)} already: give more than that, or leave it out.")
        for unit, given, limit in _both(body, had)
        if given is not None and limit is not None and given < limit
    ]
    problems += _too_little(budget, run.stopped)
    if problems:
        raise InvalidRequest(problems)
    return budget


def _check_most(body: BudgetBody, most: Budget) -> None:
    for unit, given, limit in _both(body, most):
        if given is not None and limit is not None and given > limit:
            told = f"The operators let one question use at most {in_words(limit, unit)}."
            raise NotAllowed(told, hint="Ask them for more, or ask a narrower question.")


def _both(body: BudgetBody, limit: Budget) -> list[tuple[Unit, float | None, float | None]]:
    """What is given and the limit, in each unit."""
    return [("usd", body.usd, limit.usd), ("tokens", body.tokens, limit.tokens)]


def _too_little(budget: Budget, stop: Stop | None) -> list[FieldProblem]:
    """The budgets of a day are not the asker's to raise: whether they hold by now is seen when it goes on."""
    if stop is None or stop.pool != "run":
        return []
    limit, needed = (budget.usd if stop.unit == "usd" else budget.tokens), stop.used + stop.needs
    if limit is None or limit >= needed:
        return []
    least = in_words(rounded_up(needed, stop.unit), stop.unit)
    told = f"To go on it needs at least {least}: {in_words(stop.used, stop.unit)} used, and what the next turn may take."
    return [FieldProblem(field=stop.unit, message=told)]
