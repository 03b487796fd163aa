"""A scene in: objects, materials, rooms, backgrounds, physics."""
