"""What a statement may be made of: node types, the clauses each may carry, and types of casts. What is not here is refused.

Names are sqlglot's own classes; a test holds every one of them to exist. Functions are in functions.py.
"""

from sqlglot import exp

from analytics_agent.sql.words import words

_QUERY = "Select Union Intersect Except With CTE Subquery From Join Lateral Table TableAlias Values Tuple Unnest Where Group Having Qualify"
_SHAPE = "Order Ordered Limit Offset Fetch LimitOptions Distinct Rollup Cube GroupingSets Window WindowSpec Filter WithinGroup"
_SHAPE_2 = "IgnoreNulls RespectNulls Star Column Identifier Alias Aliases Paren Dot Bracket Slice Kwarg Lambda PropertyEQ Var"
_VALUES = "Literal Null Boolean Interval IntervalSpan BitString HexString Cast TryCast DataType DataTypeParam ColumnDef Collate AtTimeZone"
_LOGIC = "And Or Not Xor EQ NEQ GT GTE LT LTE NullSafeEQ NullSafeNEQ Is In Between Like ILike SimilarTo Glob Escape Exists Any All"
_LOGIC_2 = (
    "Case If Coalesce Nullif RegexpLike RegexpILike Overlaps ArrayContainsAll ArrayContainedBy ArrayOverlaps JSONBContains JSONBExists"
)
_ARITHMETIC = "Add Sub Mul Div IntDiv Mod Neg Pow DPipe BitwiseAnd BitwiseOr BitwiseXor BitwiseNot BitwiseLeftShift BitwiseRightShift"
_JSON = (
    "JSONPath JSONPathRoot JSONPathKey JSONPathSubscript JSONPathWildcard JSONPathSlice JSONPathRecursive JSONPathSelector JSONPathUnion"
)
_JSON_2 = "JSONExtract JSONExtractScalar JSONBExtract JSONBExtractScalar JSONKeyValue"

NODES = words(_QUERY, _SHAPE, _SHAPE_2, _VALUES, _LOGIC, _LOGIC_2, _ARITHMETIC, _JSON, _JSON_2)
"""Everything but function calls."""

_MODIFIERS = "with_ joins laterals where group having qualify windows order limit offset"
_AROUND = "with_ order limit offset"
CLAUSES: dict[str, frozenset[str]] = {
    "Select": words(_MODIFIERS, "expressions distinct from_"),
    "Union": words(_AROUND, "this expression distinct by_name"),
    "Intersect": words(_AROUND, "this expression distinct by_name"),
    "Except": words(_AROUND, "this expression distinct by_name"),
    "Subquery": words(_AROUND, "joins laterals this alias"),
    "Table": words("this alias db catalog joins laterals ordinality"),
    "Join": words("this on side kind using method"),
    "CTE": words("this alias materialized"),
    "With": words("expressions recursive"),
    "Values": words("expressions alias"),
    "Lateral": words("this alias ordinality"),
    "Unnest": words("expressions alias offset"),
    "Column": words("this table db"),
    "Identifier": words("this quoted"),
    "Order": words("this expressions"),
    "Ordered": words("this desc nulls_first"),
    "Limit": words("this expression offset limit_options"),
    "Fetch": words("direction count limit_options"),
    "LimitOptions": words("rows"),
    "ColumnDef": words("this kind"),
    "Star": frozenset(),
    "DataType": words("this expressions nested values kind nullable"),
    "Group": words("expressions grouping_sets cube rollup all"),
    "Window": words("this partition_by order spec alias over first"),
}
"""The parts that may be present on nodes which can carry more than harmless ones: SELECT INTO, locks, hints, samples, versions."""

PIVOT_NODES = words("Pivot PivotAlias")
PIVOT_CLAUSES = {
    **CLAUSES,
    "Table": CLAUSES["Table"] | {"pivots"},
    "Subquery": CLAUSES["Subquery"] | {"pivots"},
    "Pivot": words(
        """
        alias columns expressions fields identify_pivot_strings include_nulls pivot_column_naming prefixed_pivot_columns unpivot
        value_columns_first
        """
    ),
}
"""PIVOT and UNPIVOT, where each of the columns that they make is named in the statement: not in DuckDB, which makes them of values."""

_TYPES = (
    "ARRAY BIGDECIMAL BIGINT BIT BLOB BOOLEAN BPCHAR CHAR DATE DATETIME DECIMAL DOUBLE ENUM FLOAT HSTORE INET INT INT128 INTERVAL JSON "
    "JSONB LIST MAP MEDIUMINT MONEY NAME NCHAR NULL NVARCHAR SMALLINT STRUCT TEXT TIME TIMETZ TIMESTAMP TIMESTAMPNTZ TIMESTAMPLTZ "
    "TIMESTAMPTZ TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS TINYINT UBIGINT UINT UINT128 USMALLINT UTINYINT UUID VARBINARY VARCHAR DATERANGE "
    "INT4RANGE INT8RANGE NUMRANGE TSRANGE TSTZRANGE BIGNUM"
)
TYPES = frozenset(exp.DataType.Type[name] for name in _TYPES.split())
"""Types a value may be cast to. Not among them: regclass and its kin (they read the system catalogs), xml, serial."""
