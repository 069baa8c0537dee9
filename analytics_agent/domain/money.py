"""An amount of US dollars as people read it, wherever we say what something costs."""


def dollars(amount: float, *, fine: bool = False) -> str:
    """$1,234.50; below a cent $0.0012. `fine`: below ten cents too, where amounts are told apart by less than a cent."""
    is_small = 0 < amount < (0.1 if fine else 0.01)
    return f"${amount:.4f}" if is_small else f"${amount:,.2f}"
