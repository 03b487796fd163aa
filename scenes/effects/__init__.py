"""Post-effects at work: linear light in, developed pictures out."""
