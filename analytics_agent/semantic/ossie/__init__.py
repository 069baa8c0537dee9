"""Semantic models as Apache Ossie YAML: read, checked, compared and written.

`load.load` reads and `writer.written` writes. `structure` and `part_rules` say what must hold inside a model, `validation` and `typed` what
must hold beside a database, `remarks` what is doubtful, `changes` what differs between two.
"""
