"""The ways to lay a scene out, one a file, by name in `registry`."""
