"""`make infer`: what real boxes do not tell, learned from renders."""
