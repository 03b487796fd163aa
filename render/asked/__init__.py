"""What is asked of the renderer: settings, limits, the commission; no Blender."""
