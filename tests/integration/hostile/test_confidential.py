"""What a model outside sees of a database with masked values, or with none: every byte of every request of whole runs is searched."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fakes.messages_api import Body, MessagesApi
from integration.hostile import canary
from integration.hostile.conversations import CLAUDE, Call, Conversations, calls, claude, everything_read, results, step_of, turn_of, wire

from analytics_agent.api.document import document
from analytics_agent.domain.database import Database, ModelSees
from analytics_agent.domain.run import Run

QUESTION = "Which patient paid most?"
RANKED = (
    "SELECT p.name, p.city, p.born, p.insured, SUM(v.fee) AS paid FROM patients p JOIN visits v ON v.patient_id = p.id "
    "GROUP BY p.id ORDER BY 5 DESC"
)

NEAR = (("name", "Zephirine Quilfeather"), ("weight", "48161.62"), ("born", "1931-04-14"), ("note", "Allergic to quinquefola"))
NEARLY = ("name = 'Balthasar O Wiglesworth'", "city = 'Obergurg'", "weight = 4815", "born > DATE '2031-01-01'", "note = 'Allergic to'")
"""What is near to a value, so that it may be offered."""


@pytest.fixture
def clinic(postgres_database: str) -> Iterator[str]:
    canary.fill(postgres_database)
    yield postgres_database


class Curious:
    """A model that calls every tool there is, makes every mistake, and then answers. What it does next may depend on what it read."""

    def __init__(self) -> None:
        self.stand_in = "name_1"

    def __call__(self, body: Body) -> list[Body]:
        told = re.findall(r"name_\d+", "".join(results(body)))
        self.stand_in = told[0] if told else self.stand_in
        plan = {"explore": self.explore, "analyze": self.analyze, "synthesize": self.synthesize}[step_of(body)]
        return calls(*plan(turn_of(body)))

    def explore(self, turn: int) -> Sequence[Call]:
        looks: list[Call] = [
            ("search_catalog", {"words": "patients fee"}),
            ("describe", {"names": ["model", "patients", "visits.ward", "fees", "nothing"]}),
            *(
                ("look_at_values", {"column": name})
                for name in ("patients.name", "patients.born", "patients.weight", "visits.ward", "patients.nam")
            ),
            ("look_at_values", {"column": "patients.city", "like": "zzz"}),
            *(("look_at_values", {"column": f"patients.{name}", "like": like}) for name, like in NEAR),
        ]
        queries: list[Call] = [
            ("run_sql", {"purpose": "who paid most", "sql": RANKED}),
            ("run_sql", {"purpose": "everything", "sql": "SELECT * FROM patients"}),
            ("run_sql", {"purpose": "nothing", "sql": "SELECT nam FROM patients"}),
            ("run_sql", {"purpose": "broken", "sql": "SELECT CAST(name AS integer) AS n FROM patients"}),
            ("run_sql", {"purpose": "no row", "sql": "SELECT name FROM patients WHERE city = 'Innsbruck'"}),
            ("query_metrics", {"purpose": "by ward", "metrics": ["fees"], "dimensions": ["visits.ward"]}),
            ("query_metrics", {"purpose": "by month", "metrics": ["fees"], "dimensions": ["visits.seen:month"]}),
            (
                "query_metrics",
                {"purpose": "x", "metrics": ["fees"], "filters": [{"field": "visits.ward", "op": "=", "values": ["Nephro"]}]},
            ),
        ]
        by_stand_in: list[Call] = [
            ("run_sql", {"purpose": f"only {self.stand_in}", "sql": f"SELECT born FROM patients WHERE name = '{self.stand_in}'"}),
            ("look_at_values", {"column": "patients.name", "like": self.stand_in}),
            *(("run_sql", {"purpose": "near", "sql": f"SELECT id FROM patients WHERE {where}"}) for where in NEARLY),
        ]
        asks: list[Call] = [("ask_person", {"question": "Which?", "readings": [f"{self.stand_in}: that one", "another"]})]
        ends: list[Call] = [
            ("finish", {"primary": "r1", "results": ["r1", "r9"]}),
            ("finish", {"primary": "r1", "results": ["r1", "r2"], "readings": [f"read as {self.stand_in}"]}),
        ]
        return (looks, queries, by_stand_in, asks, ends[:1], ends[1:])[min(turn, 5)]

    def analyze(self, turn: int) -> Sequence[Call]:
        group = {"title": "people", "result": "r1", "measure": "paid", "column": "name"}
        wrong: list[Call] = [
            ("compare", {**group, "before": "Nobody", "now": "Somebody"}),
            ("compare", {**group, "before": self.stand_in, "now": "Somebody"}),
            ("rank", {"title": "ranked", "result": "r1", "measure": "paid", "by": "name"}),
            ("rank", {"title": "ranked", "result": "r1", "measure": "name", "by": "paid"}),
            ("trend", {"title": "t", "result": "r1", "measure": "paid", "time": "born"}),
        ]
        return wrong if turn == 0 else [("done", {})]

    def synthesize(self, turn: int) -> Sequence[Call]:
        wrong = {
            "headline": "x",
            "claims": [
                {"text": "{{r1[name=Nobody].paid}} and {{r1[paid=5].name}} and {{r1[99].paid}} and {{r1[born=1999-01-01].paid}}"},
                {"text": "{{r1[name=Zeph].paid}} {{sum(r1.name)}} {{r1[0].nam}} 17 {{rank(r1.born, name=X)}}"},
                {"text": "It rose by {{difference(r1[2].paid, r1[0].paid)}} to the highest {{r1[2].paid}} on {{r1[0].born}}."},
            ],
        }
        return [("write_answer", wrong if turn == 0 else self.right())]

    def right(self) -> dict[str, Any]:
        return {"headline": "{{r1[0].name}} paid most", "claims": [{"text": "{{r1[0].name}} paid {{r1[0].paid}}."}]}


class Refused(Curious):
    """Has the server refuse statements that hold stand-ins, at a place before them: near ones, and ones that a quotation would cut."""

    def explore(self, turn: int) -> Sequence[Call]:
        wheres = [f"born || insured = 'x' AND {'insured AND ' * far}name = 'name_{n}'" for n in (1, 2, 3) for far in (0, 1, 2)]
        return (
            [("look_at_values", {"column": "patients.name"})],
            [("run_sql", {"purpose": "refused", "sql": f"SELECT id FROM patients WHERE {where}"}) for where in wheres],
            [("run_sql", {"purpose": "who paid most", "sql": RANKED})],
            [("finish", {"primary": "r1", "results": ["r1"]})],
        )[turn]

    def analyze(self, turn: int) -> Sequence[Call]:
        return [("done", {})]


class WithStandIns(Curious):
    def right(self) -> dict[str, Any]:
        text = f'{self.stand_in} paid {{{{r1[name={self.stand_in}].paid}}}}, {{{{r1[name="{self.stand_in}"].city}}}}.'
        return {"headline": f"{self.stand_in} paid most", "claims": [{"text": text}], "caveats": [f"Only {self.stand_in}."]}


class Investigating(Curious):
    """Follows two parts of the question beside one another; each looks at one person."""

    last = "r1"

    def __call__(self, body: Body) -> list[Body]:
        self.last = (re.findall(r'"id":"(r\d+)"', "".join(results(body))) or [self.last])[-1]
        if "<line>" in body["messages"][0]["content"][0]["text"]:
            self.stand_in = (re.findall(r"name_\d+", body["messages"][0]["content"][0]["text"].partition("<line>")[2]) or ["name_1"])[0]
            sql = f"SELECT name, weight FROM patients WHERE name = '{self.stand_in}'"
            ends = {"primary": self.last, "results": [self.last], "readings": [f"weight of {self.stand_in}"]}
            return calls(("finish", ends) if turn_of(body) else ("run_sql", {"purpose": f"weight of {self.stand_in}", "sql": sql}))
        return super().__call__(body)

    def explore(self, turn: int) -> Sequence[Call]:
        lines = [{"title": f"of {name}", "question": f"What does {name} weigh?"} for name in (self.stand_in, "name_2")]
        return (
            [("look_at_values", {"column": "patients.name"})],
            [("investigate", {"lines": lines})],
            [("run_sql", {"purpose": "who paid most", "sql": RANKED})],
            [("finish", {"primary": self.last, "results": [self.last]})],
        )[turn]

    def analyze(self, turn: int) -> Sequence[Call]:
        return [("done", {})]

    def right(self) -> dict[str, Any]:
        return {"headline": f"{{{{{self.last}[0].name}}}} paid most", "claims": [{"text": f"It paid {{{{{self.last}[0].paid}}}}."}]}


def ask(clinic: str, model: Curious, sees: ModelSees, text: str = QUESTION, **asked: Any) -> tuple[Run, MessagesApi, Conversations]:
    database = Database("clinic", clinic, "postgres", "public", canary.SEMANTIC_MODEL, model_sees=sees)
    with MessagesApi(model) as api:
        talk = Conversations(database, claude(api.url))
        talk.answers = ["the first" if sees == "schema" else "Zephyrine Quillfeather: that one"]

        return talk.run(talk.ask(text, **asked)), api, talk


def found(api: MessagesApi, *values: str) -> list[str]:
    sent = wire(api).casefold()
    return [value for value in values if value.casefold() in sent]


def _not_listed(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if text not in canary.LISTED]


def test_a_model_that_may_see_no_values_is_sent_none(clinic: str) -> None:
    run, api, _ = ask(clinic, Curious(), "schema")
    assert not api.refusals and len(api.requests) > 8
    assert not found(api, *canary.TEXTS, *canary.NUMBERS, *canary.DAYS, *canary.MONTHS)
    assert run.answer and "Zephyrine Quillfeather" in run.answer.summary.replace("\\", "") and "88,986" in run.answer.summary


def test_a_model_that_sees_masked_values_is_sent_stand_ins_ranks_and_months(clinic: str) -> None:
    run, api, _ = ask(clinic, WithStandIns(), "masked")
    assert not api.refusals
    assert not found(api, *_not_listed(canary.TEXTS), *canary.NUMBERS, *canary.DAYS)
    assert found(api, "name_1", '"#1', "1931-03")
    assert run.answer and "Zephyrine Quillfeather" in run.answer.headline and "88,986" in run.answer.summary
    assert "Obergurgl" in run.answer.summary and run.answer.caveats == ("Only Zephyrine Quillfeather.",)


def test_the_place_of_an_error_is_told_without_the_texts_of_stand_ins(clinic: str) -> None:
    run, api, _ = ask(clinic, Refused(), "masked")
    assert run.status == "succeeded", run.reason
    assert "Cast the arguments" in wire(api) and "at “||" in wire(api)
    assert found(api, *_not_listed(canary.TEXTS)) == []


def test_lines_of_inquiry_pass_stand_ins_on_and_nothing_else(clinic: str) -> None:
    run, api, _ = ask(clinic, Investigating(), "masked")
    assert not api.refusals and run.answer and "88,986" in run.answer.summary
    assert not found(api, *_not_listed(canary.TEXTS), *canary.NUMBERS, *canary.DAYS)
    assert found(api, "<line>", "What does name_2 weigh?", "weight of name_2")
    weighed = [query for query in run.queries if query.columns[-1].name == "weight"]
    assert [query.rows for query in weighed] == [1, 1] and "name_" not in weighed[0].sql


def test_the_check_finds_what_a_model_is_shown_that_sees_everything(clinic: str) -> None:
    _, api, _ = ask(clinic, Curious(), "full")
    assert len(found(api, *canary.TEXTS, *canary.NUMBERS, *canary.DAYS)) > 25


def test_a_stand_in_is_the_same_in_every_result_and_step(clinic: str) -> None:
    _, api, _ = ask(clinic, Curious(), "masked")
    first, last = (_previews(everything_read(body)) for body in (api.requests[2], api.requests[-1]))
    assert len({row[0] for row in first["r1"]}) == 3 and first["r1"] == last["r1"]
    assert {row[1] for row in first["r2"]} == {row[0] for row in first["r1"]}, "names of two results"
    assert [row[4] for row in first["r1"]] == ["#1", "#2", "#3"]


def _previews(read: str) -> dict[str, list[list[Any]]]:
    """The rows of each result by its id, as they were told last."""
    found = re.findall(r'"id":"(r\d+)"(?:(?!"id":).)*?"preview":(\[\[.*?\]\])', read)
    return {name: json.loads(rows) for name, rows in found}


def test_what_the_asker_says_is_sent_and_nothing_else(clinic: str) -> None:
    _, api, _ = ask(clinic, Curious(), "schema", "How much did Zephyrine Quillfeather pay in Llanfairpwll?")
    assert set(found(api, *canary.TEXTS, *canary.NUMBERS, *canary.DAYS)) <= {"Zephyrine", "Quillfeather", "Llanfairpwll"}


@pytest.mark.parametrize("sees", ["masked", "schema"])
def test_an_earlier_answer_is_not_told(clinic: str, sees: ModelSees) -> None:
    database = Database("clinic", clinic, "postgres", "public", canary.SEMANTIC_MODEL)
    with MessagesApi(Curious()) as api:
        talk = Conversations(database, claude(api.url), answers=["another", "another"])

        async def asks() -> Run:
            earlier = await talk.ask(QUESTION)
            api.requests.clear()
            talk.database = replace(database, model_sees=sees)
            return await talk.ask("And the second most?", continues=earlier.question.run_id)

        talk.run(asks())
        assert QUESTION in wire(api) and "SELECT" in everything_read(api.requests[0])
        assert not found(api, *_not_listed(canary.TEXTS), *canary.NUMBERS, *canary.DAYS)


@pytest.mark.parametrize("sees", ["masked", "schema"])
def test_an_accepted_answer_that_is_made_again_is_written_without_its_values(clinic: str, sees: ModelSees) -> None:
    """Its SQL, titles and readings were written when everything was seen."""

    class Open(Curious):
        def explore(self, turn: int) -> Sequence[Call]:
            of = "FROM patients JOIN visits ON id = patient_id WHERE city = 'Obergurgl'"
            sql = f"SELECT name, SUM(fee) AS paid {of} GROUP BY 1 ORDER BY 2 DESC"
            ends = {"primary": "r1", "results": ["r1"], "readings": ["Only Obergurgl"], "caveats": ["Without Balthazar O'Wigglesworth"]}
            return [("finish", ends) if turn else ("run_sql", {"purpose": "Payers of Obergurgl", "sql": sql})]

        def analyze(self, turn: int) -> Sequence[Call]:
            return [("done", {})]

    database = Database("clinic", clinic, "postgres", "public", canary.SEMANTIC_MODEL)
    with MessagesApi(Open()) as api:
        talk = Conversations(database, claude(api.url))

        async def asks() -> Run:
            accepted = await talk.ask(QUESTION)
            api.requests.clear()
            await talk.store.save_database(replace(database, model_sees=sees))
            return await talk.report(await talk.schedule(accepted, None), date(2019, 9, 1), model=CLAUDE)

        run = talk.run(asks())
    assert run.answer and "Zephyrine" in run.answer.summary and api.requests
    assert not found(api, *_not_listed(canary.TEXTS), *canary.NUMBERS, *canary.DAYS)


def test_the_offline_model_works_here_and_sees_everything(clinic: str) -> None:
    database = Database("clinic", clinic, "postgres", "public", canary.SEMANTIC_MODEL, model_sees="schema")
    talk = Conversations(database)
    run = talk.run(talk.ask("What were the fees by ward?", model="offline"))
    assert run.answer and "Quibbleward" in run.answer.summary
    assert document(run)["notices"] == []


@pytest.mark.parametrize(("sees", "said"), [("masked", "masked values only"), ("schema", "no values")])
def test_the_answer_says_what_the_model_saw(clinic: str, sees: ModelSees, said: str) -> None:
    run, _, _ = ask(clinic, Curious(), sees)
    shown = document(run)
    assert said in shown["notices"][0] and (shown["model_sees"], shown["model"]) == (sees, CLAUDE)


def test_a_run_that_was_shown_more_than_is_allowed_now_stops(clinic: str) -> None:
    class Narrowed(Curious):
        def explore(self, turn: int) -> Sequence[Call]:
            if turn == 1:
                database = talk.store._databases["clinic"]
                talk.store._databases["clinic"] = Database(database.name, database.uri, "postgres", "public", model_sees="schema")
            return super().explore(turn)

    with MessagesApi(Narrowed()) as api:
        talk = Conversations(Database("clinic", clinic, "postgres", "public"), claude(api.url))
        with pytest.raises(Exception, match="narrowed while the question ran"):
            talk.run(talk.ask(QUESTION))
        assert len(api.requests) == 2
