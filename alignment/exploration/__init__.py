"""`make explore`: sets looked at beside each other in a browser."""
