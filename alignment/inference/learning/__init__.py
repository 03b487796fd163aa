"""Heads on features, chosen and judged by nested cross-validation."""
