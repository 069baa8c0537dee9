"""An accepted run for another period: its queries moved, and what is said of them."""
