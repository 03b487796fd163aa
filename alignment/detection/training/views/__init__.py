"""Views of examples drawn anew each time, with boxes that stay right; no torch."""
