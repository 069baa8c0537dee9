"""What Superset knows of a person's reach in one database, in a handful of queries however many tables there are."""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from superset import db, security_manager
from superset.connectors.sqla.models import SqlaTable, sqlatable_user
from superset.models.core import Database
from superset.utils.core import override_user

from .bodies import RightsRequest
from .grants import Dataset, Grant, Person, Reach, Table, grant
from .people import PERMISSIONS, find_active
from .row_rules import rules_of


def database_of(uuid: UUID) -> Any | None:
    """Superset's record of the connection, whoever asks."""
    return db.session.query(Database).filter(Database.uuid == uuid).one_or_none()


def databases_of(uuids: Sequence[UUID]) -> dict[UUID, Any]:
    return {found.uuid: found for found in db.session.query(Database).filter(Database.uuid.in_(uuids)).all()} if uuids else {}


def may_use(database: Any) -> bool:
    """Whether whoever is logged in may ask about anything of this database."""
    return grant_on(database).database


def grant_on(database: Any, tables: Iterable[Table] = ()) -> Grant:
    """What whoever is logged in may read of these tables, and whether that is everything."""
    datasets = _datasets(database)
    return grant(tables, [one for one, _ in datasets], _reach(database, datasets))


def answer_to(request: RightsRequest) -> dict[str, Any]:
    """Who the person is and what of these tables the person may read, now. Somebody who may not ask at all may still receive a report,
    by mail."""
    user = find_active(request.user, request.mail, request.username)
    if user is None:
        return Grant().body(None)
    with override_user(user):
        person = Person(user.id, str(user.username), tuple(sorted(role.name for role in security_manager.get_user_roles(user))))
        return _grant(request).body(person)


def _grant(request: RightsRequest) -> Grant:
    database = database_of(request.database_uuid) if request.database_uuid else None
    if database is None or (request.mail is None and not security_manager.can_access("can_write", PERMISSIONS)):
        return Grant()
    return grant_on(database, request.tables)


def _datasets(database: Any) -> list[tuple[Dataset, str]]:
    """Every dataset of the database with the name of its permission; not the objects, which would load their columns.

    A dataset without a catalog is of the default one.
    """
    columns = (SqlaTable.id, SqlaTable.schema, SqlaTable.table_name, SqlaTable.sql, SqlaTable.catalog, SqlaTable.perm)
    rows = db.session.query(*columns).filter(SqlaTable.database_id == database.id).all()
    own = (None, "", database.get_default_catalog())
    return [
        (Dataset(number, Table(schema or None, name), bool(sql and sql.strip()), elsewhere=catalog not in own), perm or "")
        for number, schema, name, sql, catalog, perm in rows
    ]


def _reach(database: Any, datasets: list[tuple[Dataset, str]]) -> Reach:
    """As `raise_for_access` decides it, for all tables at once."""
    numbers = [one.id for one, _ in datasets]
    rules, sql_lab = rules_of(numbers), security_manager.can_access("can_execute_sql_query", "SQLLab")
    catalog = database.get_default_catalog()
    whole = catalog and _granted("catalog_access", security_manager.get_catalog_perm(database.database_name, catalog))
    if whole or security_manager.can_access_database(database):
        return Reach(True, frozenset(), frozenset(numbers), rules, sql_lab)
    granted = security_manager.user_view_menu_names("datasource_access")
    owned = _owned(numbers)
    reached = frozenset(one.id for one, perm in datasets if perm in granted or one.id in owned)
    return Reach(False, _schemas(database, catalog), reached, rules, sql_lab)


def _granted(permission: str, name: str | None) -> bool:
    return bool(name) and security_manager.can_access(permission, name)


def _schemas(database: Any, catalog: str | None) -> frozenset[str]:
    """Schemas of which the person may read everything: "[database].[catalog].[schema]", without catalog where there are none."""
    granted = security_manager.user_view_menu_names("schema_access")
    named = {re.sub(r"^.*\.\[(.*)\]$", r"\1", perm, flags=re.DOTALL): perm for perm in granted}
    exact = security_manager.get_schema_perm
    return frozenset(schema for schema, perm in named.items() if exact(database.database_name, catalog, schema) == perm)


def _owned(numbers: list[int]) -> set[int]:
    from superset.utils.core import get_user_id

    rows = db.session.query(sqlatable_user.c.table_id).filter(sqlatable_user.c.user_id == get_user_id()).all()
    return {number for (number,) in rows} & set(numbers)
