"""`make evaluate`: sets ranked without training."""
