"""How near a run came, as a page and as JSON."""
