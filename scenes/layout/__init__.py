"""Where things and the camera stand, and what of that may not touch or hide what."""
