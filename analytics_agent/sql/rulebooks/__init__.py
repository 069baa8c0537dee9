"""One file per dialect: which functions, clauses, types and names a statement of it may use. Data, with the reasons beside it."""
