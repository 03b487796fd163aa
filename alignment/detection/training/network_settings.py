from dataclasses import dataclass

_BLOCKS = 16  # of EfficientNet-Lite0


@dataclass(frozen=True, kw_only=True)
class LiteSettings:
    """The network of `lite`.

    frozen: blocks of the backbone, counted from the picture, that stay as ImageNet left them, with
    the stem; -1: none of it. width: channels of pyramid and head. depth: layers of the head's
    towers. pretrained: False: a backbone of random weights, for trials and for the worth of them.
    """

    frozen: int
    width: int
    depth: int
    pretrained: bool

    def __post_init__(self) -> None:
        if not -1 <= self.frozen <= _BLOCKS:
            raise ValueError(f"frozen is {self.frozen}; expected -1 to {_BLOCKS}")
        if self.width % 8 or not 8 <= self.width <= 1024:
            raise ValueError(f"width is {self.width}; expected a multiple of 8, up to 1024")
        if not 0 <= self.depth <= 8:
            raise ValueError(f"depth is {self.depth}; expected 0 to 8")
