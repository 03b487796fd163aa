"""The ways from exposed photos and a pool to a plan, by name in `registry`."""
