"""Sizes of images with the proportions of photos."""

MIN_SIDE_PX = 16  # below, Blender renders another size than asked


def scaled(aspect: float, long_side_px: int) -> tuple[int, int]:
    """Return (W, H) of a longer side. aspect: width / height."""
    if aspect >= 1:
        return long_side_px, max(MIN_SIDE_PX, round(long_side_px / aspect))
    return max(MIN_SIDE_PX, round(long_side_px * aspect)), long_side_px
