"""Who asks in the matrix: people of Superset, by the roles and row rules that they have."""

from dataclasses import dataclass
from typing import Any

from e2e.superset_page import Login


@dataclass(frozen=True)
class Rule:
    """A row rule of Superset on one dataset."""

    dataset: str
    clause: str
    group: str = ""


@dataclass(frozen=True)
class Role:
    """What one role of Superset gives. `rules` hold for who has the role."""

    datasets: tuple[str, ...] = ()
    schemas: tuple[str, ...] = ()
    database: bool = False
    catalog: bool = False
    rules: tuple[Rule, ...] = ()
    permissions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Spec:
    """`own` are roles for this person alone, beside Superset's `base` roles. `owns` are datasets. `unread`: the guard cannot apply a rule.
    `leaves`: the account is switched off after it has logged in. `loses`: all of their own roles go, and `later`: rules that come, in the
    middle of a run."""

    name: str
    own: tuple[Role, ...] = ()
    base: tuple[str, ...] = ("Gamma", "sql_lab")
    owns: tuple[str, ...] = ()
    is_exempt: bool = False
    is_anonymous: bool = False
    unread: bool = False
    leaves: bool = False
    loses: bool = False
    later: tuple[Rule, ...] = ()


_ALL = ("shops", "sales", "ledger", "bare", "twice", "odd", "board", "archive")
_EU, _US, _SMALL = "region = 'EU'", "region = 'US'", "amount < 80"


def _with(*rules: Rule) -> tuple[Role, ...]:
    """One role with every dataset of a table, and these rules."""
    return (Role(datasets=_ALL, rules=rules),)


def _on_sales(*clauses: str) -> tuple[Role, ...]:
    return _with(*(Rule("sales", clause) for clause in clauses))


def _ruled(*clauses: str, **more: Any) -> Role:
    """A role for rules on sales and no table."""
    return Role(rules=tuple(Rule("sales", clause) for clause in clauses), **more)


BASE_RULE = Rule("ledger", "amount < 100", "base")
"""A base filter: it holds for everybody who has none of its roles."""

_NO_ASK = (("can_execute_sql_query", "SQLLab"), ("can_read", "SecurityRestApi"), ("can_read", "Chart"), ("can_read", "Dataset"))
_JINJA_ROLES = "{% if 'Gamma' in current_user_roles() %}region = 'EU'{% else %}1 = 0{% endif %}"

PEOPLE = (
    Spec("admin", base=("Admin",)),
    Spec("admin, a filter", (_ruled(_EU),), base=("Admin",)),
    Spec("alpha", base=("Alpha", "sql_lab")),
    Spec("alpha, a filter", (_ruled(_EU),), base=("Alpha", "sql_lab")),
    Spec("gamma, nothing"),
    Spec("gamma, one table", (Role(datasets=("shops",)),)),
    Spec("gamma, one ruled table", (_ruled(_EU, datasets=("sales",)),)),
    Spec("gamma, all tables", _with()),
    Spec("gamma, a filter", _on_sales(_EU)),
    Spec("gamma, exempt from the base filter", _with(), is_exempt=True),
    Spec("gamma without SQL Lab, a filter", _on_sales(_EU), base=("Gamma",)),
    Spec("one schema", (Role(schemas=("public",)),)),
    Spec("one schema, a filter", (_ruled(_EU, schemas=("public",)),)),
    Spec("the other schema", (Role(schemas=("archive",)),)),
    Spec("the catalog", (Role(catalog=True),)),
    Spec("the catalog, a filter", (_ruled(_EU, catalog=True),)),
    Spec("the database", (Role(database=True),)),
    Spec("the database, a filter", (_ruled(_EU, database=True),)),
    Spec("owner of a dataset", owns=("sales",)),
    Spec("owner of a dataset, a filter", (_ruled(_EU),), owns=("sales",)),
    Spec("two roles, one group", (*_with(Rule("sales", _EU, "where")), Role(rules=(Rule("sales", _US, "where"),)))),
    Spec("two roles, two groups", (*_with(Rule("sales", _EU, "where")), Role(rules=(Rule("sales", _SMALL, "size"),)))),
    Spec("two roles, no group", (*_on_sales("region IN ('EU', 'US')"), _ruled(_SMALL))),
    Spec("a group, and one without", (*_with(Rule("sales", _EU, "g"), Rule("sales", _US, "g")), _ruled(_SMALL))),
    Spec("base and regular in one group", _with(Rule("ledger", _EU, "base"))),
    Spec("clause with a subquery", _on_sales("shop_id IN (SELECT id FROM shops WHERE city = 'Lisbon')")),
    Spec("clause over a hidden table", (_ruled("shop_id IN (SELECT id FROM shops WHERE id = 1)", datasets=("sales",)),)),
    Spec("clause over a ruled table", _on_sales("id IN (SELECT id FROM ledger)"), unread=True),
    Spec("clause over a ruled table, NOT IN", _on_sales("id NOT IN (SELECT id FROM ledger)"), unread=True),
    Spec("clause over its own table", _on_sales("amount > (SELECT avg(amount) FROM sales)"), unread=True),
    Spec("clauses with OR", _on_sales("region = 'EU' OR region = 'US'", "amount < 80 OR amount > 110")),
    Spec("clause with a negation", _on_sales("NOT (region = 'EU')")),
    Spec("clause with functions", _on_sales("lower(coalesce(region, '')) IN ('eu', '') AND CASE WHEN amount > 20 THEN 1 ELSE 0 END = 1")),
    Spec("clause with percent signs", _on_sales("amount % 20 = 0 AND region LIKE 'E%'")),
    Spec("clause with colons", _on_sales("amount::text LIKE '%0' AND seller <> ':x' AND region = 'EU'")),
    Spec("clause with the table's name", _on_sales("sales.region = 'EU'")),
    Spec("clause that shuts out", _on_sales("1 = 0")),
    Spec("clause with Jinja, as text", _on_sales("seller = '{{ current_username() }}'")),
    Spec("clause that we do not read", _on_sales("ctid IS NOT NULL AND region = 'EU'"), unread=True),
    Spec("clause that leaves its brackets", _on_sales("region = 'EU') OR (1 = 1"), unread=True),
    Spec("clause that ends in a comment", _on_sales("region = 'EU' -- the EU"), unread=True),
    Spec("clause that nobody reads", _on_sales("region = = 'EU'"), unread=True),
    Spec("filter on a view", _with(Rule("board", _EU))),
    Spec("filter on odd names", _with(Rule("odd", '"Régión" <> \'US\' AND "Unit Price" > 5'))),
    Spec("filter on a dataset without schema", _with(Rule("bare", _EU))),
    Spec("filters on both of two datasets", _with(Rule("twice", _EU), Rule("twice again", "amount < 50"))),
    Spec("filter on the other schema", _with(Rule("archive", _EU))),
    Spec("a view alone", (Role(datasets=("board",)),)),
    Spec("a virtual dataset alone", (Role(datasets=("virtual",)),)),
    Spec("a virtual dataset, a filter under it", (_ruled(_EU, datasets=("virtual",)),)),
    Spec("a virtual dataset and its table, a filter on it", (Role(datasets=("virtual", "sales"), rules=(Rule("virtual", _EU),)),)),
    Spec("custom role without Ask", (Role(datasets=_ALL, permissions=_NO_ASK),), base=()),
    Spec("anonymous", is_anonymous=True),
    Spec("account switched off", _with(), leaves=True),
    Spec("rights taken in mid-run", _with(), loses=True),
    Spec("filter added in mid-run", _with(), later=(Rule("sales", _EU),)),
)

WITH_TEMPLATES = (
    Spec("Jinja: own rows", _on_sales("CASE WHEN '{{ current_username() }}' LIKE 'm________' THEN 'EU' ELSE 'US' END = region")),
    Spec("Jinja: roles", _on_sales(_JINJA_ROLES)),
    Spec("Jinja: for another role", _on_sales(_JINJA_ROLES), base=("Alpha", "sql_lab")),
    Spec("Jinja: user number", _on_sales("{{ current_user_id() }} > 1 AND amount < 80")),
    Spec("Jinja that says nothing", _on_sales("{{ '' }}"), unread=True),
    Spec("Jinja that fails", _on_sales("region = '{{ no_such_thing() }}'"), unread=True),
    Spec("Jinja that is broken", _on_sales("region = '{{ current_username( }}'"), unread=True),
    Spec("Jinja of the address", _on_sales("region = '{{ url_param('region') or 'US' }}'")),
)
"""For a Superset with ENABLE_TEMPLATE_PROCESSING, where clauses are rendered for whoever asks."""


@dataclass(frozen=True)
class Made:
    """A person as they are in Superset now."""

    spec: Spec
    id: int
    username: str
    roles: tuple[int, ...]
    mail: str

    @property
    def login(self) -> Login:
        return Login(self.username, self.username)

    @property
    def reader(self) -> str:
        return f"superset:{self.id}"
