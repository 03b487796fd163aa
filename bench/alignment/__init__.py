"""Alignment judged on photos that it never saw."""
