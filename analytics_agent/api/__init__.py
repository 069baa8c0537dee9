"""The HTTP edge, under FastAPI. Everybody comes through here: it decides who may do what, and it alone starts runs.

`app.py` puts it together from `services.py`; one file for each group of routes; errors become problem+json in `problems.py`.
"""
