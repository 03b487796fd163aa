"""Post-effects solved so that pixels are distributed like the photos'."""
