"""MariaDB or MySQL as a warehouse. `warehouse` is the entry."""
