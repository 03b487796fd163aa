"""The mathematics of camera, lamps and colour."""
