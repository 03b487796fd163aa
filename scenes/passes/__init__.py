"""What a frame can carry beside picture, ids and depth: a second view, correspondences."""
