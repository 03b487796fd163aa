"""Values by image: what of a table is looked at, in bins, resampled, halved."""
