"""Why a part of a statement is refused, in words, and what to write instead: for the parts that people and models do write."""

import difflib
from typing import Final

from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.verdict import Context, error, quoted
from analytics_agent.sql.words import words

STATEMENTS = {
    "Insert": "INSERT writes",
    "Update": "UPDATE writes",
    "Delete": "DELETE writes",
    "Merge": "MERGE writes",
    "MultitableInserts": "INSERT writes",
    "Create": "CREATE changes the schema",
    "Drop": "DROP changes the schema",
    "Undrop": "UNDROP changes the schema",
    "Alter": "ALTER changes the schema",
    "TruncateTable": "TRUNCATE writes",
    "Copy": "COPY moves data in or out",
    "Export": "EXPORT moves data out",
    "LoadData": "LOAD moves data in",
    "Put": "PUT moves files in",
    "Get": "GET moves files out",
    "ListStage": "LIST reads stages",
    "Attach": "ATTACH opens another database",
    "Detach": "DETACH closes a database",
    "Install": "INSTALL loads code",
    "Pragma": "PRAGMA changes the session",
    "Set": "SET changes the session",
    "Use": "USE changes the session",
    "Show": "SHOW reads the server",
    "Describe": "DESCRIBE and EXPLAIN are not queries",
    "Summarize": "SUMMARIZE hides which columns are read",
    "Kill": "KILL ends another session",
    "Grant": "GRANT changes rights",
    "Revoke": "REVOKE changes rights",
    "Analyze": "ANALYZE writes statistics",
    "Cache": "CACHE changes the session",
    "Uncache": "UNCACHE changes the session",
    "Refresh": "REFRESH changes the session",
    "Transaction": "transactions are not opened here",
    "Commit": "transactions are not ended here",
    "Rollback": "transactions are not ended here",
    "Comment": "COMMENT changes the schema",
    "Declare": "DECLARE changes the session",
    "Execute": "EXECUTE runs other SQL",
    "ExecuteSql": "EXECUTE runs other SQL",
    "Into": "SELECT INTO writes a table",
    "Lock": "a locking clause (FOR UPDATE, FOR SHARE) locks rows",
    "Returning": "RETURNING belongs to a write",
    "Hint": "optimizer hints are not accepted",
    "JoinHint": "optimizer hints are not accepted",
    "WithTableHint": "table hints are not accepted",
    "IndexTableHint": "index hints are not accepted",
    "QueryOption": "query options (OPTION …) are not accepted",
    "TableSample": "sampling makes figures that cannot be repeated",
    "Pivot": "PIVOT and UNPIVOT are not accepted",
    "PivotAny": "a PIVOT over ANY makes columns that nothing names",
    "UnpivotColumns": "PIVOT and UNPIVOT are not accepted",
    "MatchRecognize": "MATCH_RECOGNIZE is not accepted",
    "Placeholder": "a parameter has no value here",
    "Parameter": "a parameter has no value here",
    "SessionParameter": "variables of the session and the server cannot be read",
    "ByteString": "escape strings (E'…') can be read in two ways",
    "UnicodeString": "Unicode escapes (U&'…') can be read in two ways",
    "Introducer": "character set introducers (_utf8'…') can be read in two ways",
    "ObjectIdentifier": "casts to regclass and its kin read the system catalogs",
    "NextValueFor": "drawing from a sequence changes it",
    "Command": "only SELECT is understood",
    "Columns": "COLUMNS(…) hides which columns are read",
    "Comprehension": "list comprehensions are not accepted",
    "ScopeResolution": "methods of types are not called",
    "Operator": "OPERATOR(…) can name somebody's own operator",
    "QueryTransform": "TRANSFORM … USING runs a script",
    "HistoricalData": "reading an older version is not accepted",
    "Version": "reading an older version is not accepted",
    "Changes": "reading changes is not accepted",
    "Stream": "streams are not read",
    "DynamicIdentifier": "IDENTIFIER(…) makes a name from a value",
    "SemanticView": "semantic views are not read",
    "Connect": "CONNECT BY is not accepted",
    "Prior": "CONNECT BY is not accepted",
    "Interval": "this engine has no INTERVAL",
    "ForClause": "FOR XML and FOR JSON are not accepted",
}
"""By sqlglot's class. Those among them that sqlglot counts as functions are refused as well."""

CLAUSES = {
    "Pivot": words("pivot unpivot"),
    "TableSample": words("tablesample bernoulli system"),
    "MatchRecognize": words("match_recognize pattern match_number classifier prev next"),
    "QueryOption": words("option"),
}
"""Words of a clause that stand before brackets: where the clause is refused, they are not told of as functions too."""

INSTEAD = {
    "Any": "Write IN (SELECT …), or a comparison with MIN or MAX.",
    "All": "Compare with (SELECT MAX(…) …) or (SELECT MIN(…) …).",
    "Lateral": "Join a subquery by ON, or use a correlated subquery in SELECT.",
    "ILike": "Write LOWER(value) LIKE 'pattern'.",
    "Rollup": "UNION ALL one GROUP BY for each level.",
    "Cube": "UNION ALL one GROUP BY for each level.",
    "GroupingSets": "UNION ALL one GROUP BY for each level.",
    "Pivot": "Use CASE or FILTER inside aggregates, and UNION ALL for the way back: the columns of a pivot are made from values.",
    "PivotAny": "Write the values one by one: FOR column IN ('a', 'b').",
    "UnpivotColumns": "Use UNION ALL, one branch per column.",
    "ByteString": "Write the character itself, or CHR(10) for a line break.",
    "UnicodeString": "Write the character itself.",
    "Introducer": "Write the text without it.",
    "Placeholder": "Write the value.",
    "Parameter": "Write the value.",
    "SessionParameter": "Leave it out; a value is written as a literal.",
    "Columns": "Name the columns.",
    "Comprehension": "Use list_transform and list_filter.",
    "HistoricalData": "Read the table as it is now.",
    "Version": "Read the table as it is now.",
    "WithTableHint": "Leave the hint out: the statement only reads.",
    "TableSample": "Aggregate all rows, or ORDER BY a key and LIMIT.",
    "NextValueFor": "Use ROW_NUMBER() OVER (ORDER BY column).",
    "Connect": "Use a recursive CTE.",
    "Prior": "Use a recursive CTE.",
    "MatchRecognize": "Use window functions.",
    "Interval": "Use DATEADD(day, 1, value); in SQLite DATE(value, '+1 day').",
    "ForClause": "Select the columns; texts are joined with STRING_AGG(value, ',').",
    "ScopeResolution": "Use a function.",
    "DynamicIdentifier": "Write the name itself.",
}

NAMED_PARTS = {
    ("", "into"): "SELECT INTO writes a table",
    ("", "locks"): "a locking clause (FOR UPDATE, FOR SHARE) locks rows",
    ("", "hint"): "optimizer hints are not accepted",
    ("", "hints"): "table hints are not accepted",
    ("", "options"): "query options (OPTION …) are not accepted",
    ("", "operation_modifiers"): "modifiers of SELECT (SQL_CALC_FOUND_ROWS, STRAIGHT_JOIN, …) are not accepted",
    ("", "settings"): "SETTINGS changes how the server runs the query",
    ("", "format"): "FORMAT and file formats are not accepted",
    ("", "sample"): "sampling makes figures that cannot be repeated",
    ("", "only"): "ONLY leaves rows of partitions and children out",
    ("", "rows_from"): "ROWS FROM is not accepted",
    ("", "pivots"): "PIVOT and UNPIVOT are not accepted",
    ("", "match"): "MATCH_RECOGNIZE is not accepted",
    ("", "connect"): "CONNECT BY is not accepted",
    ("", "for_"): "FOR XML and FOR JSON are not accepted",
    ("", "version"): "reading an older version is not accepted",
    ("", "system_time"): "reading an older version is not accepted",
    ("", "when"): "reading an older version is not accepted",
    ("", "changes"): "reading changes is not accepted",
    ("", "partition"): "naming a partition leaves the rows of others out",
    ("", "pattern"): "a pattern of staged files is not accepted",
    ("", "catalog"): "another database cannot be read",
    ("Select", "kind"): "SELECT AS STRUCT or VALUE is not accepted",
    ("Ordered", "with_fill"): "WITH FILL makes rows without a bound",
    ("LimitOptions", "with_ties"): "WITH TIES is not accepted in this dialect",
    ("LimitOptions", "percent"): "a LIMIT in PERCENT is not accepted in this dialect",
    ("Star", "ilike"): "a pattern of columns hides which are read",
}
"""By class and part, or by part alone."""


_NO_FILES = "Files and addresses cannot be read; only tables of the catalog."
_NO_OTHERS = "Other databases and servers cannot be read; only tables of the catalog."
_NO_SQL_IN_TEXT = "SQL inside a text is not run; write it as a subquery."
_FUNCTIONS: dict[str, str] = {
    "sleep pg_sleep pg_sleep_for pg_sleep_until sleepeachrow sleep_ms benchmark system$wait": "Leave it out: a query does not wait.",
    "version sqlite_version serverproperty current_version": "Leave it out: the catalog says which engine this is.",
    "current_user session_user user system_user current_role suser_sname user_name original_login session_context hostname host_name": (
        "The login and the session are of no use to an analysis; leave it out."
    ),
    "database schema current_database current_schema current_catalog db_name currentdatabase": (
        "Name the tables; the catalog says where they are."
    ),
    "current_setting set_config getsetting getvariable getenv getmacro": "Settings and variables cannot be read or set.",
    """pg_read_file pg_read_binary_file pg_ls_dir pg_stat_file lo_import lo_export lo_get load_file readfile writefile read_csv
    read_csv_auto
    read_parquet read_json read_json_auto read_text read_blob parquet_scan glob file url s3 read_files openrowset
    input_file_name get_presigned_url infer_schema""": _NO_FILES,
    """dblink dblink_exec dblink_connect postgres_scan mysql_scan sqlite_scan remote remotesecure cluster mysql postgresql jdbc odbc
    openquery
    opendatasource external_query remote_query""": _NO_OTHERS,
    """query query_table query_to_xml query_to_xmlschema cursor_to_xml database_to_xml table_to_xml ts_stat ts_rewrite crosstab connectby
    xpath_table json_execute_serialized_sql sp_executesql postgres_query mysql_query eval exec""": _NO_SQL_IN_TEXT,
    "nextval currval lastval setval last_insert_id last_insert_rowid scope_identity": "Use ROW_NUMBER() OVER (ORDER BY column).",
    "uuid newid gen_random_uuid generate_uuid uuid_string generateuuidv4 uuid_generate_v4": "Row identifiers cannot be made here.",
    "ai_query ai_gen ai_complete ai_generate ml.predict ai_classify ai_forecast": "Models are not asked from SQL.",
    "xp_cmdshell reflect java_method sys_exec sys_eval load_extension executable": "Code outside of SQL is not run.",
    "nvl ifnull": "Use COALESCE.",
    "isnull": "Use COALESCE, or IS NULL.",
    "iif if iff": "Use CASE.",
    "len": "Use LENGTH.",
    "getdate sysdate now": "Use CURRENT_TIMESTAMP.",
    "countif count_if": "Use SUM(CASE WHEN condition THEN 1 ELSE 0 END).",
    "dateadd date_add adddate": "Add an INTERVAL.",
    "datediff date_diff": "Subtract the dates, or use this engine's own function.",
    "median": "Use PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY column), if the engine has it.",
    "string_agg group_concat listagg": "Use this engine's own function that joins texts.",
}
_INSTEAD_OF: Final = {name: hint for names, hint in _FUNCTIONS.items() for name in names.split()}
"""What to use instead of functions of any engine; a rulebook's own hints go before."""

_NOT_NEEDED = "The plan is not needed: the guard checks the query, and its cost is estimated. Ask the query itself."
_CATALOG = "The catalog lists tables and columns: search it, or describe a table, outside of SQL."
FIRST_WORDS: dict[str, str] = {
    "EXPLAIN": _NOT_NEEDED,
    "SHOW": _CATALOG,
    "DESCRIBE": _CATALOG,
    "DESC": _CATALOG,
    "PRAGMA": _CATALOG,
    "SUMMARIZE": "Select the statistics by name: COUNT(*), MIN(x), MAX(x), AVG(x).",
    "PIVOT": "Use CASE or FILTER inside aggregates.",
    "UNPIVOT": "Use UNION ALL, one branch per column.",
    "EXEC": "Procedures are not called; write the query itself.",
    "EXECUTE": "Procedures are not called; write the query itself.",
    "CALL": "Procedures are not called; write the query itself.",
    "VALUES": "Write SELECT * FROM (VALUES …) AS t(a, b).",
    "TABLE": "Write SELECT * FROM the table.",
    "SET": "Settings are made for you; leave it out.",
    "USE": "Write the schema before the table's name.",
    "WAITFOR": "Leave it out: a query does not wait.",
}
"""What to do instead of a statement that begins with this word."""


def not_a_query(first_word: str, why: str) -> SqlFinding:
    """The finding for a statement that is no SELECT."""
    hint = FIRST_WORDS.get(first_word.upper(), "Only one SELECT may run; WITH and UNION are fine. Nothing can be changed from here.")
    return error("only-select", f"The statement is not a SELECT: {why}.", hint)


def instead_of(name: str, context: Context) -> str:
    """What to use instead of a function, where somebody has thought of it; empty where not."""
    bare = name.rpartition(".")[2]
    return context.book.instead.get(name) or context.book.instead.get(bare) or _INSTEAD_OF.get(name) or _INSTEAD_OF.get(bare, "")


def unknown_function(name: str, context: Context) -> SqlFinding:
    """The finding for a function that is on no list."""
    message = f"The function {quoted(name)} is not among those allowed in {context.book.shown}."
    if hint := instead_of(name, context):
        return error("unknown-function", message, hint)
    alike = (known for known in context.book.functions if known[:1] == name[:1] and known != name)
    close = difflib.get_close_matches(name[:60], alike, 3, 0.8)
    return error("unknown-function", message, f"Nearest allowed: {', '.join(close)}." if close else _PLAIN_FUNCTIONS)


_PLAIN_FUNCTIONS = (
    "Use standard functions; say it with CASE, casts or a subquery. A function of your own must be listed for this database first."
)
