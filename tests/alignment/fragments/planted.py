"""Photos of ellipses on a rough ground, with their boxes, and with masks where asked."""

import json

import cv2
import numpy as np

from scenes.files.rle import rle, tight_box

SIZE = (160, 120)
RED, GREEN = (200, 40, 40), (40, 160, 60)


def ellipse(centre, half, size=SIZE):
    """Return an (h, w) mask."""
    mask = np.zeros(size[::-1], np.uint8)
    cv2.ellipse(mask, centre, half, 0, 0, 360, 1, -1)
    return mask.astype(bool)


def photo(rng, masks, colours, size=SIZE):
    """Return a photo of these things, the later before the earlier."""
    rough = rng.normal(120, 12, (*size[::-1], 1)) + np.array([30, 10, -20])
    for mask, colour in zip(masks, colours, strict=True):
        rough[mask] = np.array(colour) + rng.normal(0, 8, (int(mask.sum()), 3))
    return rough.clip(0, 255).astype(np.uint8)


def planted_set(root, things, masks=False, names=("cup", "table")):
    """Write a COCO set. things: per photo, (centre, half, colour, category) of each."""
    (root / "images").mkdir(parents=True)
    rng = np.random.default_rng(0)
    categories = [{"id": key, "name": name} for key, name in enumerate(names, 1)]
    told = {"images": [], "annotations": [], "categories": categories}
    for n, own in enumerate(things, 1):
        shapes = [ellipse(centre, half) for centre, half, *_ in own]
        pixels = photo(rng, shapes, [colour for _, _, colour, _ in own])
        cv2.imwrite(str(root / "images" / f"p{n}.png"), pixels[..., ::-1])
        told["images"].append(
            {"id": n, "file_name": f"p{n}.png", "width": SIZE[0], "height": SIZE[1]}
        )
        for shape, (*_, category) in zip(shapes, own, strict=True):
            told["annotations"].append({
                "id": len(told["annotations"]) + 1, "image_id": n, "category_id": category,
                "bbox": list(tight_box(shape)), "iscrowd": 0, "area": int(shape.sum()),
                **({"segmentation": rle(shape)} if masks else {}),
            })  # fmt: skip
    (root / "annotations.json").write_text(json.dumps(told))
    return root
