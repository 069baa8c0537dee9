"""Apache Superset through its REST API: rights, datasets, charts and dashboards."""
