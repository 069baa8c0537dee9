"""Frozen records in the order data flows: question, catalog, conversation, evidence, finding, answer, report, run, event.

Plain dataclasses of the standard library: the workflow sandbox and the thin client import them, so nothing heavy may
come in here. JSON in and out is the adapters' business.
"""
