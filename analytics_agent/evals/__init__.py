"""How good are the answers? Suites of questions with check queries, asked through the HTTP API, scored and compared. Code only.

suite (questions) → evaluate (asks) → gold (check queries), compare (is it the same result?) → score (what it means) → results
(lines on disk) → summary, difference (two evaluations), scorecard.
"""
