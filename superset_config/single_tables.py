"""People who may read single tables of a database, or some rows of a table, are held to that in Superset itself: in drafts, SQL Lab,
charts and lists.

Superset 6.1 misses tables in some places of a statement, and lets the owner of a dataset query it for ever. Imported by
superset_config.py, in Superset's own environment.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from superset.security import SupersetSecurityManager


def _tables_of(text: str, database: Any) -> set[Any] | None:
    """Every table that the statements read; None for what is no SELECT, or cannot be read.

    Superset looks for tables where its parser knows that a query begins, which leaves out VALUES in a LATERAL, for one, and takes
    "public.flights" for a CTE that is called flights.
    """
    from sqlglot import exp
    from sqlglot.errors import SqlglotError
    from superset.exceptions import SupersetParseError, SupersetSecurityException
    from superset.sql.parse import Table, process_jinja_sql

    try:
        script, tables = (parsed := process_jinja_sql(text, database)).script, set(parsed.tables)
    except (SqlglotError, SupersetParseError, SupersetSecurityException):
        return None
    for tree in [statement._parsed for statement in script.statements]:
        if not isinstance(tree, exp.Query) or isinstance(tree, exp.Table):
            return None
        fold = _exact if database.backend == "mysql" else _folded
        named = (table for table in tree.find_all(exp.Table) if table.name and not _is_cte(table, fold))
        tables |= {Table(table.name, table.db or None, table.catalog or None) for table in named}
    return tables


def _is_cte(table: Any, fold: Callable[[Any], str]) -> bool:
    """Whether a query of a WITH around it is meant: one that stands before, or itself where it recurs."""
    if table.db:
        return False
    name, inner, node = fold(table.this), table, table.parent
    while node is not None:
        clause = node.args.get("with_") or node.args.get("with")
        if clause is not None and clause is not inner and name in _aliases(clause.expressions, fold):
            return True
        if type(node).__name__ == "With":
            place = next(at for at, cte in enumerate(node.expressions) if cte is inner)
            if name in _aliases(node.expressions[: place + bool(node.args.get("recursive"))], fold):
                return True
        inner, node = node, node.parent
    return False


def _aliases(ctes: Sequence[Any], fold: Callable[[Any], str]) -> set[str]:
    return {fold(cte.args["alias"].this) for cte in ctes}


def _folded(identifier: Any) -> str:
    return str(identifier.name if identifier.args.get("quoted") else identifier.name.lower())


def _exact(identifier: Any) -> str:
    """Where names of other letters may be other tables, as MariaDB has it on Linux, a doubt is no CTE."""
    return str(identifier.name)


def _security_error(told: str) -> Exception:
    from superset.errors import ErrorLevel, SupersetError, SupersetErrorType
    from superset.exceptions import SupersetSecurityException

    return SupersetSecurityException(SupersetError(told, SupersetErrorType.QUERY_SECURITY_ACCESS_ERROR, ErrorLevel.WARNING))


Name = tuple[str | None, str]
"""A dataset's schema and table."""


def _ruled_datasets(database: Any) -> dict[Name, frozenset[str]]:
    """Each dataset of the database with a row rule for whoever is logged in, and its rules. Two queries, however many there are."""
    from flask import g
    from superset import db, security_manager
    from superset.connectors.sqla.models import RLSFilterTables, SqlaTable
    from superset.utils.core import get_username

    columns = (SqlaTable.id, SqlaTable.schema, SqlaTable.table_name)
    restricted = db.session.query(*columns).join(RLSFilterTables, RLSFilterTables.c.table_id == SqlaTable.id)
    found = restricted.filter(SqlaTable.database_id == database.id).distinct().all()
    security_manager.prefetch_rls_filters([number for number, _, _ in found])
    kept, name = getattr(g, "_rls_filter_cache", {}), get_username()
    rules = {(schema or None, table): kept.get((name, number), ()) for number, schema, table in found}
    return {one: frozenset(f"{rule.group_key} {rule.clause}" for rule in held) for one, held in rules.items() if held}


def _rules_hold(text: str, database: Any, catalog: str | None, schema: str | None, ruled: Iterable[Name]) -> bool:
    """Whether Superset puts the rules of each of these datasets wherever the statements read its table.

    It finds tables by `statement.tables`, and compares names letter by letter, as they are written. A table in other letters than its
    dataset may be the same one to the database. It stumbles over two datasets of one table, and over a clause that it cannot parse.
    """
    from sqlalchemy.exc import MultipleResultsFound
    from sqlglot import exp
    from sqlglot.errors import SqlglotError
    from superset.exceptions import SupersetException
    from superset.sql.parse import Table, process_jinja_sql
    from superset.utils.rls import get_predicates_for_table

    try:
        for statement in process_jinja_sql(text, database).script.statements:
            if not isinstance(tree := statement._parsed, exp.Query) or isinstance(tree, exp.Table):
                return False
            seen = {table.qualify(catalog=catalog, schema=schema) for table in statement.tables}
            for node in tree.find_all(exp.Table):
                read = Table(node.name, node.db or schema, node.catalog or catalog)
                if not any(_may_be(read, *one) for one in ruled) or _is_cte(node, _exact):
                    continue
                predicates = get_predicates_for_table(read, database, database.get_default_catalog()) if read in seen else []
                if not [statement.parse_predicate(predicate) for predicate in predicates]:
                    return False
    except (SqlglotError, SupersetException, MultipleResultsFound):
        return False
    return True


def _rules_on(dataset: Any, user: Any = None) -> frozenset[tuple[Name, frozenset[str]]]:
    """The row rules on tables of a virtual dataset, of somebody, or else of whoever is logged in. One that is a template says something
    else to each, so nobody has the same."""
    from flask import g
    from superset.utils.core import override_user

    with override_user(user or g.user):
        ruled = _ruled_datasets(dataset.database)
    catalog = dataset.catalog or dataset.database.get_default_catalog()
    schema = dataset.schema or dataset.database.get_default_schema(catalog)
    tables = _tables_of(dataset.sql, dataset.database) if ruled else set()
    read = None if tables is None else [table.qualify(catalog=catalog, schema=schema) for table in tables]
    found = {name: rules for name, rules in ruled.items() if read is None or any(_may_be(table, *name) for table in read)}
    is_template = any("{{" in rule or "{%" in rule for rules in found.values() for rule in rules)
    return frozenset({*found.items(), *({(("", str(user)), frozenset[str]())} if is_template else ())})


def _may_be(read: Any, schema: str | None, table: str) -> bool:
    return bool(read.table.lower() == table.lower() and (schema is None or (read.schema or "").lower() == schema.lower()))


class SecurityManager(SupersetSecurityManager):
    """Superset's own, stricter in two things with people who may read single tables, and in one with people under row rules.

    What our service account published for a person they may query while they may read its tables: Superset lets an owner query a
    dataset for ever. And in SQL Lab a statement on PostgreSQL or MariaDB reads the tables of which a right says so, wherever they stand.
    A statement of SQL Lab or of a virtual dataset that reads a table where Superset would leave its row rules out is refused.
    """

    def is_owner(self, resource: Any) -> bool:
        return bool(super().is_owner(resource)) and (not self._is_published(resource) or self._reads_all_of(resource))

    def _is_published(self, resource: Any) -> bool:
        """By who made it: its owners, name and statement can be changed, that cannot."""
        return bool(getattr(resource, "sql", None)) and hasattr(resource, "table_name") and self._is_by_us(resource)

    def _is_by_us(self, resource: Any) -> bool:
        return self._is_service(getattr(resource, "created_by", None))

    @staticmethod
    def _is_service(user: Any) -> bool:
        from flask import current_app

        return user is not None and user.username == current_app.config["ANALYTICS_AGENT_SERVICE_ACCOUNT"]

    def raise_for_access(self, *arguments: Any, **named: Any) -> None:
        """A statement in SQL Lab is looked at once more: Superset misses tables in some places, and what EXPLAIN is about."""
        super().raise_for_access(*arguments, **named)
        self._refuse_left_out_rules(named)
        if (dashboard := named.get("dashboard")) is not None and not self.is_admin() and not self.is_owner(dashboard):
            self._refuse_text_of_other_rows(dashboard)
        query = named.get("query")
        database = named.get("database") or getattr(query, "database", None)
        text = named.get("sql") or getattr(query, "sql", None)
        if text and database is not None and database.backend in _READS_BY_NAME and not self.can_access_database(database):
            catalog, schema = getattr(query, "catalog", None) or named.get("catalog"), getattr(query, "schema", None) or named.get("schema")
            self._refuse_hidden(text, database, catalog or database.get_default_catalog(), schema)

    def _refuse_left_out_rules(self, named: dict[str, Any]) -> None:
        """Of SQL Lab's statement, or of the virtual dataset that a chart stands on. For the latter Superset goes on without rules when
        it cannot apply them."""
        drawn = next((named[name] for name in ("query_context", "viz") if named.get(name)), None)
        source = named.get("query") or named.get("datasource") or getattr(drawn, "datasource", None)
        text, database = named.get("sql") or getattr(source, "sql", None), named.get("database") or getattr(source, "database", None)
        if not text or database is None or not (ruled := _ruled_datasets(database)):
            return
        catalog = named.get("catalog") or getattr(source, "catalog", None) or database.get_default_catalog()
        schema = named.get("schema") or getattr(source, "schema", None) or database.get_default_schema(catalog)
        if not _rules_hold(text, database, catalog, schema, ruled):
            raise _security_error(
                "Row rules apply to you in this database, and Superset would leave one out of this statement. Use SELECT, and name the "
                "table in a plain FROM or JOIN, in the letters of its dataset."
            )

    def _refuse_text_of_other_rows(self, dashboard: Any) -> None:
        """What our service account published says figures in words, which are of the rows of whoever asked. Who sees other rows of its
        tables is not shown it: Superset puts rules into charts, and not into text."""
        if not self._is_by_us(dashboard):
            return
        for dataset in (one for one in dashboard.datasources if getattr(one, "sql", None)):
            own = _rules_on(dataset)
            if own and not any(_rules_on(dataset, owner) == own for owner in dashboard.owners if not self._is_service(owner)):
                raise _security_error("This dashboard says in words what stands in rows that row rules hide from you.")

    def _refuse_hidden(self, text: str, database: Any, catalog: str | None, schema: str | None) -> None:
        from superset.exceptions import SupersetSecurityException

        tables = _tables_of(text, database)
        if tables is None:
            raise _security_error("With single tables of this database you may run SELECT statements, and nothing else.")
        schema = schema or database.get_default_schema(catalog)
        found = {table.qualify(catalog=catalog, schema=schema) for table in tables}
        hidden = {table for table in found if not self._reads(database, table)}
        if hidden:
            raise SupersetSecurityException(self.get_table_access_error_object(hidden))

    def _reads_all_of(self, dataset: Any) -> bool:
        if self.can_access_database(dataset.database):
            return True
        catalog = dataset.catalog or dataset.database.get_default_catalog()
        schema = dataset.schema or dataset.database.get_default_schema(catalog)
        tables = _tables_of(dataset.sql, dataset.database)
        return tables is not None and all(self._reads(dataset.database, table.qualify(catalog=catalog, schema=schema)) for table in tables)

    def _reads(self, database: Any, table: Any) -> bool:
        """As for a person's statement in SQL Lab, but that a virtual dataset which is called like a table opens no table."""
        from superset.connectors.sqla.models import SqlaTable

        wider = (
            ("catalog_access", self.get_catalog_perm(database.database_name, table.catalog)),
            ("schema_access", self.get_schema_perm(database.database_name, table.catalog, table.schema)),
        )
        if any(name and self.can_access(permission, name) for permission, name in wider):
            return True
        found = SqlaTable.query_datasources_by_name(database, table.table, schema=table.schema, catalog=table.catalog)
        whole = (one for one in found if not one.sql)
        return any(self.can_access("datasource_access", one.perm or "") or super(SecurityManager, self).is_owner(one) for one in whole)


_READS_BY_NAME = {
    "postgresql": re.compile(
        r"""\b(?:pg_(?!typeof\b)\w+|regclass|(?:query|table|schema|database|cursor)_to_xml\w*|ts_stat|ts_rewrite|dblink\w*|crosstab\w*"""
        r"""|xpath_table|connectby|lo_(?:get|open|import|export))\b|\bu&["']""",
        re.IGNORECASE,
    ),
    "mysql": re.compile(r"/\*|--|\bload_file\b", re.IGNORECASE),
}
"""What runs a statement that it is given as text, or tells of a table by its name. MariaDB runs what stands in some comments, and takes two
signs of minus for a comment only before a space."""


def without_reading_by_name(sql: str, *, security_manager: Any, database: Any, **about: Any) -> str:
    """The statement as it is. A chart's own expressions pass here too, in which no table is looked for."""
    from flask import g
    from superset.exceptions import SupersetDisallowedSQLFunctionException

    risky = _READS_BY_NAME.get(database.backend)
    found = risky.search(sql) if risky else None
    if found and getattr(g, "user", None) is not None and (not security_manager.can_access_database(database) or _ruled_datasets(database)):
        raise SupersetDisallowedSQLFunctionException({found[0].lower()})
    return sql


def _who_may_delete(response: Any) -> Any:
    """Superset tells whoever may ask a database something which charts and dashboards stand on it, other people's drafts among
    them, whose titles are questions. It shows them to who is about to delete the database or dataset, and to nobody else."""
    from flask import request
    from superset import security_manager

    kind = {"DatabaseRestApi.related_objects": "Database", "DatasetRestApi.related_objects": "Dataset"}.get(request.endpoint or "")
    if kind is None or response.status_code != 200 or security_manager.can_access("can_write", kind):
        return response
    return _not_found()


def _whose_text_is_exported(response: Any) -> Any:
    """An archive of dashboards holds their text. Superset asks only whether somebody may list them, not whether they may open them."""
    from flask import request
    from superset import db, security_manager
    from superset.exceptions import SupersetSecurityException
    from superset.models.dashboard import Dashboard

    if request.endpoint != "DashboardRestApi.export" or response.status_code != 200:
        return response
    numbers = [int(number) for number in re.findall(r"\d{1,9}", request.args.get("q", ""))]
    try:
        for dashboard in db.session.query(Dashboard).filter(Dashboard.id.in_(numbers)).all():
            security_manager.raise_for_access(dashboard=dashboard)
    except SupersetSecurityException:
        return _not_found()
    return response


def _not_found() -> Any:
    from flask import jsonify

    hidden = jsonify({"message": "Not found"})
    hidden.status_code = 404
    return hidden


def prepare(application: Any) -> None:
    application.after_request(_who_may_delete)
    application.after_request(_whose_text_is_exported)
