"""The walk from a real set to a rendered one, step by step."""
