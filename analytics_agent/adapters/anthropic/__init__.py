"""Claude through Anthropic's SDK. `model` is the entry."""
