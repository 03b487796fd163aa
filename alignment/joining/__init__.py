"""`make join`: several sets as one, such as renders and pasted cut-outs of the same photos."""
