"""What MariaDB's and MySQL's errors mean for us, by number. The server's own text is never passed on: it can quote values and names."""

import ssl

from asyncmy.errors import MySQLError

from analytics_agent.errors import AgentError, StatementFailed, StatementTimeout, WarehouseRefused, WarehouseUnavailable

_LIMIT = "Ask for less at once: bound the period in WHERE, or aggregate before joining."
_HINTS: dict[int, tuple[str, str]] = {
    1052: ("A column is in more than one table of the query.", "Write the table before it."),
    1054: ("A column does not exist.", "Look at the catalog: it may have changed."),
    1055: (
        "A column is neither grouped nor aggregated.",
        "Group by the very expression that is selected, or group in a CTE and compute on its columns.",
    ),
    1056: ("An aggregate stands in GROUP BY.", "Group by the plain expressions."),
    1060: ("Two columns of a subquery have one name.", "Give them aliases."),
    1064: ("The server does not accept this syntax.", "Say it with simpler SQL."),
    1066: ("Two tables of the query have one name.", "Give them aliases."),
    1111: ("An aggregate stands where none may.", "Move the condition to HAVING, or compute it in a CTE first."),
    1140: ("Aggregates and plain columns are mixed without GROUP BY.", "Add the plain columns to GROUP BY."),
    1146: ("A table does not exist.", "Look at the catalog: it may have changed."),
    1222: ("The branches of a UNION have different numbers of columns.", "Select as many in each."),
    1241: ("A subquery gives more columns than stand beside it.", "Select one column."),
    1242: ("A subquery used as a value gave more than one row.", "Use IN, an aggregate, or LIMIT 1 with ORDER BY."),
    1248: ("A subquery in FROM has no name.", "Give it an alias."),
    1267: ("Texts of different collations are compared.", "Write COLLATE utf8mb4_unicode_ci after one of them."),
    1271: ("Texts of different collations are compared.", "Write COLLATE utf8mb4_unicode_ci after one of them."),
    1292: ("A value cannot be read as the type it is cast to.", "Filter such values out first."),
    1305: ("No such function exists.", "Use a function of MariaDB."),
    1365: ("A value was divided by zero.", "Divide by NULLIF(x, 0)."),
    1411: ("A text is not a valid date or time.", "Use STR_TO_DATE with the right format."),
    1463: ("HAVING names a column that is neither grouped nor aggregated.", "Move the condition to WHERE."),
    1582: ("A function has too many or too few arguments.", "Check its arguments."),
    1583: ("A function's arguments are of the wrong type.", "Cast them."),
    1690: ("A number is out of the range of its type.", "Cast to SIGNED or DECIMAL before computing."),
    1792: ("The statement would write, and this connection only reads.", "Use a plain SELECT."),
    3636: ("A recursion goes too deep.", "Bound it in its WHERE."),
    4015: ("A window function stands where none may.", "Compute it in a CTE and filter outside."),
    4038: ("A JSON text is not valid.", "Filter by JSON_VALID first."),
    # Limits of the session or the server.
    1037: ("The server is out of memory.", _LIMIT),
    1038: ("The server is out of memory for sorting.", _LIMIT),
    1041: ("The server is out of memory.", _LIMIT),
    1104: ("The statement would read too many rows.", _LIMIT),
    1114: ("A temporary table of the statement grew over its limit.", _LIMIT),
    1290: ("The server is run with an option that forbids this statement.", "Use a plain SELECT."),
    1436: ("The statement nests too deeply for the server.", "Split it with CTEs, or ask for less at once."),
}
_NOT_ALLOWED = frozenset({1044, 1045, 1142, 1143, 1227, 1345, 1356, 1370, 1698, 1873})
_TIMED_OUT = frozenset({1969, 3024})
_LOST = frozenset({1053, 1077, 1152, 1153, 1158, 1159, 1160, 1161, 1184, 1317, 1927, 2002, 2003, 2006, 2013, 2055})
_FULL = frozenset({1040, 1129, 1203, 1226})
_KILLED_FOR_MEMORY = "max_session_mem_used"


def timed_out(problem: MySQLError) -> bool:
    """Whether the server stopped the statement at its time limit."""
    return _code(problem) in _TIMED_OUT


def translated(problem: MySQLError) -> AgentError:
    """Our error for one that came while a statement ran."""
    code = _code(problem)
    if code in _NOT_ALLOWED:
        return WarehouseRefused("The login may not read everything this statement names.", hint="GRANT SELECT on its tables to the login.")
    if code == 1927 and _KILLED_FOR_MEMORY in str(problem):  # looked for, never passed on
        return StatementFailed("The statement needs more memory than one may use.", code=str(code), hint=_LIMIT)
    if code in _LOST or code in _FULL or code == 0:
        return WarehouseUnavailable(
            "The connection to the database was lost.", hint="It will be tried again; check the server if it persists."
        )
    message, hint = _HINTS.get(code, ("The database refused the statement.", "Say it with simpler SQL."))
    return StatementFailed(message, code=str(code), hint=hint)


def over_time(timeout_seconds: float, hint: str) -> StatementTimeout:
    return StatementTimeout(f"The statement was stopped after {timeout_seconds:g} seconds.", hint=hint)


def gives_no_rows() -> StatementFailed:
    return StatementFailed("The statement gives no rows, so it was not run.", code="no-rows", hint="Use a plain SELECT.")


def not_connected(problem: Exception) -> AgentError:
    """Our error for a connection that was not made."""
    code = _code(problem) if isinstance(problem, MySQLError) else 0
    if code == 1049:
        return WarehouseRefused("The server has no database of that name.", hint="Check the last part of the address.")
    if code == 1044:
        return WarehouseRefused("The login may not use this database.", hint="GRANT SELECT on its tables to the login.")
    if code in (1045, 1130, 1227, 1251, 1524, 1698, 1820, 1862, 2059, 4151):
        return WarehouseRefused("The database refused the login.", hint="Check user, password, and from which host the user may come.")
    if code in _FULL:
        return WarehouseUnavailable("The database accepts no more connections right now.", hint="It will be tried again.")
    if isinstance(problem, ssl.SSLError) or isinstance(problem.__cause__, ssl.SSLError):
        return WarehouseRefused("No encrypted connection could be made.", hint="Check ssl_mode, ssl_ca and the server's certificate.")
    return WarehouseUnavailable(
        "The database does not answer.", hint="Check host and port, that the server is up, and the network between."
    )


def _code(problem: MySQLError) -> int:
    """0 for what the driver itself says."""
    first = problem.args[0] if problem.args else 0
    return first if isinstance(first, int) else 0
