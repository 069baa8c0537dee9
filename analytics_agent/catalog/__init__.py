"""What the data is: tables, columns and keys, how to name them, find them and describe them. Knows no sqlglot and does no I/O."""
