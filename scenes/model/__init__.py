"""What a scene is: data alone, which nothing of drawing or rendering is needed to read."""
