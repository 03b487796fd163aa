"""What labelling tools export in formats of their own, one tool a file."""
