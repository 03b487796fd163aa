"""A z-buffer that shows ids, depth and amodal counts of a scene in about a millisecond."""
