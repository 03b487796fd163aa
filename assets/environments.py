"""The environments that come with Blender, and on what terms."""

from collections.abc import Mapping

LICENCE = "CC0-1.0"
_POLY_HAVEN = {
    "city.exr": "portland_landing_pad", "courtyard.exr": "courtyard",
    "forest.exr": "ninomaru_teien", "interior.exr": "hotel_room", "night.exr": "moonless_golf",
    "studio.exr": "studio_small_01", "sunrise.exr": "spruit_sunrise",
    "sunset.exr": "venice_sunset",
}  # fmt: skip
SHIPPED: Mapping[str, str] = {
    name: f"Greg Zaal, https://polyhaven.com/a/{page}; shipped with Blender"
    for name, page in _POLY_HAVEN.items()
}
"""File name to source. Source: license.txt in Blender's datafiles/studiolights/world."""
