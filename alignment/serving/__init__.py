"""A page of ours, served to this machine's browser alone."""
