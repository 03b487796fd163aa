"""Arrays out: colour, ids, depth, further passes, one image."""
