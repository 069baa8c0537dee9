"""Data dictionaries in the forms in which people keep them: each is read, and what it describes goes before the database's comments."""

from pathlib import Path

import pytest

from analytics_agent.catalog.build import build
from analytics_agent.domain.catalog import Table, TableColumn
from analytics_agent.semantic.drafting.dictionary import Described, Unreadable, described, read

ORDERS = (
    Described("orders", "", "One row for each order."),
    Described("orders", "qty", "Pieces ordered."),
    Described("orders", "status", "A = active, C = closed"),
)


def _lines(*rows: tuple[str, ...], between: str) -> str:
    return "".join(f"{between.join(row)}\n" for row in rows)


ROWS = (("orders", "", "One row for each order."), ("orders", "qty", "Pieces ordered."))
FORMS = {
    "orders.csv": _lines(("Table", "Column", "Description"), *ROWS, ("orders", "status", '"A = active, C = closed"'), between=","),
    "semicolons.csv": _lines(("table", "column", "comment"), *ROWS, ("orders", "status", "A = active, C = closed"), between=";"),
    "orders.tsv": _lines(("table", "column", "meaning"), *ROWS, ("orders", "status", "A = active, C = closed"), between="\t"),
    "entries.json": '[{"table": "orders", "description": "One row for each order."}, {"table": "orders", "column": "qty", "description": '
    '"Pieces ordered."}, {"table": "orders", "column": "status", "description": "A = active, C = closed"}]',
    "plain.json": '{"orders": {"description": "One row for each order.", "qty": "Pieces ordered.", "status": "A = active, C = closed"}}',
    "inside.json": '{"tables": [{"name": "orders", "description": "One row for each order.", "columns": [{"name": "qty", "description": '
    '"Pieces ordered."}, {"name": "status", "description": "A = active, C = closed"}]}]}',
    "schema.yml": """
version: 2
models:
  - name: orders
    description: One row for each order.
    columns:
      - name: qty
        description: Pieces ordered.
        tests: [not_null]
      - {name: status, description: "A = active, C = closed"}
""",
    "table.md": """
# Words of the shop

## orders
| Column | Type | Description |
|--------|------|-------------|
|  | | One row for each order. |
| `qty` | integer | Pieces ordered. |
| `status` | text | A = active, C = closed |
""",
}


@pytest.mark.parametrize("file", FORMS)
def test_every_form_says_the_same(file: str) -> None:
    assert read(FORMS[file], file) == ORDERS


def test_a_list_below_a_heading_is_read_with_its_table() -> None:
    text = "# Table `orders`\n\n- `qty` (integer): Pieces ordered.\n* **status** – A = active, C = closed\n\nAnything else is prose.\n"
    assert read(text, "notes.md") == ORDERS[1:]


def test_columns_below_the_name_of_their_table_are_read_as_other_suites_keep_them() -> None:
    column = '{"column_name": "qty", "data_type": "bigint", "column_description": "Pieces ordered."}'
    text = '{"table_metadata": {"orders": [' + column + ']}, "glossary": ""}'
    assert read(text, "orders.json") == ORDERS[1:2]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.json", "{"),
        ("a.yaml", "a: [1"),
        ("a.csv", "who,what\na,b\n"),
        ("a.md", "Nothing."),
        ("a.json", "3"),
        ("a.yaml", ""),
        ("a.csv", ""),
    ],
)
def test_a_file_that_describes_nothing_says_so(file: str, text: str) -> None:
    with pytest.raises(Unreadable, match=file):
        read(text, file)


def test_nested_lists_without_end_are_refused() -> None:
    with pytest.raises(Unreadable):
        read("[" * 100_000, "deep.json")


MERGED = "a0: &a0 {k: 1}\n" + "".join(f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 10)}]}}\n" for i in range(1, 10))


@pytest.mark.parametrize(
    "text",
    [
        MERGED,
        "tables:\n" + "".join(f"- &t{i} {{name: t, tables: [{', '.join([f'*t{i - 1}'] * 9) if i else ''}]}}\n" for i in range(12)),
        "tables: &a [{tables: *a}]",
        "orders: {due: 2024-02-30}",
        "orders: {due: !!bool maybe}",
        f"orders: {{due: {'9' * 5_000}}}",
    ],
    ids=["merged keys", "tables in tables", "in itself", "a day that is none", "a tag that does not fit", "a long number"],
)
def test_yaml_that_multiplies_itself_or_holds_what_is_no_value_is_refused_at_once(text: str) -> None:
    with pytest.raises(Unreadable, match="cannot be read as YML"):
        read(text, "schema.yml")


def test_what_stands_in_several_places_and_what_is_merged_are_read() -> None:
    text = "base: &b {status: open or done}\ntables:\n- name: orders\n  columns: {<<: *b, qty: pieces}\n"
    assert {(one.table, one.column) for one in read(text, "schema.yml")} == {("base", "status"), ("orders", "status"), ("orders", "qty")}


def test_what_is_described_goes_before_comments_and_what_is_not_there_is_told() -> None:
    table = Table(
        "public", "Orders", (TableColumn("QTY", "integer", "int", comment="old"), TableColumn("note", "text", "text", comment="kept"))
    )
    entries = (*ORDERS, Described("public.orders", "note", ""), Described("sales.orders", "price", "Dollars."))
    catalog, strange = described(build("x", "postgres", [table], ("public",)), [one for one in entries if one.text])
    assert catalog.tables[0].comment == "One row for each order."
    assert [column.comment for column in catalog.tables[0].columns] == ["Pieces ordered.", "kept"]
    assert strange == ("orders.status", "sales.orders.price")


def test_a_suite_of_the_repository_is_read_whole() -> None:
    folder = Path(__file__).parents[2] / "suites" / "defog_classic" / "databases"
    for file in sorted(folder.glob("*.json")):
        assert len(read(file.read_text(), file.name)) > 5
