"""Flat places that a photo's depth map shows, and rectangles on them that could be written on."""
