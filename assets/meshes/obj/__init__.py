"""Wavefront OBJ and its MTL: what a file says is shown, named or refused."""
