"""How cut-outs are laid over a photo; known wherever settings are read."""

from dataclasses import dataclass

from scenes.config.span import Span
from scenes.pasting.look import LookSettings, check_span


@dataclass(frozen=True, kw_only=True)
class PasteSettings(LookSettings):
    """All of conf/render.yaml, paste, with conf/seam. Everything is drawn from the scene's seed.

    zoom: how far a photo is enlarged beyond filling the picture. mirrored: how often the photo is.
    cover: how often it is cut so that a thing comes where one was painted out.
    """

    zoom: Span
    mirrored: float
    cover: float

    def __post_init__(self) -> None:
        super().__post_init__()
        check_span("zoom", self.zoom, (1, 10))
        if not (0 <= self.mirrored <= 1 and 0 <= self.cover <= 1):
            raise ValueError(
                f"mirrored is {self.mirrored}, cover {self.cover}; expected shares, 0 to 1"
            )
