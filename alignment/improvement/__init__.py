"""What `make improve` does: a detector's failures become the next scenes of its training set."""
