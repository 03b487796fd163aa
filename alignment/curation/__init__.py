"""`make filter`, `filter-boxes`, `blackbox`, `shapes`, `augment`: a set held against a real one."""
