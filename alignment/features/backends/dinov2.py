from typing import Any

from alignment.features.backends.pretrained import IMAGENET, Encoder, Network


class Dinov2(Encoder):
    """The class token of DINOv2 (Oquab et al. 2023)."""

    network = Network(
        name="dinov2", model="Dinov2Model",
        fetch="hf download facebook/dinov2-small --local-dir {folder}", mean_std=IMAGENET,
    )  # fmt: skip

    def _side(self) -> int:
        patch_px = int(self._model.config.patch_size)
        return 16 * patch_px  # 224 at 14 px, as published; it is trained at more

    def _read(self, model: Any, pixels: Any) -> Any:
        return model(pixel_values=pixels).pooler_output
