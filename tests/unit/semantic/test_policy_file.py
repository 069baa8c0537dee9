"""Policies as a file: what is read, how several are merged, and that every mistake is told at once, with its line."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
import sql_shop
import yaml

from analytics_agent import semantic
from analytics_agent.domain.catalog import Catalog, Table, TableColumn, TableName
from analytics_agent.domain.policy import NOTHING, Mask, Policy, TablePolicy
from analytics_agent.semantic.access.policy_check import problems_with
from analytics_agent.semantic.access.policy_file import policy_for_models, policy_of, read

SCHEMA = json.loads((Path(semantic.__file__).parent / "access" / "policies.schema.json").read_text())
GOOD = """version: 1
hash_key: a key for these tests
members:
  sales: [ada, bob]
  finance: [bob, cleo]
policies:
  - name: sales
    roles: [sales]
    database: shop
    tables:
      - table: orders
        rows: status = 'paid'
        hide: [customer_id]
        mask: {amount: {bucket: {size: 10}}}
      - table: customers
        mask: {name: {partial: {first: 1}}}
  - name: finance
    roles: [finance]
    database: shop
    tables:
      - table: public.orders
        rows: amount > 50
        mask: {ordered_on: null}
      - table: '*'
  - name: nobody sees tests
    everyone: true
    database: shop
    limits:
      - table: orders
        rows: id <> 0
"""


def catalog() -> Catalog:
    return sql_shop.catalog("postgres")


def policy(user: str, text: str = GOOD, of: Catalog | None = None) -> Policy:
    file, problems = read(text)
    assert not problems
    return policy_of(file, user, of or catalog())


def of_orders(user: str) -> TablePolicy:
    rule = policy(user).rule_of(TableName("public", "orders"))
    assert rule is not None
    return rule


def test_a_good_file_has_no_problems_and_fits_its_schema() -> None:
    file, problems = read(GOOD)
    assert not problems
    # `amount` is masked by one policy, and compared by another that does not mask it.
    assert problems_with(file, catalog()) == []
    jsonschema.validate(yaml.safe_load(GOOD), SCHEMA)


def test_a_person_sees_what_their_role_opens_and_limits_leave() -> None:
    assert policy("ada").tables == (TableName("public", "orders"), TableName("public", "customers"))
    assert of_orders("ada") == TablePolicy(
        "public", "orders", (("id <> 0",), ("status = 'paid'",)), (Mask("amount", "bucket", size=10.0),), ("customer_id",)
    )


def test_rows_of_several_roles_add_up_and_columns_are_as_strict_as_the_strictest() -> None:
    rule = of_orders("bob")
    assert rule.rows == (("id <> 0",), ("status = 'paid'", "amount > 50"))
    assert rule.hidden == ("customer_id",)
    assert {mask.column: mask.kind for mask in rule.masks} == {"amount": "bucket", "ordered_on": "null"}


def test_a_star_opens_the_tables_that_its_policy_does_not_name() -> None:
    tables = policy("cleo").tables or ()
    assert TableName("sales", "notes") in tables
    assert of_orders("cleo").rows == (("id <> 0",), ("amount > 50",))


def test_a_limit_opens_nothing() -> None:
    assert policy("nobody known") == NOTHING


def test_two_different_masks_of_a_column_are_null() -> None:
    text = GOOD.replace("mask: {ordered_on: null}", "mask: {amount: hash}")
    rule = policy("bob", text).rule_of(TableName("public", "orders"))
    assert rule is not None
    assert rule.masks == (Mask("amount", "null"),)


def test_a_star_does_not_open_views_where_anything_is_restricted() -> None:
    known = catalog()
    view = Table("public", "all_orders", (TableColumn("id", "integer", "integer"),), kind="view")
    with_view = Catalog("shop", "postgres", (*known.tables, view), ("public",), "f", datetime.now(UTC))
    assert TableName("public", "all_orders") not in (policy("cleo", of=with_view).tables or ())
    named = GOOD.replace("      - table: '*'", "      - table: '*'\n      - table: all_orders")
    assert TableName("public", "all_orders") in (policy("cleo", named, with_view).tables or ())


def test_a_limit_of_a_table_that_is_gone_is_an_error_and_not_a_limit_less() -> None:
    file, _ = read(GOOD.replace("- table: orders\n        rows: id", "- table: gone\n        rows: id"))
    with pytest.raises(ValueError, match="gone"):
        policy_of(file, "ada", catalog())


def test_the_hash_of_a_policy_is_that_of_all_of_it() -> None:
    assert policy("ada").hash == policy("ada").hash
    others = {policy(user).hash for user in ("ada", "bob", "cleo", "nobody")}
    assert len(others) == 4
    assert policy("ada", GOOD.replace("hash_key: a key", "hash_key: another key")).hash not in others


def test_the_key_of_hashes_is_not_in_the_text_of_a_policy() -> None:
    assert "a key for these tests" not in repr(policy("ada"))


BAD_FORM = """version: 2
hash_key: short
polices: []
policies:
  - name: one
    database: shop
    tables:
      - table: orders
        row: id > 1
        hide: id
        mask: {amount: {bucket: {size: 0}}, name: rot13}
      - table: orders
  - name: two
    everyone: perhaps
    database: shop
    limits: [{table: orders}]
  - users: [ada]
    database: shop
    tables: [{table: '*', rows: id = 1}]
"""


def test_all_mistakes_of_form_are_told_at_once_with_their_lines() -> None:
    _, problems = read(BAD_FORM)
    lines = sorted(int(problem.split(":")[0].removeprefix("line ")) for problem in problems)
    assert lines == [1, 2, 3, 5, 9, 10, 11, 11, 12, 14, 16, 17, 19], problems
    assert any("Did you mean `rows`?" in problem for problem in problems)
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(yaml.safe_load(BAD_FORM))


@pytest.mark.parametrize("text", ["", "- a", "a: [", "version: 1", "version: 1\npolicies: x", "version: 1\npolicies: [x]", "\0", "&a [*a]"])
def test_a_file_that_is_none_is_told_and_never_raises(text: str) -> None:
    assert read(text)[1]


BAD_NAMES = """version: 1
policies:
  - name: one
    everyone: true
    database: shop
    tables:
      - table: ordrs
      - table: orders
        rows: statuss = 'paid'
        hide: [amont]
        mask: {status: hash, id: {partial: {first: 1}}, ordered_on: {bucket: {size: 3}}}
      - table: customers
        rows: pg_sleep(10) IS NULL
        mask: {credit: null}
      - table: moods
        rows: mood = 'sad') OR (1 = 1
      - table: sales.notes
        rows: note = 'a' LIMIT 1
  - name: two
    everyone: true
    database: shop
    limits:
      - table: customers
        rows: credit > 3
        mask: {credit: null}
"""


def test_all_mistakes_beside_a_catalog_are_told_at_once_with_their_lines() -> None:
    file, problems = read(BAD_NAMES)
    assert not problems
    found = problems_with(file, catalog())
    lines = sorted({int(problem.split(":")[0].removeprefix("line ")) for problem in found})
    assert lines == [7, 8, 9, 13, 16, 18, 24], found
    told = "\n".join(found)
    assert "Nearest: orders" in told
    assert "`amont`" in told
    assert "hash_key" in told
    assert "masked" in told


def test_conditions_that_go_round_in_circles_are_found() -> None:
    text = """version: 1
policies:
  - name: round
    users: [ada]
    database: shop
    tables:
      - table: orders
        rows: customer_id IN (SELECT id FROM customers)
      - table: customers
        rows: id IN (SELECT customer_id FROM orders)
"""
    file, _ = read(text)
    assert len(problems_with(file, catalog())) == 2


def test_a_file_without_policies_of_the_database_says_which_it_has() -> None:
    file, _ = read(GOOD.replace("database: shop", "database: flights"))
    assert problems_with(file, catalog()) == ["no policy is of the database shop; those in the file: flights."]


# what models outside are shown

FOR_MODELS = (
    GOOD
    + """  - name: what Claude may see
    models: true
    database: shop
    tables:
      - table: customers
        hide: [credit]
      - table: '*'
"""
)


def test_a_policy_for_models_is_for_no_person() -> None:
    file, problems = read(FOR_MODELS)
    assert not problems
    assert problems_with(file, catalog()) == []
    jsonschema.validate(yaml.safe_load(FOR_MODELS), SCHEMA)
    assert {user: policy(user, FOR_MODELS).hash for user in ("ada", "bob", "eve")} == {
        user: policy(user).hash for user in ("ada", "bob", "eve")
    }
    shown = policy_for_models(file, catalog())
    assert shown.rules == (TablePolicy("public", "customers", hidden=("credit",)),)
    assert len(shown.tables or ()) == len(catalog().tables)


def test_a_file_says_whether_it_speaks_of_people_or_of_models() -> None:
    file, _ = read(FOR_MODELS)
    only_models, _ = read("version: 1\npolicies: [{name: m, models: true, database: shop, tables: [{table: orders}]}]")
    assert (file.governs("shop"), file.limits_models("shop"), file.governs("flights")) == (True, True, False)
    assert (only_models.governs("shop"), only_models.limits_models("shop")) == (False, True)
    assert (file.knows("ada"), only_models.knows("ada")) == (True, False)


def test_who_has_a_role_is_known_whatever_the_role_may_see() -> None:
    file, _ = read("version: 1\nmembers: {sales: [ada]}\npolicies: []")
    assert (file.knows("ada"), file.knows("eve")) == (True, False)


@pytest.mark.parametrize(
    ("changed", "line", "said"),
    [
        ("models: true\n    users: [ada]", 32, "for no people"),
        ("models: perhaps", 32, "must be true or false"),
        ("models: false", 31, "for nobody"),
    ],
)
def test_a_policy_for_models_that_is_written_wrongly_is_told_with_its_line(changed: str, line: int, said: str) -> None:
    _, problems = read(FOR_MODELS.replace("models: true", changed))
    assert [problem for problem in problems if problem.startswith(f"line {line}:") and said in problem], problems


def test_limits_alone_would_close_a_database_to_models_and_are_told() -> None:
    _, problems = read("version: 1\npolicies: [{name: m, models: true, database: shop, limits: [{table: orders, rows: id > 1}]}]")
    assert problems == ["line 2: policy `m`: no policy for models opens a table of shop, so they would see nothing. Open some: `tables`."]


def test_a_circle_of_conditions_for_models_is_told_too() -> None:
    theirs = "rows: id IN (SELECT customer_id FROM orders)\n      - table: orders\n        rows: customer_id IN (SELECT id FROM customers)"
    file, problems = read(FOR_MODELS.replace("hide: [credit]", theirs))
    assert not problems
    assert any("Break the circle" in problem for problem in problems_with(file, catalog()))


def test_a_file_for_ten_thousand_people_is_judged_quickly() -> None:
    names = ", ".join(f"p{number}" for number in range(10_000))
    file, problems = read(GOOD.replace("everyone: true", f"users: [{names}]"))
    assert not problems
    begun = time.monotonic()
    assert problems_with(file, catalog()) == []
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("name", ["no", "007", "2026-11-23", "~", '" ada"', '""'])
def test_a_name_that_yaml_reads_as_something_else_is_not_taken_for_nobodys(name: str) -> None:
    """A limit on the person 007 would hold for a person 7, and so for nobody."""
    for part in ("users: [%s]", "roles: [%s]"):
        _, problems = read(GOOD.replace("everyone: true", part % name))
        assert any("in quotes" in problem or "blanks" in problem for problem in problems), problems
    assert read(GOOD.replace("[ada, bob]", f"[ada, {name}]"))[1]
    assert not read(GOOD.replace("everyone: true", 'users: ["no", "007"]'))[1]


def test_a_name_that_no_database_has_is_a_mistake() -> None:
    for name in ("Shop", '"shop "', "s h", "-shop"):
        _, problems = read(GOOD.replace("database: shop", f"database: {name}", 1))
        assert (name == '"shop "') is (problems == []), problems  # blanks around it are not part of it
