"""Likelihood and distance in the space of the exposed real boxes' features."""
