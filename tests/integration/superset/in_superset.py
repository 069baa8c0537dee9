"""Runs inside Superset's own environment and process, against the stack's metadata: what no request from outside can show.

Prints one JSON document: what a guest is told, what a thousand tables cost, what is granted elsewhere, and how row rules are rendered.
Nothing of it is kept.
"""

import json
import sys
import time
from typing import Any

from flask import g
from sqlalchemy import event
from superset.app import create_app

TABLES = 1_000


def main(username: str, reader: str, uuid: str) -> None:
    application = create_app()
    told: dict[str, Any] = {"username": username}
    with application.test_request_context("/"):
        told["guest"] = guest()
    with application.test_request_context("/"):
        told["tables"] = thousand_tables(username, uuid)
    with application.test_request_context("/"):
        told["elsewhere"] = elsewhere(reader, uuid)
    for templates in (True, False):
        with application.test_request_context("/?region=everywhere"):
            told[f"rendered {templates}"] = rendered(username, uuid, templates=templates)
    with application.test_request_context("/"):
        told["joined"] = joined(username, uuid)
        told["number"] = number_of(username)
    sys.stdout.write(f"\n{json.dumps(told)}\n")


def number_of(username: str) -> int:
    from superset import security_manager

    return int(security_manager.find_user(username=username).id)


def guest() -> int:
    """The status with which somebody is refused who sees an embedded dashboard through a guest's token."""
    from analytics_agent.ask.people import asker
    from analytics_agent.ask.problems import Refused
    from superset import security_manager

    g.user = security_manager.get_guest_user_from_token({"user": {}, "resources": [], "rls_rules": []})
    try:
        asker()
    except Refused as refused:
        return refused.problem.status
    return 200


def thousand_tables(username: str, uuid: str) -> dict[str, Any]:
    """What the rights of one person on a thousand datasets cost, each of them under two row rules."""
    from uuid import UUID

    from analytics_agent.ask.bodies import RightsRequest
    from analytics_agent.ask.grants import Table
    from analytics_agent.ask.permissions import answer_to, database_of
    from superset import db, security_manager
    from superset.connectors.sqla.models import RowLevelSecurityFilter, SqlaTable

    user = security_manager.find_user(username=username)
    database = database_of(UUID(uuid))
    # Straight into the tables: Superset's own way makes a permission for each, and takes minutes.
    names = [f"wide_{number}" for number in range(TABLES)]
    rows = [{"database_id": database.id, "schema": "public", "table_name": name, "perm": f"[x].[{name}]"} for name in names]
    db.session.execute(SqlaTable.__table__.insert(), rows)
    ruled = db.session.query(SqlaTable).filter(SqlaTable.table_name.in_(names)).all()
    role = next(role for role in user.roles if role.name.startswith("reads for"))
    for number in range(2):
        clause = f"a = {number} OR b = '{{{{ current_username() }}}}'"
        db.session.add(RowLevelSecurityFilter(name=f"t{number}", filter_type="Regular", clause=clause, tables=ruled, roles=[role]))
    db.session.flush()
    db.session.expire_all()
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *about: statements.append(about[2]))
    asked = RightsRequest(user.id, None, UUID(uuid), tuple(Table("public", name) for name in names))
    began = time.perf_counter()
    found = answer_to(asked)
    seconds = time.perf_counter() - began
    db.session.rollback()
    ruled_ones = sum(len(one["rows"]) == 2 for one in found["tables"])
    return {"seconds": seconds, "statements": len(statements), "readable": len(found["tables"]), "ruled": ruled_ones}


def elsewhere(username: str, uuid: str) -> list[str]:
    """What somebody may read here who was granted `airlines` here and `weather` of another database on the same server."""
    from uuid import UUID

    from analytics_agent.ask.bodies import RightsRequest
    from analytics_agent.ask.grants import Table
    from analytics_agent.ask.permissions import answer_to, database_of
    from superset import db, security_manager
    from superset.connectors.sqla.models import SqlaTable, sqlatable_user

    user, database = security_manager.find_user(username=username), database_of(UUID(uuid))
    there = SqlaTable(table_name="weather", schema="public", catalog="elsewhere", database_id=database.id)
    db.session.add(there)
    db.session.flush()
    db.session.execute(sqlatable_user.insert(), [{"user_id": user.id, "table_id": there.id}])
    found = answer_to(RightsRequest(user.id, None, UUID(uuid), (Table("public", "airlines"), Table("public", "weather"))))
    db.session.rollback()
    return [table["name"] for table in found["tables"]]


CLAUSES = (
    "a = '{{ current_username() }}'",
    "a = {{ current_user_id() }}",
    "a = '{{ url_param('region') }}'",
    "{% if filter_values('a') %} a = 1 {% else %} a = 2 {% endif %}",
    "{{ '' }}",
    "{{ 1 / 0 }}",
    "{{ ''.__class__.__mro__ }}",
    "{% for each in (1, 2) %} a",
    "{{ no_such_macro() }}",
    "a = 1",
)


def rendered(username: str, uuid: str, *, templates: bool) -> list[Any]:
    """What of each clause the person's rights say: its rows, or None where the table is withheld."""
    from uuid import UUID

    from analytics_agent.ask.bodies import RightsRequest
    from analytics_agent.ask.grants import Table
    from analytics_agent.ask.permissions import answer_to, database_of
    from superset import db, security_manager
    from superset.connectors.sqla.models import RowLevelSecurityFilter, SqlaTable
    from superset.extensions import feature_flag_manager

    feature_flag_manager._feature_flags["ENABLE_TEMPLATE_PROCESSING"] = templates
    user, database = security_manager.find_user(username=username), database_of(UUID(uuid))
    tables = [Table("public", f"r{number}") for number in range(len(CLAUSES))]
    for table, clause in zip(tables, CLAUSES, strict=True):
        dataset = SqlaTable(table_name=table.name, schema="public", database_id=database.id)
        db.session.add(RowLevelSecurityFilter(name=table.name, filter_type="Base", clause=clause, tables=[dataset], roles=[]))
    db.session.flush()
    found = answer_to(RightsRequest(user.id, None, UUID(uuid), tuple(tables)))
    db.session.rollback()
    said = {one["name"]: one["rows"] for one in found["tables"]}
    return [said.get(table.name) for table in tables]


def joined(username: str, uuid: str) -> dict[str, Any]:
    """How rules of one table are put together, beside the text that Superset puts into a statement itself."""
    from uuid import UUID

    from analytics_agent.ask.bodies import RightsRequest
    from analytics_agent.ask.grants import Table
    from analytics_agent.ask.permissions import answer_to, database_of
    from superset import db, security_manager
    from superset.connectors.sqla.models import RowLevelSecurityFilter, SqlaTable
    from superset.sql.parse import Table as SupersetTable
    from superset.utils.core import override_user
    from superset.utils.rls import get_predicates_for_table

    user, database = security_manager.find_user(username=username), database_of(UUID(uuid))
    own, other = user.roles[0], security_manager.find_role("Alpha")
    dataset = SqlaTable(table_name="joined", schema="public", database_id=database.id)
    rules = (
        ("Regular", "a = 1", "g", [own]),
        ("Regular", "a = 2", "g", [own]),
        ("Regular", "b = 1", "h", [own]),
        ("Regular", "c = 1", "", [own, other]),
        ("Regular", "not_mine = 1", "", [other]),
        ("Base", "d = 1", None, [other]),
        ("Base", "exempt = 1", None, [own]),
    )
    for number, (kind, clause, group, roles) in enumerate(rules):
        rule = RowLevelSecurityFilter(name=f"j{number}", filter_type=kind, clause=clause, group_key=group, tables=[dataset], roles=roles)
        db.session.add(rule)
    db.session.flush()
    (table,) = answer_to(RightsRequest(user.id, None, UUID(uuid), (Table("public", "joined"),)))["tables"]
    catalog = database.get_default_catalog()
    with override_user(user):
        theirs = get_predicates_for_table(SupersetTable("joined", "public", catalog), database, catalog)
    db.session.rollback()
    return {"ours": table["rows"], "superset": sorted(theirs)}


if __name__ == "__main__":
    main(*sys.argv[1:])
