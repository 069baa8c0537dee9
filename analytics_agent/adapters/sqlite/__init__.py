"""A SQLite file as a warehouse. `warehouse` is the entry."""
