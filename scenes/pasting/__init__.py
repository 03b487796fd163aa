"""Cut-outs laid over pictures, each with an edge, a light and a shadow of its own."""
