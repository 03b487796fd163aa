"""Bytes on disk: files that are whole or absent, locks, EXR, pictures, RLE, polygons."""
