"""Which box a record claims: the order of its numbers, its turn, what else it says of it."""
