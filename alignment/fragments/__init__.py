"""`make fragments`: things cut out of exposed photos, and these photos without them."""
