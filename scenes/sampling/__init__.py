"""A configuration and a seed in, a scene out: every random draw is made here."""
