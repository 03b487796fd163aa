from typing import Any

from alignment.features.backends.pretrained import Encoder, Network


class Clip(Encoder):
    """The projected image embedding of CLIP (Radford et al. 2021)."""

    network = Network(
        name="clip", model="CLIPModel",
        fetch="hf download openai/clip-vit-base-patch32 --local-dir {folder}",
        mean_std=((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)),
    )  # fmt: skip

    def _side(self) -> int:
        return int(self._model.config.vision_config.image_size)

    def _width(self) -> int:
        return int(self._model.config.projection_dim)

    def _read(self, model: Any, pixels: Any) -> Any:
        return model.visual_projection(model.vision_model(pixel_values=pixels).pooler_output)
