from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Shot:
    """What a dataset says of where a picture comes from, whatever made it.

    resolution_px: (W, H). focal_px: None where no lens is known. seed, config_id: of the draw.
    digest: of all that was drawn; a finished image of another digest is another image.
    """

    resolution_px: tuple[int, int]
    focal_px: float | None
    seed: int
    config_id: str
    digest: str
