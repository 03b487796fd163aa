"""`make augment-images`: a finished set with copies of its images, changed with their labels."""
