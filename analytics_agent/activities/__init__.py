"""Every side effect of the workflow, one file per step and `model.py` for a model turn. Thin: the steps do the work."""
