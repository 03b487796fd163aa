"""The previewed scenes that a plan is chosen from: a grid, or a pool that grows."""
