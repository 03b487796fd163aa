"""Cut-outs as things that can stand in a scene: flat, with the outline and colours of a photo."""
