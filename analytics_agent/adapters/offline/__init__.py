"""The offline model: ports.Model by rule, without a key, a network or a cost. `model` is the entry.

It hands a turn to the file of the step that it is asked in. `explore` reads the question with `semantic/reader` and looks at what came back
(`doubts`, `vouched`), `analyze` chooses operations, `synthesize` writes the answer: its sentences are in a file for each shape of a result
(`lists`, `parts`, `series`, `changes`, …). `talk` and `evidence` are what all of them read.
"""
