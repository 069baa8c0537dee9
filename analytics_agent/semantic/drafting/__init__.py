"""What a first semantic model is drafted from: names taken apart, what descriptions say, keys that were found, metrics of a column.

`semantic/drafting/draft.py` puts them together as a document. Nothing here reads a database.
"""
