"""A whole plan in one Blender, for `blenderproc run`."""
