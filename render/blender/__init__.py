"""One Blender and its primitives: sessions, boxes, nodes, normals, FBX."""
