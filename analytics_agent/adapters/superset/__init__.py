"""Apache Superset through its REST API. `rest` publishes dashboards, `rights` tells what people may read, `datasets` is for models that are
brought from there and taken there; each goes through `session`.
"""
