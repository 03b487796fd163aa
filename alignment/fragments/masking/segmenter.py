"""A network that takes a box and gives a mask, from weights on this disk."""

import hashlib
import importlib
from pathlib import Path
from typing import Any

import numpy as np

from alignment.fragments.masking.view import Mask, View
from assets.errors import UserError

FETCH = "hf download facebook/sam-vit-base --local-dir {folder}"
_READ = (".safetensors", ".bin", ".json")


class NoSegmenter(UserError):
    """A segmenter without its library or without weights."""


class Segmenter:
    """Segment Anything, asked by the box (Kirillov et al. 2023), as transformers has it.

    folder: what save_pretrained wrote, or a download of it.
    """

    name = "segmenter"

    def __init__(self, folder: Path | None) -> None:
        """Load the weights. Raises NoSegmenter."""
        if folder is None or not folder.is_dir():
            where = folder or Path("weights/sam")
            raise NoSegmenter(
                f"masking.methods has segmenter, but masking.segmenter={folder} is no folder with "
                f"weights; fetch them, e.g. `{FETCH.format(folder=where)}`, and give "
                f"masking.segmenter={where}, or leave segmenter out of masking.methods"
            )
        self._torch, library = _imported("torch"), _imported("transformers")
        try:
            self._model = library.SamModel.from_pretrained(folder, local_files_only=True).eval()
            self._ready = library.SamImageProcessor.from_pretrained(folder, local_files_only=True)
        except (OSError, ValueError, RuntimeError, KeyError, AttributeError) as error:
            raise NoSegmenter(
                f"{folder}: {str(error).splitlines()[0]}; expected the weights of SamModel and "
                f"their preprocessor_config.json; fetch them, e.g. "
                f"`{FETCH.format(folder=folder)}`"
            ) from None
        self.identity = f"segmenter-1-{_digest(folder)}"

    def mask(self, view: View) -> Mask | None:
        """Return the mask that the network itself rates best of those for the box."""
        given = self._ready(images=view.rgb, return_tensors="pt")
        scale = float(given["reshaped_input_sizes"][0][0]) / view.rgb.shape[0]
        box = self._torch.tensor([[[side * scale for side in view.box]]])
        with self._torch.inference_mode():
            told = self._model(pixel_values=given["pixel_values"], input_boxes=box)
        masks = self._ready.post_process_masks(
            told.pred_masks, given["original_sizes"], given["reshaped_input_sizes"]
        )[0][0]
        found = np.asarray(masks[int(told.iou_scores[0, 0].argmax())], dtype=np.bool_)
        found &= view.inside
        return found if found.any() else None


def _imported(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise NoSegmenter(
            f"masking.methods has segmenter, which needs {module} ({error}); run "
            "`make setup-features`, or leave segmenter out"
        ) from None


def _digest(folder: Path) -> str:
    told = hashlib.sha256()
    for path in sorted(p for p in folder.iterdir() if p.suffix in _READ):
        told.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return told.hexdigest()[:12]
