"""A request to ask, judged as a whole: every problem with every field is found before anything is stored."""

import json
import secrets
import unicodedata
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from analytics_agent.api.authentication import check_database, status_for
from analytics_agent.api.problems import FieldProblem, InvalidRequest, field_problems
from analytics_agent.api.reading_as import LONGEST_NAME, reads_as
from analytics_agent.api.recipients import checked_recipients
from analytics_agent.api.services import Services
from analytics_agent.domain.models import OFFLINE
from analytics_agent.domain.question import LONGEST_QUESTION, Budget, Format, Question
from analytics_agent.domain.quoting import quoted
from analytics_agent.domain.rights import Principal
from analytics_agent.errors import AskerError, UnknownDatabase, UnknownRun

LONGEST_ANSWER = 2_000


class BudgetBody(BaseModel):
    """What this run may use at most."""

    model_config = ConfigDict(extra="forbid")

    tokens: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    usd: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)] | None = None


class AskBody(BaseModel):
    """A question. What is left out takes the settings' value."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[str, Field(description="In plain language, at most 10,000 characters.")]
    database: Annotated[str | None, Field(description="The name of a database that was added; with `continue` it may be left out.")] = None
    model: Annotated[str | None, Field(description="`offline` or a Claude model id.")] = None
    publish: Annotated[bool | None, Field(description="Make a Superset dashboard.")] = None
    formats: Annotated[list[Format], Field(description="Report files to make.")] = ["html", "pdf"]
    budget: BudgetBody | None = None
    as_of: Annotated[date | None, Field(description="The day that relative dates count from.")] = None
    continues: Annotated[str | None, Field(alias="continue", description="The id of an earlier run to go on from.")] = None
    near: Annotated[
        str | None, Field(alias="schema", max_length=200, description="Where to look first: the schema that the asker is in.")
    ] = None
    recipients: Annotated[list[str], Field(description="Who gets the report: mail:ops@example.com, webhook:NAME, folder:NAME.")] = []
    patient: Annotated[
        bool, Field(description="Nobody waits for the answer: Claude is asked in message batches, at half the price, within a day.")
    ] = False
    workflow: Annotated[Literal["asked", "batch", "evaluation"], Field(description="What kind of run it is, as costs tell them apart.")] = (
        "asked"
    )
    reads_as: Annotated[
        str | None,
        Field(alias="as", max_length=LONGEST_NAME, description="Read with the rights of the person with this login name; for admins."),
    ] = None
    webhook: Annotated[str | None, Field(description="The name of a webhook that gets the report, besides the recipients.")] = None

    @field_validator("question")
    @classmethod
    def readable(cls, text: str) -> str:
        return checked_text(text, "question", most=LONGEST_QUESTION)


class AnswerBody(BaseModel):
    """The answer to a question that the run asked."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(description="A reading that was offered, or other words.")]

    @field_validator("text")
    @classmethod
    def readable(cls, text: str) -> str:
        return checked_text(text, "answer", most=LONGEST_ANSWER)


def checked_text(text: str, what: str, *, most: int) -> str:
    """The text without space around it. Raises ValueError with a sentence for people."""
    text = text.strip()
    if not any(letter.isalnum() for letter in text):
        raise ValueError(f"The {what} is empty: write some words.")
    if len(text) > most:
        raise ValueError(f"The {what} has {len(text):,} characters; {most:,} is the most.")
    if any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\r\t" for letter in text):
        raise ValueError(f"The {what} holds control characters.")
    return text


async def question_of(request: Request, asker: Principal, services: Services) -> Question:
    """The question as it will be stored. Raises InvalidRequest with every problem."""
    sent = await _of_earlier(await json_object(request), asker, services)
    whose, nobody = await reads_as(sent, asker, services)
    recipients, unusable = await _recipients(sent, services, whose.reader or asker.id)
    problems = _shape_problems(sent) + await _unknown_names(sent, asker, services) + unusable + nobody
    if problems:
        raise InvalidRequest(problems, _kind(problems))
    question = _question(AskBody.model_validate(sent), asker, services)
    return replace(question, recipients=recipients, reads_as=whose.reader, reads_as_name=whose.name)


async def _of_earlier(sent: dict[str, Any], asker: Principal, services: Services) -> dict[str, Any]:
    """With the database of the run that it goes on from, where none is named. A run that is not theirs is told of elsewhere."""
    earlier = sent.get("continue")
    if sent.get("database") is None and isinstance(earlier, str):
        with suppress(UnknownRun):
            await status_for(asker, services.store, earlier)
            return sent | {"database": (await services.store.run(earlier)).question.database}
    return sent


def _question(body: AskBody, asker: Principal, services: Services) -> Question:
    limits = services.limits
    models = limits.step_models(body.model)
    return Question(
        run_id=secrets.token_hex(6),
        text=body.question,
        database=body.database or "",
        owner=asker.id,
        model=models.explore,
        models=models,
        offline_first=limits.offline_first and body.model is None and models.explore != OFFLINE,
        asked_at=datetime.now(UTC),
        as_of=body.as_of,
        publish=limits.publish if body.publish is None else body.publish,
        formats=tuple(dict.fromkeys(body.formats)),
        budget=_budget(body.budget or BudgetBody(), limits.budget, asker),
        continues=body.continues,
        schema=body.near.strip() or None if body.near else None,
        patient=body.patient,
        workflow=body.workflow,
        asked_by=asker.name if asker.kind == "person" else "",
    )


def _budget(asked: BudgetBody, limit: Budget, asker: Principal) -> Budget:
    """What was asked for, else the operators' own limit. They pay for what people of Superset ask, who may not raise it."""
    budget = Budget(asked.tokens or limit.tokens, asked.usd or limit.usd)
    if not asker.sees_a_part:
        return budget
    return Budget(
        min(filter(None, (budget.tokens, limit.tokens)), default=None),
        min(filter(None, (budget.usd, limit.usd)), default=None),
    )


async def json_object(request: Request, hint: str = 'Send {"question": "…", "database": "…"}.') -> dict[str, Any]:
    """The body, when it is a JSON object."""
    try:
        sent = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise AskerError("The body is not JSON.", hint=hint) from None
    if not isinstance(sent, dict):
        raise InvalidRequest([FieldProblem(field="", message="The body must be a JSON object.")])
    return sent


def _shape_problems(sent: dict[str, Any]) -> list[FieldProblem]:
    try:
        AskBody.model_validate(sent)
    except ValidationError as error:
        return field_problems(error.errors(include_input=False, include_url=False))
    return []


async def _unknown_names(sent: dict[str, Any], asker: Principal, services: Services) -> list[FieldProblem]:
    """Names that are spelled right and mean nothing here."""
    problems = []
    database, model, earlier = (sent.get(name) for name in ("database", "model", "continue"))
    if isinstance(database, str):
        try:
            await check_database(asker, services.store, database)
        except UnknownDatabase as error:
            named = "There is no database of that name that you may ask about." if asker.sees_a_part else str(error)
            problems.append(FieldProblem(field="database", message=named))
    elif database is None and earlier is None:
        problems.append(FieldProblem(field="database", message="Name the database to ask, or in `continue` the run to go on from."))
    if isinstance(model, str) and model not in services.limits.models:
        known = ", ".join(sorted(services.limits.models))
        problems.append(FieldProblem(field="model", message=f"This model is not known. Known: {known}."))
    if isinstance(earlier, str):
        try:
            await status_for(asker, services.store, earlier)
            problems += _of_another_database(earlier, (await services.store.run(earlier)).question.database, database)
        except UnknownRun as error:
            problems.append(FieldProblem(field="continue", message=str(error)))
    return problems


def _of_another_database(earlier: str, its: str, named: object) -> list[FieldProblem]:
    """A question goes on in the database that the one before it was asked of: what it leaves out means that one's words."""
    if not isinstance(named, str) or named == its:
        return []
    told = f"The run {earlier} asked the database {its}: leave the database out to go on there, or `continue` to ask {quoted(named)} anew."
    return [FieldProblem(field="continue", message=told)]


async def _recipients(sent: dict[str, Any], services: Services, reader: str) -> tuple[tuple[str, ...], list[FieldProblem]]:
    """Those of both fields, each once, as they are stored."""
    database, webhook = str(sent.get("database")), sent.get("webhook")
    named = [f"webhook:{webhook}"] if isinstance(webhook, str) else []
    listed = await checked_recipients(sent.get("recipients"), services, database=database, reader=reader)
    hook = await checked_recipients(named, services, database=database, reader=reader, field="webhook")
    return tuple(dict.fromkeys(map(str, (*listed[0], *hook[0])))), listed[1] + hook[1]


def _kind(problems: list[FieldProblem]) -> str:
    """The error that a client raises: a lone problem has a name of its own."""
    fields = {problem.field for problem in problems}
    named = {"question": "InvalidQuestion", "database": "UnknownDatabase", "as": "UnknownPerson"}
    return named.get(fields.pop(), "InvalidRequest") if len(fields) == 1 else "InvalidRequest"
