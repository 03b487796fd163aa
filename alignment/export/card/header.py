"""README.md of a Hugging Face image folder: the card under the header that the hub reads."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from alignment.export.card.tally import Tally
from scenes.files.atomic import write_bytes
from scenes.writers.example import Contents
from scenes.writers.hugging_face import split_folder

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_KNOWN = {"CC0-1.0": "cc0-1.0", "CC-BY-4.0": "cc-by-4.0", "GPL-3.0-or-later": "gpl-3.0"}


def without_boxes(contents: Contents, tally: Tally) -> tuple[str, ...]:
    """Return the splits without a single box, where another has some.

    `datasets` takes the types of its columns from each split's own lines and wants the same in all;
    empty lists have none, whatever a header declares.
    """
    boxed = {split for (split, _), count in tally.boxes.items() if count}
    return tuple(split for split in contents.splits if boxed and split not in boxed)


def write_readme(out: Path, contents: Contents, card: str, tally: Tally) -> None:
    """Write the card with its header, which names the splits that load. Raises Unwritable."""
    left = without_boxes(contents, tally)
    told = replace(contents, splits=tuple(s for s in contents.splits if s not in left))
    header = _header(told, sum(tally.images.values()))
    head = yaml.safe_dump(header, sort_keys=False, allow_unicode=True)
    write_bytes(out / "README.md", f"---\n{head}---\n\n{card}".encode())


def _header(contents: Contents, images: int) -> dict[str, Any]:
    known = _KNOWN.get(contents.licence)
    licence = {"license": known} if known else {
        "license": "other", "license_name": "see-the-card", "license_link": "dataset_card.md",
    }  # fmt: skip
    files = [{"split": split_folder(split), "path": f"{split_folder(split)}/**"}
             for split in contents.splits]  # fmt: skip
    return {
        "pretty_name": contents.name, **licence, "task_categories": ["object-detection"],
        "tags": ["synthetic", "twinset"],
        "size_categories": [next((w for most, w in _SIZES if images < most), "n>1M")],
        "configs": [{"config_name": "default", "data_files": files}],
    }  # fmt: skip
