"""Semantic models as Apache Ossie YAML: read, checked, compared and written. `load.load` and `writer.written` are the ways in and out."""
