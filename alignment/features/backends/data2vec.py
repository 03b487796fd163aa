from typing import Any

from alignment.features.backends.pretrained import Encoder, Network


class Data2Vec(Encoder):
    """The mean patch token of data2vec's vision model (Baevski et al. 2022)."""

    network = Network(
        name="data2vec", model="Data2VecVisionModel",
        fetch="hf download facebook/data2vec-vision-base --local-dir {folder}",
        mean_std=((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    )  # fmt: skip

    def _read(self, model: Any, pixels: Any) -> Any:
        return model(pixel_values=pixels).last_hidden_state[:, 1:].mean(dim=1)
