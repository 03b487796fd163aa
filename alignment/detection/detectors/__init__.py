"""The ways to fit, one detector a file, by name in `registry`; each loads torch itself."""
