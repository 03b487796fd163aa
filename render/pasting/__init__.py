"""Scene in, picture out, without Blender: cut-outs laid over a photo from far to near."""
