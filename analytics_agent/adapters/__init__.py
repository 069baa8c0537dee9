"""Implementations of ports.py. Only bootstrap imports them.

| for | open first |
|---|---|
| models | `anthropic/model`, `offline/model` |
| warehouses | `warehouses`, which tells by an address whether it is `postgres/`, `mariadb/`, `duckdb/` or `sqlite/`; `warehouse` in each |
| rows of a statement on their way to Parquet | `intake`; `text_columns`, `column_names` |
| the application store | `store/postgres_store` |
| Superset | `superset/rest` |
| who may read what | `superset/rights`, `file_rights`; both together in `combined_rights` |
| files, mail, webhooks | `file_artifacts`, `fsspec_folders`, `smtp_mailer`, `http_webhooks` |
"""
