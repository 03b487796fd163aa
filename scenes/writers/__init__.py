"""Annotated images in the formats of trainers, one format a file, by name in `registry`."""
