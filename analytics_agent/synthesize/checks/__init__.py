"""One module for each kind of thing that words claim: what a stored result disproves is refused, what it cannot prove is named."""
