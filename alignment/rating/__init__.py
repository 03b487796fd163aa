"""`make rate`: predicted values rated by a person in a browser."""
