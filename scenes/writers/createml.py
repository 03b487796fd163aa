"""CreateML: a folder a split, with its images and one JSON; boxes by their centre, in pixels."""

from scenes.writers.example import Contents, Example
from scenes.writers.files import Files, Records, tidy

NAME = "_annotations.createml.json"


class CreatemlWriter:
    """What Apple's Create ML takes for object detection: it knows neither masks nor keypoints."""

    def __init__(self, files: Files, contents: Contents) -> None:
        self._names = [one.name for one in contents.categories]
        self._lists = {split: Records(files, f"{split}/{NAME}", "[") for split in contents.splits}

    def place(self, example: Example) -> str:
        """Return SPLIT/NAME."""
        return f"{example.split}/{example.file_name}"

    def add(self, example: Example) -> None:
        """Write the image's record; one without objects has an empty list."""
        told = []
        for thing in example.things:
            x, y, w, h = thing.bbox
            at = {"x": x + w / 2, "y": y + h / 2, "width": w, "height": h}
            told.append({"label": self._names[thing.category],
                         "coordinates": {key: tidy(n) for key, n in at.items()}})  # fmt: skip
        self._lists[example.split].add({"image": example.file_name, "annotations": told})

    def end(self) -> None:
        """Close the lists."""
        for records in self._lists.values():
            records.end("\n]\n")
