"""Time and memory of what is ours, beside named references."""
