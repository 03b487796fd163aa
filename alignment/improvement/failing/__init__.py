"""What fails, on what that depends, and how far the next target leans towards it."""
