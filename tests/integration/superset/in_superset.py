"""Runs inside Superset's own environment and process, against the stack's metadata: what no request from outside can show.

Prints one JSON document: what a guest is told, what a thousand tables cost, and what is granted elsewhere. Nothing of it is kept.
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
    told: dict[str, Any] = {}
    with application.test_request_context("/"):
        told["guest"] = guest()
    with application.test_request_context("/"):
        told["tables"] = thousand_tables(username, uuid)
    with application.test_request_context("/"):
        told["elsewhere"] = elsewhere(reader, uuid)
    sys.stdout.write(f"\n{json.dumps(told)}\n")


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
    """What the rights of one person on a thousand datasets cost, one of them with row rules."""
    from uuid import UUID

    from analytics_agent.ask.bodies import RightsRequest
    from analytics_agent.ask.grants import Table
    from analytics_agent.ask.permissions import database_of, grant_of
    from superset import db, security_manager
    from superset.connectors.sqla.models import RowLevelSecurityFilter, SqlaTable

    user = security_manager.find_user(username=username)
    database = database_of(UUID(uuid))
    # Straight into the tables: Superset's own way makes a permission for each, and takes minutes.
    names = [f"wide_{number}" for number in range(TABLES)]
    rows = [{"database_id": database.id, "schema": "public", "table_name": name, "perm": f"[x].[{name}]"} for name in names]
    db.session.execute(SqlaTable.__table__.insert(), rows)
    ruled = db.session.query(SqlaTable).filter(SqlaTable.table_name == names[0]).one()
    role = next(role for role in user.roles if role.name.startswith("reads for"))
    rule = RowLevelSecurityFilter(name="one", filter_type="Regular", clause="1 = 0", tables=[ruled], roles=[role])
    db.session.add(rule)
    db.session.flush()
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *about: statements.append(about[2]))
    asked = RightsRequest(user.id, None, UUID(uuid), tuple(Table("public", name) for name in names))
    began = time.perf_counter()
    found = grant_of(asked)
    seconds = time.perf_counter() - began
    db.session.rollback()
    return {"seconds": seconds, "statements": len(statements), "readable": len(found.tables), "withheld": found.withheld}


def elsewhere(username: str, uuid: str) -> list[str]:
    """What somebody may read here who was granted `airlines` here and `weather` of another database on the same server."""
    from uuid import UUID

    from analytics_agent.ask.bodies import RightsRequest
    from analytics_agent.ask.grants import Table
    from analytics_agent.ask.permissions import database_of, grant_of
    from superset import db, security_manager
    from superset.connectors.sqla.models import SqlaTable, sqlatable_user

    user, database = security_manager.find_user(username=username), database_of(UUID(uuid))
    there = SqlaTable(table_name="weather", schema="public", catalog="elsewhere", database_id=database.id)
    db.session.add(there)
    db.session.flush()
    db.session.execute(sqlatable_user.insert(), [{"user_id": user.id, "table_id": there.id}])
    found = grant_of(RightsRequest(user.id, None, UUID(uuid), (Table("public", "airlines"), Table("public", "weather"))))
    db.session.rollback()
    return [table.name for table in found.tables]


if __name__ == "__main__":
    main(*sys.argv[1:])
