"""Evidence → findings: named statistical operations over stored results. The model chooses them, code computes."""
