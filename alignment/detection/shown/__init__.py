"""What may be learned from and what judges, kept apart by type and by the bytes of photos."""
