"""Attributes of boxes and images: their definitions, and a table of them."""
