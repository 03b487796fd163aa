"""Cut-outs of things in photos, and photos without them: a folder that `make fragments` wrote."""
