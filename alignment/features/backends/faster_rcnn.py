"""RoI features of a pretrained Faster R-CNN, which sees each box within its whole picture."""

from collections.abc import Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np

from alignment.features.backends.backend import Boxes, Picture, Values, numbered
from alignment.features.backends.pretrained import (
    NoBackend,
    Pretrained,
    device_of,
    digest,
    imported,
)

_WIDTH = 1024  # of the box head's second layer
_FILE = "fasterrcnn_resnet50_fpn_coco-258fb6c6.pth"
_FETCH = f"curl --create-dirs -o {{folder}}/{_FILE} https://download.pytorch.org/models/{_FILE}"


class FasterRcnn:
    """The box head's features (Ren et al. 2015, on ResNet-50 with a feature pyramid)."""

    name = "faster_rcnn"
    needs_pixels = True
    parallel = False
    crop_names = image_names = numbered("faster_rcnn.roi", _WIDTH)

    def __init__(self, how: Pretrained) -> None:
        """Load the one .pth of the weights' folder. Raises NoBackend."""
        folder = how.folder(self.name, _FETCH)
        self._torch = imported("torch")
        detection = imported("torchvision.models.detection")
        self._device = device_of(self._torch, how.device)
        state = self._state(folder)
        self._model = detection.fasterrcnn_resnet50_fpn(weights=None, weights_backbone=None)
        try:
            self._model.load_state_dict(state)
        except (RuntimeError, TypeError) as error:
            raise NoBackend(f"{folder}: {str(error).splitlines()[0]}; expected {_FILE}") from None
        self._model.eval().to(self._device)
        self.identity = f"{self.name}-1-{digest(folder)}"

    def crop_features(self, images: Sequence[Picture], boxes: Sequence[Boxes]) -> Values:
        """Return (boxes, 1024)."""
        rows = [self._of_one(i.pixels, own) for i, own in zip(images, boxes, strict=True)]
        return np.vstack([np.empty((0, _WIDTH), np.float32), *rows])

    def image_features(self, images: Sequence[Picture]) -> Values:
        """Return (images, 1024), of a box that is the whole picture."""
        whole = [np.array([[0.0, 0.0, *image.size_px]]) for image in images]
        return self.crop_features(images, whole)

    def _of_one(self, rgb: Any, boxes: Boxes) -> Values:
        torch, model = self._torch, self._model
        image = torch.from_numpy(np.ascontiguousarray(rgb.transpose(2, 0, 1))).float() / 255
        corners = np.hstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]]).astype(np.float32)
        wanted = [{"boxes": torch.from_numpy(corners).to(self._device)}]
        with torch.inference_mode():
            seen, at_size = model.transform([image.to(self._device)], wanted)
            maps = model.backbone(seen.tensors)
            pooled = model.roi_heads.box_roi_pool(maps, [at_size[0]["boxes"]], seen.image_sizes)
            found = model.roi_heads.box_head(pooled)
        return np.asarray(found.cpu().numpy(), dtype=np.float32)

    def _state(self, folder: Path) -> Any:
        files = sorted(folder.glob("*.pth"))
        if len(files) != 1:
            raise NoBackend(f"{folder} holds {len(files)} .pth files; expected {_FILE} alone")
        try:
            return self._torch.load(files[0], map_location="cpu", weights_only=True)
        except (OSError, RuntimeError, ValueError, EOFError, UnpicklingError) as error:
            raise NoBackend(f"{files[0]}: {error}; expected a torch state dict") from None
