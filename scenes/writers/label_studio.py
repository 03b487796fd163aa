"""Label Studio: tasks.json with finished annotations, label_config.xml, images/SPLIT/.

Every object is one polygon, since its COCO export gives rectangles an empty segmentation.
"""

from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from scenes.writers.example import Contents, Example, Thing
from scenes.writers.files import Files, Records
from scenes.writers.outlines import outline

SERVED = "/data/local-files/?d="  # of LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT, the export's parent
DECIMALS = 6  # of a per cent: a thousandth of a pixel in the largest JPEG


class LabelStudioWriter:
    """Points are per cents of the image. Parts are joined as in YOLO's segments."""

    def __init__(self, files: Files, contents: Contents) -> None:
        self._files, self._contents = files, contents
        self._tasks = Records(files, "tasks.json", "[")

    def place(self, example: Example) -> str:
        """Return images/SPLIT/NAME."""
        return f"images/{example.split}/{example.file_name}"

    def add(self, example: Example) -> None:
        """Write the image's task."""
        image = f"{SERVED}{quote(f'{self._contents.name}/{self.place(example)}')}"
        data = {"image": image, "split": example.split, "source": example.source, **example.facts}
        regions = [self._region(example, k, thing) for k, thing in enumerate(example.things, 1)]
        self._tasks.add({"id": example.number, "data": data, "annotations": [{"result": regions}]})

    def end(self) -> None:
        """Close the tasks and write the configuration that a project needs for them."""
        self._tasks.end("\n]\n")
        labels = "".join(f"    <Label value={quoteattr(one.name)}/>\n"
                         for one in self._contents.categories)  # fmt: skip
        config = (
            '<View>\n  <Image name="image" value="$image"/>\n'
            f'  <PolygonLabels name="label" toName="image">\n{labels}  </PolygonLabels>\n</View>\n'
        )
        self._files.put("label_config.xml", config.encode())

    def _region(self, example: Example, number: int, thing: Thing) -> dict[str, Any]:
        ring, size = outline(thing), (example.width_px, example.height_px)
        shares = [round(100 * n / size[i % 2], DECIMALS) for i, n in enumerate(ring)]
        points = list(zip(shares[::2], shares[1::2], strict=True))
        name = self._contents.categories[thing.category].name
        return {
            "id": f"{example.number}-{number}", "type": "polygonlabels", "from_name": "label",
            "to_name": "image", "original_width": example.width_px,
            "original_height": example.height_px, "image_rotation": 0,
            "value": {"points": points, "closed": True, "polygonlabels": [name]},
        }  # fmt: skip
