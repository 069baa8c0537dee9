"""Findings about types: values of two kinds compared or computed with, arguments that a function does not take.

An error where the engine would fail, a warning where it would quietly mean something else. What is not certain is not judged.
"""

from collections.abc import Callable, Iterable
from typing import Final

from sqlglot import exp

from analytics_agent.catalog.names import nearest
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql import literals
from analytics_agent.sql.elsewhere import of_same_name
from analytics_agent.sql.kinds import CALLED, FAMILY, Family, Kind, labels
from analytics_agent.sql.nodes import Nodes
from analytics_agent.sql.scope import Outputs, Resolution
from analytics_agent.sql.strictness import JOINS_BY_TEXT, STRICT, is_quiet, is_refused
from analytics_agent.sql.types import Typer
from analytics_agent.sql.verdict import error, quoted, shown, warning

_CASTS: Final[dict[str, str]] = {
    "N": "DECIMAL",
    "T": "TEXT",
    "D": "DATE",
    "B": "BOOLEAN",
    "M": "TIME",
    "I": "INTERVAL",
    "U": "UUID",
    "J": "TEXT",
    "A": "TEXT",
}
_MOST_LABELS = 10
_OF_ONE_NUMBER = (exp.Abs, exp.Round, exp.Sqrt, exp.Neg, exp.Stddev, exp.StddevSamp, exp.StddevPop, exp.Variance, exp.VariancePop)


def judge_types(nodes: Nodes, names: Resolution, typer: Typer) -> None:
    """Report every finding about types to the resolution."""
    judge = _Judge(names, typer)
    for kind, found in nodes.kinds.items():
        if (look := _LOOKS.get(kind)) is not None:
            for node in found:
                if names.has_enough:
                    return
                look(judge, node)


class _Judge:
    def __init__(self, names: Resolution, typer: Typer) -> None:
        self.names = names
        self.typer = typer
        self.kind = typer.kind
        self.dialect = names.dialect
        self.is_strict = names.dialect in STRICT

    def say(self, finding: SqlFinding, node: exp.Expr) -> None:
        self.names.report(finding, node)

    def text(self, node: exp.Expr) -> str:
        return shown(node, self.dialect)

    def cast(self, node: exp.Expr, to: str) -> str:
        """As text, to what a family is cast to, or to a type by its name."""
        spelled = _CASTS.get(to, to)
        made = exp.Cast(this=node.copy(), to=exp.DataType.build(spelled))
        return quoted(made.sql(dialect=self.dialect, comments=False))

    def pair(self, left: exp.Expr, right: exp.Expr, whole: exp.Expr) -> None:
        """Two values that are compared."""
        one, other = self.kind(left), self.kind(right)
        if "literal" in (one, other):
            if one != other:
                column, literal = (right, left) if one == "literal" else (left, right)
                self.with_literal(column, literal, whole)
            return
        first, second = FAMILY[one], FAMILY[other]
        if not first or not second or first == second:
            return
        if is_refused(first, second, self.dialect):
            self.say(error("type-mismatch", self._compared(left, one, right, other, whole), self._how(left, first, right, second)), whole)
        elif is_quiet(first, second, self.dialect):
            message = f"{self._compared(left, one, right, other, whole)} One is converted quietly; what cannot be counts as another value."
            self.say(warning("quiet-conversion", message, self._how(left, first, right, second)), whole)

    def _compared(self, left: exp.Expr, one: Kind, right: exp.Expr, other: Kind, whole: exp.Expr) -> str:
        return f"{self.text(whole)} compares {CALLED[one]} ({self.text(left)}) with {CALLED[other]} ({self.text(right)})."

    def _how(self, left: exp.Expr, first: Family, right: exp.Expr, second: Family) -> str:
        """What to write instead."""
        by_family = {first: left, second: right}
        if "J" in by_family:
            return "Take the value out of the JSON as text with ->> and cast it to what it is compared with."
        number, text, truth, moment = (by_family.get(family) for family in ("N", "T", "B", "D"))
        if number is not None and text is not None:
            as_text = f"'{number.this}'" if isinstance(number, exp.Literal) else self.cast(number, "T")
            return f"{of_same_name(number, text, self.names)}Write {as_text}, or {self.cast(text, 'N')}."
        if number is not None and isinstance(truth, exp.Boolean):
            return f"{self.text(number)} is a number: compare it with {int(truth.this)}."
        if number is not None and truth is not None:
            return f"Write {self.text(truth)} or NOT {self.text(truth)}, or {self.cast(truth, 'INT')}."
        if number is not None and moment is not None:
            is_year = isinstance(number, exp.Literal) and len(str(number.this)) == 4
            year = exp.Extract(this=exp.var("YEAR"), expression=moment.copy()).sql(dialect=self.dialect)
            return f"Write {quoted(year)} = {number.this}." if is_year else "Compare it with a date: CAST('2024-01-31' AS DATE)."
        if number is not None and "I" in by_family:
            days = isinstance(number, exp.Sub) and self.dialect in ("postgres", "duckdb")
            return "The difference of two dates is a number of days: compare it with a number." if days else "Compare it with a number."
        if text is not None:
            return f"Write {self.cast(text, second if first == 'T' else first)}."
        return "Cast one side to the type of the other."

    def with_literal(self, column: exp.Expr, literal: exp.Expr, whole: exp.Expr) -> None:
        """A text written into the statement, which the engine reads as the kind of the other side."""
        kind, text = self.kind(column), literals.text_of(literal)
        family = FAMILY[kind]
        if text is None or not family:
            return
        if (self.dialect == "trino" and family in "ND") or (self.dialect == "bigquery" and family in "NB"):
            message = self._compared(column, kind, literal, "text", whole)
            self.say(error("type-mismatch", message, self._typed(literal, text, family)), whole)
        elif family == "N" and not literals.is_number(text):
            message = f"'{quoted(text)}' is no number, and {self.text(column)} is one."
            self._unreadable(message, "Write a number, or compare another column.", whole)
        elif family == "B" and self.dialect in ("postgres", "duckdb") and not literals.is_truth(text):
            self._unreadable(f"'{quoted(text)}' is neither true nor false, as {self.text(column)} is.", "Write TRUE or FALSE.", whole)
        elif family == "D" and (wrong := literals.wrong_date(text, self.dialect)):
            hint = "Write a whole day as 'YYYY-MM-DD'; for a month or a year compare with its first day and the first day after it."
            self._unreadable(f"'{quoted(text)}' {wrong}, and {self.text(column)} is {CALLED[kind]}.", hint, whole)
        elif family == "A" and self.dialect in ("postgres", "duckdb") and text.lstrip()[:1] not in ("{", "["):
            shown = self.text(column)
            search = f"'{quoted(text)}' = ANY({shown})" if self.dialect == "postgres" else f"list_contains({shown}, '{quoted(text)}')"
            message, hint = f"'{quoted(text)}' is no array, and {shown} is one.", f"To look for it among the elements write {search}."
            self._unreadable(message, hint, whole)
        elif family == "J" and self.dialect == "postgres" and not literals.is_json(text):
            self._unreadable(
                f"'{quoted(text)}' is no JSON, and {self.text(column)} is.", "Take the value out as text: ->> in place of ->.", whole
            )
        elif kind == "timestamp":
            self._boundary(column, text, whole)
        elif kind == "text":
            self._label(column, text, whole)

    def _typed(self, literal: exp.Expr, text: str, family: Family) -> str:
        return f"Write {self.cast(literal, 'D')}." if family == "D" else f"Write {quoted(text)} without quotes."

    def _unreadable(self, message: str, hint: str, whole: exp.Expr) -> None:
        fails = self.dialect in ("postgres", "duckdb", "bigquery", "trino", "clickhouse", "tsql", "snowflake")
        self.say((error if fails else warning)("unreadable-value", message, hint), whole)

    def _boundary(self, column: exp.Expr, text: str, whole: exp.Expr) -> None:
        """A day as the end of timestamps is its first moment: the rest of that day is left out, or let in."""
        after = literals.day_after(text)
        is_last = isinstance(whole, exp.Between) and literals.text_of(whole.args["high"]) == text
        ends, follows = (exp.LTE, exp.GT) if whole.this is column else (exp.GTE, exp.LT)
        if not after or not (is_last or isinstance(whole, (exp.EQ, ends, follows))):
            return
        shown = self.text(column)
        message = f"{shown} has a time of day, and '{text}' is only the first moment of that day."
        if isinstance(whole, follows):
            hint = f"Write {shown} >= '{after}'."
        else:
            hint = f"Write {shown} < '{after}'" + (f" AND {shown} >= '{text}'." if isinstance(whole, exp.EQ) else ".")
        self.say(warning("day-boundary", message, hint), whole)

    def _label(self, column: exp.Expr, text: str, whole: exp.Expr) -> None:
        """A text that is none of an enum's values."""
        origin = self.names.origins.get(id(column))
        known = labels(origin.column.native_type) if origin and origin.column else ()
        is_known = text in known or (self.dialect == "mysql" and text.lower() in {label.lower() for label in known})
        if not known or is_known or not isinstance(whole, (exp.EQ, exp.NEQ, exp.In)):
            return
        close = nearest(text, known) or known[:_MOST_LABELS]
        message = f"'{quoted(text)}' is none of the values that {self.text(column)} can have."
        fails = self.dialect in ("duckdb", "clickhouse")
        self.say((error if fails else warning)("unknown-value", message, f"Nearest: {', '.join(map(repr, close))}."), whole)

    def among(self, parts: Iterable[exp.Expr], whole: exp.Expr, what: str) -> None:
        """Values of which one is taken must be of one family."""
        parts = list(parts)
        told = [(part, kind) for part in parts if FAMILY[kind := self.kind(part)]]
        for part, kind in told[1:]:
            first, one = told[0]
            if is_refused(FAMILY[one], FAMILY[kind], self.dialect):
                message = f"{what} mixes {CALLED[one]} ({self.text(first)}) with {CALLED[kind]} ({self.text(part)})."
                self.say(error("type-mismatch", message, "Cast them to one type; text takes every value."), whole)
                return
        if self.dialect == "postgres" and told:
            kind = told[0][1]
            wrong = next(
                (text for part in parts if (text := literals.text_of(part)) is not None and not self._can_be(text, FAMILY[kind])), None
            )
            if wrong is not None:
                message = f"{what} mixes {CALLED[kind]} with '{quoted(wrong)}', which is none."
                self.say(error("type-mismatch", message, f"Write {self.cast(told[0][0], 'T')}."), whole)

    def _can_be(self, text: str, family: Family) -> bool:
        if family == "N":
            return literals.is_number(text)
        if family == "B":
            return literals.is_truth(text)
        return family != "D" or not literals.wrong_date(text, self.dialect)

    def takes(self, node: exp.Expr | None, refused: str, what: str, to: Family, whole: exp.Expr) -> None:
        """An argument that a function or operator does not take."""
        kind = self.kind(node)
        more = "JA" if self.dialect == "postgres" else ""
        if node is None or not FAMILY[kind] or FAMILY[kind] not in refused + more:
            return
        message = f"{self.text(whole)}: {what}, and {self.text(node)} is {CALLED[kind]}."
        if self.is_strict:
            self.say(error("wrong-argument", message, _for_argument(self, node, kind, to)), whole)
        elif self.dialect in ("mysql", "sqlite") and kind == "text" and to == "N":
            self.say(warning("quiet-conversion", f"{message} Text that is no number counts as 0.", f"Write {self.cast(node, to)}."), whole)


def _for_argument(judge: _Judge, node: exp.Expr, kind: Kind, to: Family) -> str:
    if kind == "json":
        return "Take the value out of the JSON as text, with ->> in place of ->, and cast it where it is no text."
    if kind == "boolean" and to == "N":
        return f"Count rows: COUNT(CASE WHEN {judge.text(node)} THEN 1 END), or {judge.cast(node, 'INT')}."
    if FAMILY[kind] == "D" and to == "N":
        return "Dates cannot be added up or averaged; take MIN, MAX, or a difference of two."
    return f"Write {judge.cast(node, 'TIMESTAMP' if to == 'D' and kind != 'text' else to)}."


def _comparison(judge: _Judge, node: exp.Expr) -> None:
    judge.pair(node.this, node.expression, node)


def _in(judge: _Judge, node: exp.Expr) -> None:
    before = len(judge.names.found)
    for value in node.expressions:
        judge.pair(node.this, value, node)
        if len(judge.names.found) > before:
            return  # one value tells of all
    query = node.args.get("query")
    outputs = judge.names.outputs_of.get(id(query)) if query is not None else None
    if outputs is not None and not outputs.is_open and len(outputs.columns) == 1 and not isinstance(node.this, exp.Tuple):
        first, second = FAMILY[judge.kind(node.this)], FAMILY[judge.typer.output(outputs.columns[0])]
        if is_refused(first, second, judge.dialect):
            given = CALLED[judge.typer.output(outputs.columns[0])]
            message = f"{judge.text(node.this)} is {CALLED[judge.kind(node.this)]}; the query after IN gives {given}."
            judge.say(error("type-mismatch", message, f"Write {judge.cast(node.this, second)}."), node)


def _between(judge: _Judge, node: exp.Expr) -> None:
    for bound in (node.args["low"], node.args["high"]):
        judge.pair(node.this, bound, node)


def _like(judge: _Judge, node: exp.Expr) -> None:
    judge.takes(node.this, "NBDMI", "a pattern is looked for in text", "T", node)


def _arithmetic(judge: _Judge, node: exp.Expr) -> None:
    left, right = judge.kind(node.this), judge.kind(node.expression)
    if judge.dialect in ("mysql", "sqlite", "snowflake", "databricks", "tsql", "clickhouse"):
        if judge.dialect in ("mysql", "sqlite"):
            for side in (node.this, node.expression):
                judge.takes(side, "T", "this computes with numbers", "N", node)
        return
    if isinstance(node, exp.Sub) and left == "json":
        return  # PostgreSQL takes a key out of an object
    both = FAMILY[left] + FAMILY[right]
    is_sum = isinstance(node, (exp.Add, exp.Sub))
    if is_sum and both in ("TI", "IT"):
        side = node.this if both == "TI" else node.expression
        message = f"{judge.text(node)}: an interval is added to a date or timestamp, and {judge.text(side)} is text."
        judge.say(error("wrong-argument", message, f"Write {judge.cast(side, 'TIMESTAMP')}."), node)
        return
    if "literal" in (left, right) and _with_text(judge, node, left, right):
        return
    for side in (node.this, node.expression):
        judge.takes(side, "TBU" if is_sum else "TBUD", "this computes with numbers", "N", node)
    is_wrong = (node.__class__.__name__, both) in (("Add", "DD"), ("Sub", "ND")) or (judge.dialect == "duckdb" and both in ("AN", "NA"))
    if is_sum and judge.dialect in ("postgres", "duckdb"):
        not_days = "timestamp" in (left, right) or "number" in (left, right)
        is_wrong = is_wrong or (both in ("DN", "ND") and not_days) or both in ("NI", "IN")
    if is_wrong:
        message = f"{judge.text(node)} cannot be computed: {CALLED[left]} and {CALLED[right]}."
        hint = "Take an element of the array, or unnest it." if "A" in both else "Add or subtract an interval: INTERVAL '1' DAY."
        judge.say(error("wrong-argument", message, hint), node)


def _with_text(judge: _Judge, node: exp.Expr, left: Kind, right: Kind) -> bool:
    """A text written into a sum, which the engine reads as the kind of the other side. Tells it when it cannot be that."""
    side, kind, text = (
        (node.expression, left, literals.text_of(node.expression))
        if right == "literal"
        else (node.this, right, literals.text_of(node.this))
    )
    if text is None or judge.dialect not in ("postgres", "duckdb"):
        return False
    if kind in ("integer", "number") and not literals.is_number(text):
        within = isinstance(node.parent, (exp.JSONExtract, exp.JSONExtractScalar))
        hint = "Arithmetic binds more tightly than ->>: put brackets around what is taken out of the JSON." if within else "Write a number."
        judge.say(error("unreadable-value", f"{judge.text(node)} computes with '{quoted(text)}', which is no number.", hint), node)
        return True
    is_taken = isinstance(node, exp.Sub) and side is node.expression and FAMILY[kind] == "D" and literals.is_length_of_time(text)
    if is_misread := is_taken or (isinstance(node, exp.Add) and kind == "date"):
        message = f"{judge.text(node)}: the text is not read as an interval here."
        judge.say(error("wrong-argument", message, f"Write INTERVAL '{quoted(text)}'."), node)
    return is_misread


def _numeric(judge: _Judge, node: exp.Expr) -> None:
    """Each engine adds up and averages a few kinds more than numbers."""
    refused = "TDBU" if judge.dialect != "duckdb" or isinstance(node, _OF_ONE_NUMBER) else "TBU" if isinstance(node, exp.Avg) else "TDU"
    argument = node.this.expressions[0] if isinstance(node.this, exp.Distinct) and node.this.expressions else node.this
    judge.takes(argument, refused + ("A" if judge.dialect == "duckdb" else ""), "this takes numbers", "N", node)


def _extreme(judge: _Judge, node: exp.Expr) -> None:
    if judge.dialect == "postgres" and judge.kind(node.this) == "boolean":
        use = "BOOL_OR" if isinstance(node, exp.Max) else "BOOL_AND"
        message = f"{judge.text(node)}: there is no least or greatest of true and false."
        judge.say(error("wrong-argument", message, f"Write {use}({judge.text(node.this)})."), node)


def _textual(judge: _Judge, node: exp.Expr) -> None:
    judge.takes(node.this, "NBDMI", "this takes text", "T", node)


def _temporal(judge: _Judge, node: exp.Expr) -> None:
    subject = node.expression if isinstance(node, exp.Extract) else node.this
    judge.takes(subject, "NTB", "this takes a date or timestamp", "D", node)


def _condition(judge: _Judge, node: exp.Expr) -> None:
    refused = "NTDMIUA" if judge.dialect in ("postgres", "bigquery", "trino") else "DMI" if judge.dialect == "duckdb" else ""
    one = node.args.get("on") if isinstance(node, exp.Join) else node.this
    parts = (node.this, node.expression) if isinstance(node, exp.Connector) else (one,)
    for part in parts:
        if refused and part is not None and FAMILY[kind := judge.kind(part)] and FAMILY[kind] in refused:
            message = f"{judge.text(part)} stands where true or false is wanted, and is {CALLED[kind]}."
            judge.say(error("type-mismatch", message, "Write a comparison."), part)


def _case(judge: _Judge, node: exp.Expr) -> None:
    branches = [branch.args["true"] for branch in node.args.get("ifs") or () if branch.args.get("true") is not None]
    default = node.args.get("default")
    judge.among(branches + ([default] if default is not None else []), node, "CASE")
    for branch in node.args.get("ifs") or ():
        if node.this is not None:
            judge.pair(node.this, branch.this, branch)
        else:
            _condition(judge, branch)


def _coalesce(judge: _Judge, node: exp.Expr) -> None:
    judge.among([node.this, *(node.args.get("expressions") or ())], node, node.key.upper())


def _combined(judge: _Judge, node: exp.Expr) -> None:
    """The branches of UNION, EXCEPT and INTERSECT, column by column."""
    left, right = (_outputs(side, judge.names) for side in (node.this, node.expression))
    if left is None or right is None or node.args.get("by_name"):
        return
    if left.is_open or right.is_open or len(left.columns) != len(right.columns):
        return
    for place, (one, other) in enumerate(zip(left.columns, right.columns, strict=True), 1):
        first, second = judge.typer.output(one), judge.typer.output(other)
        becomes_text = judge.dialect in JOINS_BY_TEXT and "text" in (first, second)
        if is_refused(FAMILY[first], FAMILY[second], judge.dialect) and not becomes_text and not (_is_text(one) or _is_text(other)):
            sides = f"{CALLED[first]} ({quoted(one.name)}) in one query and {CALLED[second]} in the other"
            message = f"Column {place} of {node.key.upper()} is {sides}."
            judge.say(error("type-mismatch", message, "Cast both to one type; text takes every value."), node.expression)


def _is_text(output: object) -> bool:
    """A text written into the statement, which takes the type of the other branch."""
    node = getattr(output, "node", None)
    return node is not None and (literals.text_of(node) is not None or isinstance(node, exp.Null))


def _outputs(node: exp.Expr, names: Resolution) -> Outputs | None:
    while isinstance(node, exp.SetOperation) and id(node) not in names.outputs_of:
        node = node.this
    return names.outputs_of.get(id(node))


_Look = Callable[[_Judge, exp.Expr], None]
_BY_LOOK: Final[tuple[tuple[_Look, str], ...]] = (
    (_comparison, "EQ NEQ GT GTE LT LTE NullSafeEQ NullSafeNEQ"),
    (_in, "In"),
    (_between, "Between"),
    (_like, "Like ILike SimilarTo RegexpLike RegexpILike"),
    (_arithmetic, "Add Sub Mul Div IntDiv Mod"),
    (_numeric, "Sum Avg Stddev StddevSamp StddevPop Variance VariancePop Abs Round Sqrt Neg"),
    (_extreme, "Max Min"),
    (_textual, "Lower Upper Length Trim Substring Left Right Initcap SplitPart RegexpReplace"),
    (_temporal, "Extract TimestampTrunc DateTrunc Year Month Quarter Week"),
    (_condition, "And Or Not Where Having Join"),
    (_case, "Case"),
    (_coalesce, "Coalesce Greatest Least"),
    (_combined, "Union Except Intersect"),
)
_LOOKS: Final[dict[type[exp.Expr], _Look]] = {
    found: look for look, spelled in _BY_LOOK for name in spelled.split() if (found := getattr(exp, name, None)) is not None
}
