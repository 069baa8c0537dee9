"""A file of policies beside the catalog of a database: every table, column, condition and mask of it judged, with lines."""

from collections.abc import Iterator

from analytics_agent.catalog.names import nearest
from analytics_agent.domain.catalog import Catalog, Table
from analytics_agent.domain.policy import Policy
from analytics_agent.semantic.access.policy_file import EVERY_TABLE, FilePolicy, FileRule, PolicyFile, find, policy_for_models, policy_of
from analytics_agent.semantic.ossie.document import Problems
from analytics_agent.sql.masks import wrong_with
from analytics_agent.sql.policy_rows import row_condition
from analytics_agent.sql.row_security import FENCES, Security


def problems_with(file: PolicyFile, catalog: Catalog) -> Problems:
    """All problems of the policies of the catalog's database. Those of other databases are not looked at."""
    problems = Problems()
    policies = [policy for policy in file.policies if policy.database == catalog.database]
    if not policies:
        known = ", ".join(file.databases()) or "none"
        problems.add(0, f"no policy is of the database {catalog.database}; those in the file: {known}.")
    if catalog.dialect not in FENCES:
        problems.add(0, f"row rules cannot be applied in {catalog.dialect}.")
        return problems
    for policy in policies:
        for rule in (*policy.opens, *policy.limits):
            for line, message in _of_rule(rule, catalog, file.hash_key):
                problems.add(line, f"policy `{policy.name}`, table `{rule.table}`: {message}")
    if not problems:
        for line, message in _of_circles(file, policies, catalog):
            problems.add(line, message)
    return problems


def _of_rule(rule: FileRule, catalog: Catalog, hash_key: str) -> Iterator[tuple[int, str]]:
    if rule.table == EVERY_TABLE:
        return
    table = find(rule.table, catalog)
    if table is None:
        yield rule.line, f"there is no such table.{_near(rule.table, [each.name for each in catalog.tables])}"
        return
    columns = {column.name: column for column in table.columns}
    for column in (*rule.hidden, *(mask.column for mask in rule.masks)):
        if column not in columns:
            yield rule.line, f"there is no column `{column}`.{_near(column, list(columns))}"
    if {*columns} <= {*rule.hidden}:
        yield rule.line, "all of its columns are hidden. Leave the table out instead."
    for mask in rule.masks:
        if mask.column in columns and (wrong := wrong_with(mask, columns[mask.column], catalog.dialect, hash_key)):
            yield rule.line, f"the mask of `{mask.column}`: {wrong}"
    if rule.rows:
        yield from _of_rows(rule, table, catalog)


def _of_rows(rule: FileRule, table: Table, catalog: Catalog) -> Iterator[tuple[int, str]]:
    condition = row_condition(rule.rows, table, catalog)
    for finding in condition.findings:
        yield rule.rows_line, f"`rows`: {finding.message} {finding.hint}".strip()
    for mask in rule.masks:
        if mask.column in condition.columns:
            yield (
                rule.rows_line,
                f"`rows` compares `{mask.column}`, which is masked: which rows are seen would tell of it. Hide it instead.",
            )


def _of_circles(file: PolicyFile, policies: list[FilePolicy], catalog: Catalog) -> Iterator[tuple[int, str]]:
    """Conditions that read one another's tables. Judged with the rules of all policies together, which is the most there can be."""
    told: set[str] = set()
    roles = frozenset(role for policy in policies for role in policy.roles)
    people = {person for policy in policies for person in policy.users}
    # Those for whom the same policies hold see the same: of ten thousand people there are a few kinds.
    kinds = {tuple(policy.holds_for(person, roles) for policy in policies): person for person in ("", *sorted(people))}
    together = (policy_of(file, person, catalog, roles) for person in kinds.values())
    for merged in (*together, policy_for_models(file, catalog)):
        for name in _unusable(merged, catalog):
            if name not in told:
                told.add(name)
                yield 0, f"table `{name}`: its conditions read a table whose conditions read it again. Break the circle."


def _unusable(policy: Policy, catalog: Catalog) -> Iterator[str]:
    secured = Security(catalog, policy)
    for rule in policy.rules:
        if not secured.can_be_applied(rule.table):
            yield rule.name


def _near(name: str, known: list[str]) -> str:
    close = nearest(name, known)
    return f" Nearest: {', '.join(close)}." if close else ""
