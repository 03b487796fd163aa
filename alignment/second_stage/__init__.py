"""Pixel attributes, aligned by post-effects that are solved on a cheap render of the plan."""
