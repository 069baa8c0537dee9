"""What a first semantic model is drafted from: names taken apart, what descriptions say, keys that were found, metrics of a column.

`draft` puts them together as a document: open it first. Nothing here reads a database.
"""
