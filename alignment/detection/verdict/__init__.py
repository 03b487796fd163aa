"""From what was found on the photos that judge to all that is said of it."""
