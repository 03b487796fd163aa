"""Folders of cut-outs drawn by hand: exact masks, tiny, no photo of anybody's."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from assets.cards.folder import CutOuts
from assets.fragments.background import Ground, PaintedBackground
from assets.fragments.fragment import Fragment
from assets.fragments.set_ground import SetGround

SHA = "0" * 64
Rgba = npt.NDArray[np.uint8]


def disc(size_px: tuple[int, int] = (40, 60), hole: bool = False) -> Rgba:
    """An ellipse that fills a picture but for 4 pixels round it, red above and blue below."""
    width, height = size_px
    rgba = np.zeros((height, width, 4), np.uint8)
    rgba[: height // 2, :, 0], rgba[height // 2 :, :, 2] = 220, 220
    alpha = np.zeros((height, width), np.uint8)
    axes = width // 2 - 4, height // 2 - 4
    cv2.ellipse(alpha, (width // 2, height // 2), axes, 0, 0, 360, 255, -1)
    if hole:
        cv2.circle(alpha, (width // 2, height // 2), axes[0] // 2, 0, -1)
    rgba[..., 3] = alpha
    return rgba


def folder(
    root: Path, pictures: Mapping[str, Rgba], photos: Mapping[str, tuple[int, int]] | None = None,
    ground: SetGround | None = None, **told: Any,
) -> Path:  # fmt: skip
    """What `make fragments` would write: a cut-out a name, and grey photos of some sizes.

    told: by name of a cut-out, or of all, what its meta.json says otherwise. ground: of the set,
    and of each photo where size follows the row on it.
    """
    for name, rgba in pictures.items():
        _write(_fragment(root / name, rgba, told | told.get(name, {})), rgba)
    (root / "fragments.json").write_text(json.dumps({
        "version": 1, "real": "set", "categories": ["gadget"], "counts": {},
        "fragments": list(pictures),
        "ground": None if ground is None else ground.told,
    }))  # fmt: skip
    (root / "backgrounds").mkdir(exist_ok=True)
    backgrounds = [_background(root, name, size, ground) for name, size in (photos or {}).items()]
    text = json.dumps({"backgrounds": [one.told for one in backgrounds]})
    (root / "backgrounds.json").write_text(text)
    return root


def wanted(root: Path | None, **changed: Any) -> CutOuts:
    """Cut-outs of a folder, alone."""
    told: dict[str, Any] = {
        "folder": root, "height_m": {}, "unknown_m": 0.2, "camera_m": 1.5, "share": 0.5,
        "alone": True, "lying": 0.0, "without": (),
    }  # fmt: skip
    return CutOuts(**(told | changed))


def _fragment(place: Path, rgba: Rgba, told: Mapping[str, Any]) -> Fragment:
    height, width = rgba.shape[:2]
    base: dict[str, Any] = {
        "crop_start_px": (10, 10), "crop_size_px": (width, height), "photo_size_px": (400, 400),
        "photo": f"{place.name}.jpg", "photo_sha256": SHA, "category": "gadget",
        "box_px": (14.0, 14.0, width - 8.0, height - 8.0), "mask_source": "grabcut",
        "mask_score": 0.9, "marks": (), "used": True, "kept": None, "setting": None,
        "stands_on": None, "height_px_per_row": None, "blur": 0.2, "brightness": 0.5,
        "truncated": False, "occluded_by": (), "proc_sha256": SHA,
    }  # fmt: skip
    return Fragment(folder=place, **{key: told.get(key, value) for key, value in base.items()})


def _write(one: Fragment, rgba: Rgba) -> None:
    one.folder.mkdir(parents=True)
    (one.folder / "meta.json").write_text(json.dumps(one.told))
    bgra = np.ascontiguousarray(rgba[..., [2, 1, 0, 3]])
    cv2.imwrite(str(one.folder / "proc.png"), bgra)
    cv2.imwrite(str(one.folder / "raw.png"), bgra[..., :3])


def _background(
    root: Path, name: str, size_px: tuple[int, int], of_set: SetGround | None
) -> PaintedBackground:
    width, height = size_px
    seed = sum(map(ord, name))
    noise = np.random.default_rng(seed).integers(60, 200, (height, width, 3), np.uint8)
    cv2.imwrite(str(root / "backgrounds" / f"{name}.png"), cv2.GaussianBlur(noise, (0, 0), 4))
    return PaintedBackground(
        path=root / "backgrounds" / f"{name}.png", photo=f"{name}.jpg", photo_sha256=SHA,
        size_px=size_px, painted_share=0.0, painted_boxes_px=(), used=True, why=None,
        **_on_photo(of_set, height),
    )  # fmt: skip


def _on_photo(of_set: SetGround | None, height_px: int) -> dict[str, Any]:
    if of_set is None:
        return {"horizon_row_px": None, "ground": None, "setting": None}
    away = of_set.horizon is not None
    ground = Ground(
        height_px_per_row=of_set.height if away else {}, spread={}, boxes=of_set.boxes,
        height_px={} if away else {c: h * height_px for c, h in of_set.height.items()},
        source="set",
    )  # fmt: skip
    return {
        "horizon_row_px": of_set.horizon * height_px if of_set.horizon is not None else None,
        "ground": ground, "setting": "away" if away else "before_feet",
    }  # fmt: skip
