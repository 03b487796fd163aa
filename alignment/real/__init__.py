"""The real set: what a fit may see and what only judges, its category, depth, label limits."""
