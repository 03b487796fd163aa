"""Weights over scenes whose shares match the population, and scenes chosen by them."""
