"""Processes that Blender lives in: started, fed, watched, replaced."""
