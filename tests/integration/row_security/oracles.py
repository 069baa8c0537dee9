"""Our statement under a policy beside what is true without us: PostgreSQL's own row-level security, and a copy of the database that holds
only what may be seen, made by Python."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

import psycopg
from integration.row_security.cases import World, world
from integration.row_security.engines import Answer, Engine, Postgres
from integration.row_security.questions import Asker

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.check import check
from analytics_agent.sql.identifiers import written

ASKED_OF_A_WORLD = 20
PASSWORD = "password-of-the-tests"


@dataclass(frozen=True)
class Difference:
    """A statement of which something came out that the oracle does not give, or the other way round."""

    seed: int
    asked: str
    ours: Answer
    true: Answer
    sql: str

    def __str__(self) -> str:
        return f"world {self.seed}\n{self.asked}\nours: {_short(self.ours)}\ntrue: {_short(self.true)}\n{self.sql}"


@dataclass
class Tally:
    """`refused` by both, `failed` in the oracle; a run in which nothing fails or nothing gives rows has shown nothing.

    `in_other_order`: one of the two failed over a row that may be seen, because engines choose what they compute first.
    """

    cases: int = 0
    refused: int = 0
    failed: int = 0
    with_rows: int = 0
    in_other_order: int = 0


def _short(answer: Answer) -> str:
    return answer[:300] if isinstance(answer, str) else f"{sum(answer.values())} rows {list(answer.items())[:6]}"


def _differ(ours: Answer, true: Answer) -> bool:
    if isinstance(ours, str) or isinstance(true, str):
        return isinstance(ours, str) != isinstance(true, str)
    return ours != true


def _is_of_seen_rows(made: World, whole: Engine, sql: str, got: Answer, true: Answer, tally: Tally) -> bool:
    """Whether a failure, here or there, is none of hidden values: with harmless ones in their place, ours comes out the same."""
    if not (isinstance(got, str) or isinstance(true, str)):
        return False
    again = whole.answer_after(made.taming(), sql)
    tally.in_other_order += 1
    return again == got if not isinstance(got, str) else isinstance(again, str)


def against_a_copy(
    dialect: Dialect, whole: Engine, copy: Engine, schemas: tuple[str | None, str | None], cases: int, first: int, tally: Tally
) -> Iterator[Difference]:
    """Rows, columns and masks. Whatever is refused is refused over the copy too, and with the same words but for ours of the policy."""
    for seed in range(first, first + cases // ASKED_OF_A_WORLD):
        random = Random(f"{dialect} {seed}")  # noqa: S311
        made = world(random, dialect, schemas[0], with_masks=True)
        seen = replace(made.seen(), schema=schemas[1])
        whole.prepare(made.creation())
        copy.prepare(seen.creation())
        asker = Asker(random, made, schema=(schemas[0] or "") if schemas[0] == schemas[1] else "")
        for _ in range(ASKED_OF_A_WORLD):
            asked = asker.statement()
            ours, true = (
                check(asked, dialect=dialect, catalog=made.catalog, policy=made.policy),
                check(asked, dialect=dialect, catalog=seen.catalog),
            )
            tally.cases += 1
            if not ours.ok or not true.ok:
                tally.refused += 1
                if [each.message for each in ours.findings] != [each.message for each in true.findings]:
                    yield Difference(seed, asked, str(ours.findings), str(true.findings), "")
                continue
            got, wanted = whole.answer(ours.sql), copy.answer(true.sql)
            tally.failed += isinstance(wanted, str)
            tally.with_rows += not isinstance(wanted, str) and bool(wanted)
            if _differ(got, wanted) and not _is_of_seen_rows(made, whole, ours.sql, got, wanted, tally):
                yield Difference(seed, asked, got, wanted, ours.sql)


def against_native(url: str, person_url: str, person: str, cases: int, first: int, tally: Tally) -> Iterator[Difference]:
    """PostgreSQL under CREATE POLICY and column grants, asked by a login that may not pass them by; ours by its superuser."""
    whole, native = Postgres(url), Postgres(person_url)
    try:
        for seed in range(first, first + cases // ASKED_OF_A_WORLD):
            random = Random(f"native {seed}")  # noqa: S311
            made = world(random, "postgres", "public", with_masks=False)
            whole.prepare((*made.creation(), *native_policies(made, person)))
            asker = Asker(random, made, names_hidden=0.05, schema="public")
            for _ in range(ASKED_OF_A_WORLD):
                yield from _natively(seed, asker.statement(), made, whole, native, tally)
    finally:
        whole.close()
        native.close()


def _natively(seed: int, asked: str, made: World, whole: Postgres, native: Postgres, tally: Tally) -> Iterator[Difference]:
    ours = check(asked, dialect="postgres", catalog=made.catalog, policy=made.policy)
    true = native.answer(asked)
    tally.cases += 1
    if not ours.ok:
        tally.refused += 1
        # What we refuse is a column that is hidden, or something that PostgreSQL refuses as well.
        if not isinstance(true, str):
            yield Difference(seed, asked, str(ours.findings), true, "")
        return
    if isinstance(true, str) and true.startswith(("42501", "42702")):
        return  # a star or a natural join over a column without a grant: for PostgreSQL it is there and forbidden, for us it is not there
    got = whole.answer(ours.sql)
    tally.failed += isinstance(true, str)
    tally.with_rows += not isinstance(true, str) and bool(true)
    if _differ(got, true) and not _is_of_seen_rows(made, whole, ours.sql, got, true, tally):
        yield Difference(seed, asked, got, true, ours.sql)


def native_policies(made: World, person: str) -> Iterator[str]:
    """The same policies in PostgreSQL's own words. A table without one that opens gets one for all rows, or nothing would be seen."""
    yield f"GRANT USAGE ON SCHEMA public TO {person}"
    for name, columns in made.columns.items():
        table, rule = written(name, "postgres"), made.rules.get(name)
        granted = ", ".join(written(column, "postgres") for column in columns if rule is None or column not in rule.hidden)
        yield f"GRANT SELECT ({granted}) ON {table} TO {person}"
        if rule is None or not rule.groups:
            continue
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        for place, limit in enumerate(rule.limits):
            yield f"CREATE POLICY limit_{place} ON {table} AS RESTRICTIVE FOR SELECT TO {person} USING ({limit.sql})"
        for place, opens in enumerate(rule.opens):
            yield f"CREATE POLICY open_{place} ON {table} FOR SELECT TO {person} USING ({opens.sql})"
        if not rule.opens:
            yield f"CREATE POLICY open_all ON {table} FOR SELECT TO {person} USING (true)"


def make_person(url: str, person: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {person} LOGIN PASSWORD '{PASSWORD}' NOBYPASSRLS NOSUPERUSER".encode())


def drop_person(url: str, person: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {person}".encode())
        connection.execute(f"DROP ROLE {person}".encode())
