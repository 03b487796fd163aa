"""What of a scene is labelled, from a preview or from a rendered frame."""
