"""Pictures in, columns out: one row a box or an image, kept by content."""
