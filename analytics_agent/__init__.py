"""A question in plain language becomes an answer with evidence, a Superset dashboard and a report.

    question → explore → analyze → synthesize → report → deliver

`workflows/answer_question.py` is the page to read first: it carries a question through the steps as a durable
Temporal workflow. `explore` asks a model what to look at and runs its checked queries; `analyze` computes
statistics over stored results; `synthesize` has the model write prose whose figures are references into those
results; `report` renders HTML and PDF; `deliver` publishes to Superset. Everything from outside stands behind a
Protocol in `ports.py`, and `bootstrap.py` chooses the real adapters.
"""
