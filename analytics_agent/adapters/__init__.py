"""Implementations of ports.py, one technology each. Only bootstrap imports them."""
