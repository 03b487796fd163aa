"""Scene in, picture out, without Blender: cut-outs laid over a photo in the order of their depth."""
