"""Neural style transfer as an extra: torch and weights are the user's, and imported only here."""

import hashlib
import importlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import cv2
import numpy as np

from assets.errors import UserError
from scenes.optics.colour import Rgb, codes

# conv 1x1, (p)ad + (c)onv 3x3, (r)elu, (m)ax pool, (u)psample: one letter a layer, as numbered in
# the weights that Huang and Belongie published and others converted.
ENCODER = "c" + "pcr" + "pcrm" + "pcr" + "pcrm" + "pcr" * 4 + "m" + "pcr"
DECODER = "pcru" + "pcr" * 4 + "u" + "pcr" + "pcru" + "pcr" + "pc"
SHRINKS = 8  # the encoder pools three times
STYLE_SIDE_PX = 512  # the longer side of a photo as the encoder sees it, as published
_INSTALL = ".venv/bin/python -m pip install -r requirements/style.in"
_EPSILON = 1e-5
_LAYER = re.compile(r"\d+\.(weight|bias)")
FILES = ("encoder.pth", "decoder.pth")


class NoStyle(UserError):
    """Style transfer without torch, without weights, or with weights of another network."""


def stylized(content: Rgb, style: Rgb, strength: float, weights: Path | None) -> Rgb:
    """Return the content image in the style of the other, both (H, W, 3) uint8 sRGB.

    weights: a folder with encoder.pth and decoder.pth, plain torch state dicts. Adaptive instance
    normalisation: Huang and Belongie 2017, eq. 8 and 14. Raises NoStyle.
    """
    torch = _torch()
    encoder, decoder = _networks(_given(weights))
    with torch.inference_mode():
        ours, theirs = encoder(_batch(torch, content)), encoder(_batch(torch, _shrunk(style)))
        wanted = _renormalised(ours, theirs)
        shown = decoder(ours + strength * (wanted - ours))[0].permute(1, 2, 0).numpy()
    height, width = content.shape[:2]
    return codes(shown[:height, :width])


def check_style(weights: Path | None) -> None:
    """Raise NoStyle unless torch and the weights are there."""
    _torch()
    _given(weights)


def weights_digest(weights: Path) -> str:
    """Return 12 hex digits that differ with the weights. Raises NoStyle."""
    content = b"".join((_given(weights) / name).read_bytes() for name in FILES)
    return hashlib.sha256(content).hexdigest()[:12]


def _renormalised(content: Any, style: Any) -> Any:
    """Return the content's features with the channel means and spreads of the style's."""
    axes = (2, 3)
    mean, spread = content.mean(axes, keepdim=True), content.std(axes, keepdim=True) + _EPSILON
    wanted = style.std(axes, keepdim=True) + _EPSILON
    return (content - mean) / spread * wanted + style.mean(axes, keepdim=True)


def _torch() -> Any:
    try:
        return importlib.import_module("torch")
    except ImportError:
        raise NoStyle(
            f"transfer=style needs torch, which is not installed; run `{_INSTALL}`, "
            "or use transfer=reinhard or histogram"
        ) from None


def _given(weights: Path | None) -> Path:
    if weights is None:
        raise NoStyle(
            "transfer=style needs the weights of a network; expected style_weights=FOLDER with "
            "encoder.pth and decoder.pth (torch state dicts of AdaIN's VGG encoder and decoder)"
        )
    for name in FILES:
        if not (weights / name).is_file():
            raise NoStyle(
                f"style_weights={weights}: no {name} there; expected encoder.pth and decoder.pth"
            )
    return weights


@lru_cache(maxsize=1)
def _networks(folder: Path) -> tuple[Any, Any]:
    return _network(folder / "encoder.pth", ENCODER), _network(folder / "decoder.pth", DECODER)


def _network(path: Path, letters: str) -> Any:
    """Return the network that these letters tell, as wide as the weights are."""
    torch = _torch()
    state = _state(torch, path)
    layers = [_layer(torch, letter, state, number) for number, letter in enumerate(letters)]
    network = torch.nn.Sequential(*layers)
    kept = {key: value for key, value in state.items() if int(key.split(".")[0]) < len(letters)}
    try:
        network.load_state_dict(kept)
    except RuntimeError as error:
        raise NoStyle(f"{path}: {error}; expected the weights of AdaIN's networks") from None
    return network.eval()


def _state(torch: Any, path: Path) -> Mapping[str, Any]:
    try:
        state: Any = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError, EOFError, UnpicklingError) as error:
        raise NoStyle(f"{path}: {error}; expected a torch state dict") from None
    if not (isinstance(state, Mapping) and all(_LAYER.fullmatch(str(key)) for key in state)):
        raise NoStyle(f"{path}: no state dict of numbered layers (0.weight, 0.bias, ...)")
    return state


def _layer(torch: Any, letter: str, state: Mapping[str, Any], number: int) -> Any:
    if letter == "p":
        return torch.nn.ReflectionPad2d(1)
    if letter == "r":
        return torch.nn.ReLU()
    if letter == "m":
        return torch.nn.MaxPool2d(2, ceil_mode=True)
    if letter == "u":
        return torch.nn.Upsample(scale_factor=2, mode="nearest")
    weight = state.get(f"{number}.weight")
    if weight is None or weight.ndim != 4:
        raise NoStyle(f"layer {number} should be a convolution and has no such weights")
    return torch.nn.Conv2d(weight.shape[1], weight.shape[0], tuple(weight.shape[2:]))


def _shrunk(image: Rgb) -> Rgb:
    height, width = image.shape[:2]
    share = STYLE_SIDE_PX / max(height, width)
    if share >= 1:
        return image
    size = max(1, round(share * width)), max(1, round(share * height))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _batch(torch: Any, image: Rgb) -> Any:
    """Return (1, 3, H, W) in [0, 1], mirrored to sides that three poolings divide and survive."""
    sides = [max(2 * SHRINKS, side + -side % SHRINKS) for side in image.shape[:2]]
    more = (*((0, new - old) for new, old in zip(sides, image.shape[:2], strict=True)), (0, 0))
    padded = np.pad(image, more, mode="symmetric").astype(np.float32) / np.float32(255)
    return torch.from_numpy(np.ascontiguousarray(padded.transpose(2, 0, 1)[None]))
