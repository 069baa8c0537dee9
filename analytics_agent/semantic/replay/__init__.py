"""An accepted run for another period: its queries moved, and what is said of them.

`moving` decides how a period moves and is the file to open first; `accepted` and `origin` are the run as it was, `retelling` its words for
another period.
"""
