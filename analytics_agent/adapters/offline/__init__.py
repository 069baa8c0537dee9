"""The offline model: ports.Model by rule, without a key, a network or a cost. `model` is the entry."""
