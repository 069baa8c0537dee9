"""Report → receipt: what a run becomes in Superset, as a plan. The adapter carries it out."""
