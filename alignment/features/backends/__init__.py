"""What tells features, one backend a file; the pretrained ones load torch when made."""
