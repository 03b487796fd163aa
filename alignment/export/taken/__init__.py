"""What is exported: images of both kinds, their records, classes, names and parts."""
