"""`make export`: a rendered set, a real one or both, as a trainer reads them."""
