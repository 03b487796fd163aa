"""What a search costs: previews, the pool, the choice."""
