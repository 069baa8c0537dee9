"""Question and catalog → evidence: the model looks things up and has checked queries run, until it can answer, must ask, or refuses."""
