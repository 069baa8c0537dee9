"""What PostgreSQL's errors mean for us, by SQLSTATE. The server's own text is never passed on: it can quote values and names."""

import re

import psycopg

from analytics_agent.errors import AgentError, StatementFailed, WarehouseRefused, WarehouseUnavailable

_HINTS: dict[str, tuple[str, str]] = {
    "22012": ("A value was divided by zero.", "Divide by NULLIF(x, 0)."),
    "22003": ("A number is out of the range of its type.", "Cast to numeric before computing."),
    "22007": ("A text is not a valid date or time.", "Use TO_DATE(text, format), or filter out values that are not dates."),
    "22008": ("A date or time is out of range.", "Check date arithmetic and literals."),
    "22P02": ("A text cannot be read as the type it is cast to.", "Filter by a pattern first, or compare as text."),
    "22023": ("An argument of a function is not valid.", "Check units and formats given to functions."),
    "22001": ("A text is too long for its type.", "Cast to text."),
    "21000": ("A subquery used as a value gave more than one row.", "Use IN, an aggregate, or LIMIT 1 with ORDER BY."),
    "42883": (
        "No such function or operator exists for these types.",
        "Cast the arguments: text to numeric or date, or both sides to one type.",
    ),
    "42804": ("Types do not go together.", "Cast both sides, or all branches of CASE and UNION, to one type."),
    "42803": ("A column is neither grouped nor aggregated.", "Add it to GROUP BY, or wrap it in an aggregate."),
    "42P20": ("A window function stands where none may.", "Compute it in a CTE and filter outside."),
    "42725": ("A function call fits more than one function.", "Cast its arguments."),
    "42846": ("This cast does not exist.", "Cast through text."),
    "42P10": ("ORDER BY or GROUP BY refers to a column that is not selected.", "Select the expression that is ordered by."),
    "42P18": ("The type of a value is not known.", "Cast it."),
    "42601": ("The server does not accept this syntax.", "Say it with simpler SQL."),
    "42703": ("A column does not exist.", "Look at the catalog: it may have changed."),
    "42P01": ("A table does not exist.", "Look at the catalog: it may have changed."),
    "54001": ("The statement is too complex for the server.", "Split it with CTEs, or ask for less at once."),
    "25006": ("The statement would write, and this connection only reads.", "Use a plain SELECT."),
    "53100": ("The database server's disk is full.", "Ask the database's operator."),
    "53200": ("The database server is out of memory.", "Aggregate fewer rows."),
    "53400": ("A limit of the database server was reached.", "Aggregate fewer rows."),
}
LONGEST_PLACE = 48
"""Characters of the statement from the place of an error on."""

_QUOTED = re.compile(r"""("(?:[^"]|"")*"?)|'(?:[^']|'')*'?""")
"""A name, or a text of the statement: a value may stand there in place of a stand-in, and no part of one is passed on."""

_CONNECTION_LOST = ("08", "57P")
_TRANSIENT = ("too many clients", "too many connections", "starting up", "shutting down", "in recovery", "remaining connection slots")
_REFUSED = ("fatal:", "no password supplied", "pg_hba.conf", "authentication")


def translated(problem: psycopg.Error, statement: str = "") -> AgentError:
    """Our error for one that came while a statement ran. Its place is told in the statement's own words."""
    code = problem.sqlstate or ""
    if code == "42501":
        return WarehouseRefused("The login may not read everything this statement names.", hint="GRANT SELECT on its tables to the login.")
    if code.startswith(_CONNECTION_LOST) or code == "53300" or (not code and isinstance(problem, psycopg.OperationalError)):
        return WarehouseUnavailable(
            "The connection to the database was lost.", hint="It will be tried again; check the server if it persists."
        )
    message, hint = _HINTS.get(code, ("The database refused the statement.", "Say it with simpler SQL."))
    return StatementFailed(message, code=code or type(problem).__name__, hint=hint, place=_place(problem, statement))


def _place(problem: psycopg.Error, statement: str) -> str:
    """Where, if the server says so: the words of the statement from there on."""
    position = problem.diag.statement_position
    start = int(position) - 1 if position and position.isdigit() else len(statement)
    return " ".join(_QUOTED.sub(lambda found: found[1] or "'…'", statement[start:]).split())[:LONGEST_PLACE].strip()


def not_connected(problem: psycopg.Error) -> AgentError:
    """Our error for a connection that was not made. Login failures carry no SQLSTATE, so the text decides, and is kept to ourselves."""
    text = str(problem).lower()
    if isinstance(problem, psycopg.ProgrammingError) or "invalid integer value" in text or "invalid port" in text:
        return WarehouseRefused("The database's address cannot be read.", hint="Write postgresql://user:password@host:5432/database.")
    if any(phrase in text for phrase in _TRANSIENT):
        return WarehouseUnavailable("The database accepts no more connections right now.", hint="It will be tried again.")
    if "does not exist" in text and "database" in text:
        return WarehouseRefused("The server has no database of that name.", hint="Check the last part of the address.")
    if any(phrase in text for phrase in _REFUSED):
        return WarehouseRefused("The database refused the login.", hint="Check user, password and pg_hba.conf.")
    return WarehouseUnavailable(
        "The database does not answer.", hint="Check host and port, that the server is up, and the network between."
    )
