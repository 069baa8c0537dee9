"""From text to SQL that may run: parse, rules, names, row cap, findings. The owner of sqlglot.

`check.check` is the one entry. A statement is allowed by rule, not forbidden by list: every node type, clause, function, cast
and name in it must be known, and what runs is regenerated from the checked tree, never the text that somebody wrote.

What the guard does not cover, and what stands behind it:

- *What views, operators and casts do inside.* A view of the database runs whatever its owner put in it; an operator or a
  function of an allowed name may be redefined for a type of an extension. Behind it: a login that can only read.
- *How long a statement runs and what it costs.* Joins can multiply. Behind it: the engine's statement timeout or our
  interrupt, the row cap, and the row cap's LIMIT inside the statement.
- *Who may see which rows.* Every table of the catalog may be read here; rights of a person are applied by rewriting this tree.
- *Faults of the engine itself.* Behind it: no external access, no extensions, read-only sessions, per engine in its adapter.
- *Whether the answer is right.* Warnings name shapes that are often wrong; they do not prove the rest right.
"""
