"""A DuckDB file as a warehouse. `warehouse` is the entry."""
