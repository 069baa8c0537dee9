"""From text to SQL that may run: parse, rules, names, row cap, findings. The owner of sqlglot.

`check.check` is the one entry. A statement is allowed by rule, not forbidden by list: every node type, clause, function, cast
and name in it must be known to be harmless in its dialect, and what runs is regenerated from the checked tree, never the text that
somebody wrote. In order:

1. `text`, `two_readings`: bounds on the text and its tokens, and places that sqlglot and the engine may read differently.
2. `parse`, `as_written`: one tree, of bounded size; functions that sqlglot would translate wrongly stay as they were written.
3. `rules`, `bounds`, over the dialect's rulebook (`dialects`, `rulebooks/`): what the tree may be made of.
4. `names`, `types`, `grouping`, `lint`: what its names mean, by the catalog.
5. `limit`, `parse.generate`: the text that is sent, and `last_look` at it: every function by the name the engine will read.

Which file to open:

| for | files |
|---|---|
| the guard's entry and what it gives | `check`, `verdict`, `mending`, `show` |
| what may be used, dialect by dialect | `dialects`, `rulebook`, `rulebooks/`; for all ten `vocabulary`, `functions`, `words` |
| text and tokens, before there is a tree; the text that is sent | `text`, `two_readings`, `parse`, `as_written`, `limit`, `last_look` |
| rules on the tree | `rules`, `engine_forms`, `bounds`, `series`, `recursion`, `nodes`; the words of a refusal in `refusals` |
| names | `names`, `sources`, `scope`, `columns`, `tables`, `catalog_index`, `clauses`, `identifiers`, `reserved` |
| what to write instead | `suggestions`, `elsewhere`, `unparsed` |
| types and grouping | `types`, `kinds`, `comparing`, `strictness`, `literals`, `grouping` |
| warnings | `lint`, `lint_joins`, `lint_texts` |
| who may see which rows | `row_security`, `policy_rows`, `masks` |
| what a statement would take, before it runs | `cost`, `plan_gaps`, `size_bound` |
| statements of our own | `profiling`, `values` |
| questions by other parts of a statement | `doubts`, `moving`, `time_columns`, `ordering`, `output_types`, `shares`, `normal` |

What the guard does not cover, and what stands behind it:

- *What views, operators and casts do inside.* A view of the database runs whatever its owner put in it; an operator or a
  function of an allowed name may be redefined for a type of an extension, or put before the engine's own in its search path.
  Behind it: a login that can only read.
- *Functions of people's own that somebody listed* (`allowed_functions`). Nobody looks inside them. Behind it: the same login.
- *How long a statement runs and what it costs.* Joins can multiply, and a recursion can go in circles: along rows, or because it
  counts in one column and looks at another. Behind it: the estimate before a run, the engine's statement timeout or our interrupt,
  the row cap inside the statement.
- *Who may see which rows*, where no policy is given: every table of the catalog may be read then.
- *Faults of the engine itself.* Behind it: no external access, no extensions, read-only sessions, per engine in its adapter.
- *Engines that are not run here.* Six of the ten dialects are judged only (`sql check`). Their rulebooks are written from their
  documentation; no statement of theirs was tried on the engine.
- *Versions.* A function on a list may be missing in an older engine, which then refuses the statement.
- *Whether the answer is right.* Warnings name shapes that are often wrong; they do not prove the rest right.
"""
