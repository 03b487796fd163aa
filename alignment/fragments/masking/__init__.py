"""Which pixels of a box are the thing: one file a method, and the score that chooses."""
