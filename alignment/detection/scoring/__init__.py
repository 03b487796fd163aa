"""Scores of runs, their intervals, and what follows from them."""
