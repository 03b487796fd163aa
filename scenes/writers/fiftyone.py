"""FiftyOne's own dataset folder (FiftyOneDataset): data/, metadata.json, samples.json.

Splits are tags. Masks are exact: pixels inside the box, not polygons.
"""

import base64
import hashlib
import io
import zlib
from typing import Any

import numpy as np

from scenes.files.rle import Mask
from scenes.writers.example import Category, Contents, Example, Thing
from scenes.writers.files import Files, Records, text
from scenes.writers.outlines import inside_box

VERSION = "1.0.0"  # of FiftyOne whose schema this is; later ones migrate it as they read it
NAN = {"$numberDouble": "NaN"}  # a point that is not told


class FiftyoneWriter:
    """`ground_truth` holds detections with masks, `keypoints` points where the set has them.

    Ids follow from the export's name and the image's number, as nothing here draws at random.
    """

    def __init__(self, files: Files, contents: Contents) -> None:
        self._contents = contents
        self._posed = [one for one in contents.categories if one.keypoints]
        files.put("metadata.json", f"{text(_metadata(contents, self._posed))}\n".encode())
        self._samples = Records(files, "samples.json", '{"samples":[')

    def place(self, example: Example) -> str:
        """Return data/NAME."""
        return f"data/{example.file_name}"

    def add(self, example: Example) -> None:
        """Write the image's sample."""
        told: dict[str, Any] = {
            "filepath": self.place(example), "tags": [example.split], "_media_type": "image",
            "_rand": int(self._id(example, "order")[:8], 16) / 2**32, "source": example.source,
            "ground_truth": {"_cls": "Detections", "detections": [
                self._detection(example, k, thing) for k, thing in enumerate(example.things)]},
        }  # fmt: skip
        if self._posed:
            told["keypoints"] = {"_cls": "Keypoints", "keypoints": [
                self._points(example, k, thing) for k, thing in enumerate(example.things)
                if thing.keypoints]}  # fmt: skip
        self._samples.add(told)

    def end(self) -> None:
        """Close the samples."""
        self._samples.end("\n]}\n")

    def _detection(self, example: Example, number: int, thing: Thing) -> dict[str, Any]:
        x, y, w, h = thing.bbox
        mask, size = inside_box(thing, example), (example.width_px, example.height_px)
        shares = [n / size[i % 2] for i, n in enumerate((x, y, w, h))]
        facts = {key: value for key, value in thing.facts.items()
                 if isinstance(value, str | int | float)}  # fmt: skip
        return {
            **facts, "_id": {"$oid": self._id(example, f"box {number}")}, "_cls": "Detection",
            "attributes": {}, "tags": [], "bounding_box": shares,
            "label": self._contents.categories[thing.category].name,
            **({} if mask is None else {"mask": _binary(mask)}),
        }  # fmt: skip

    def _points(self, example: Example, number: int, thing: Thing) -> dict[str, Any]:
        x, y, v = (thing.keypoints[i::3] for i in range(3))
        size = example.width_px, example.height_px
        points = [[a / size[0], b / size[1]] if seen else [NAN, NAN]
                  for a, b, seen in zip(x, y, v, strict=True)]  # fmt: skip
        return {
            "_id": {"$oid": self._id(example, f"points {number}")}, "_cls": "Keypoint",
            "attributes": {}, "tags": [], "points": points, "visibility": [int(n) for n in v],
            "label": self._contents.categories[thing.category].name,
        }  # fmt: skip

    def _id(self, example: Example, what: str) -> str:
        told = f"{self._contents.name}\n{example.number}\n{what}"
        return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


def _binary(mask: Mask) -> dict[str, Any]:
    """Return an array as FiftyOne stores it: NPY, deflated, in MongoDB's extended JSON."""
    held = io.BytesIO()
    np.save(held, mask, allow_pickle=False)
    told = base64.b64encode(zlib.compress(held.getvalue())).decode("ascii")
    return {"$binary": {"base64": told, "subType": "00"}}


def _metadata(contents: Contents, posed: list[Category]) -> dict[str, Any]:
    skeletons = {}
    if len(posed) == 1:
        edges = [[a - 1, b - 1] for a, b in posed[0].skeleton]
        skeletons = {"default_skeleton": {"labels": posed[0].keypoints, "edges": edges}}
    return {
        "name": contents.name, "version": VERSION, "media_type": "image", "tags": [],
        "info": {"licence": contents.licence}, "classes": {}, "mask_targets": {},
        "default_classes": [one.name for one in contents.categories], "default_mask_targets": {},
        "skeletons": {}, **skeletons, "sample_fields": _schema(bool(posed)), "frame_fields": [],
        "saved_views": [], "workspaces": [], "annotation_runs": {}, "brain_methods": {},
        "evaluations": {}, "runs": {},
    }  # fmt: skip


def _schema(posed: bool) -> list[dict[str, Any]]:
    plain = {
        "id": "ObjectIdField", "filepath": "StringField", "_media_type": "StringField",
        "_rand": "FloatField", "_dataset_id": "ObjectIdField", "created_at": "DateTimeField",
        "last_modified_at": "DateTimeField", "source": "StringField",
    }  # fmt: skip
    return [
        _field("tags", "ListField", inner="StringField"),
        _field("metadata", document="metadata.ImageMetadata"),
        *(_field(name, kind) for name, kind in plain.items()),
        _field("ground_truth", document="labels.Detections"),
        *([_field("keypoints", document="labels.Keypoints")] if posed else ()),
    ]


def _field(
    name: str, kind: str = "EmbeddedDocumentField", *, inner: str = "", document: str = ""
) -> dict[str, Any]:
    return {
        "name": name, "db_field": "_id" if name == "id" else name,
        "ftype": f"fiftyone.core.fields.{kind}",
        "subfield": f"fiftyone.core.fields.{inner}" if inner else None,
        "embedded_doc_type": f"fiftyone.core.{document}" if document else None, "fields": [],
        "description": None, "info": None, "read_only": False,
    }  # fmt: skip
