"""What is drawn over one image: boxes, outlines of masks, keypoints; and why it was planned."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np

from alignment.exploration.members import Member, reason_of
from scenes.sets.annotated_set import AnnotatedImage, Annotation
from scenes.sets.masks import decoded

_COARSE_PX = 0.7  # that an outline may be off its mask


class Overlays:
    """What is told of each image, by its place; made when it is asked for."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._of: list[tuple[Member, AnnotatedImage]] = [
            (member, image) for member in members for image in member.annotated.images
        ]
        self._boxes: dict[tuple[int, int], list[tuple[int, Annotation]]] = defaultdict(list)
        self._file(members)

    def __len__(self) -> int:
        return len(self._of)

    def of(self, place: int) -> dict[str, Any]:
        """Return plain data of one image. boxes: with their rows in the columns."""
        member, image = self._of[place]
        return {
            "why": reason_of(member.beside, image.file_name),
            "depth": image.depth_path is not None,
            "boxes": [
                self._box(member, image, row, one)
                for row, one in self._boxes[id(member), image.id]
            ],
        }  # fmt: skip

    def _file(self, members: Sequence[Member]) -> None:
        row = 0
        for member in members:
            by_id = {one.id: one for one in member.annotated.annotations}
            for key in member.table.table["annotation_id"].to_pylist():
                self._boxes[id(member), by_id[key].image_id].append((row, by_id[key]))
                row += 1

    def _box(
        self, member: Member, image: AnnotatedImage, row: int, one: Annotation
    ) -> Mapping[str, Any]:
        name = member.annotated.categories[one.category_id]
        told = {} if one.told_id is None else member.beside.keypoints
        points = told.get(one.told_id or 0, ())
        return {
            "row": row, "mask": outline(one, image), "points": list(points),
            "bones": list(member.beside.bones.get(name, ())) if points else [],
        } | ({"score": one.extra["score"]} if "score" in one.extra else {})  # fmt: skip


def outline(one: Annotation, image: AnnotatedImage) -> list[list[float]]:
    """Return the rims of a mask as polygons x, y, x, y, ... in pixels, holes among them."""
    if isinstance(one.segmentation, list):
        return [list(map(float, points)) for points in one.segmentation]
    mask = decoded(one, image)
    if mask is None:
        return []
    rims, _ = cv2.findContours(
        np.asarray(mask, dtype=np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE
    )
    smooth = [cv2.approxPolyDP(rim, _COARSE_PX, closed=True) for rim in rims]
    # pixel centres are at +0.5
    return [(np.asarray(rim, dtype=np.float64).ravel() + 0.5).tolist() for rim in smooth]
