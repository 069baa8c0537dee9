"""Findings → answer: the model writes prose whose figures are references; code evaluates, formats and checks every one."""
