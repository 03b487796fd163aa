"""An annotated set, real or rendered: images, boxes, photos, masks, depth, and every repair."""
