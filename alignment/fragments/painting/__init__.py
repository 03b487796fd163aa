"""What a photo would be without some of its pixels: one file a painter."""
