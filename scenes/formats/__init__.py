"""Annotated sets in COCO, Pascal VOC and YOLO: found, read, and splits joined."""
