"""Processes of this machine that share a run's work."""
