"""Semantic models of other tools, brought here and taken there: pure, from text and records to text and records.

What cannot be carried is named, sentence by sentence; nothing is dropped in silence. What comes in, nobody here has reviewed.
"""
