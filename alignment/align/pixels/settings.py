"""conf/align.yaml, second_stage: what of pixels is matched, and how far effects may go."""

from dataclasses import dataclass

KNOBS = {  # what each attribute is moved by
    "image_brightness": "exposure_stops", "image_contrast": "contrast", "image_blur": "detail",
    "image_entropy": "read_noise",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SecondStageSettings:
    """What the second stage matches, how cheaply it renders, and the bounds of what it solves.

    attributes: some of KNOBS; none to leave the stage out. samples, noise_threshold: of the cheap
    render, where the final one has not less. most_stops: of exposure, up or down. most_contrast:
    exponent of the tone curve, or one over it. most_grain: standard deviation of read noise.
    pull: how much of a real standard deviation is given up for an effect at its bound. lamps: what
    the lamps and the sun of a scene may be multiplied by, while environments stay as they are; a
    cheap render of all scenes for each.
    """

    attributes: tuple[str, ...]
    samples: int
    noise_threshold: float
    most_stops: float
    most_contrast: float
    most_blur_px: float
    most_sharpening: float
    most_grain: float
    pull: float
    lamps: tuple[float, ...]

    def __post_init__(self) -> None:
        unknown = sorted(set(self.attributes) - set(KNOBS))
        if unknown or len(set(self.attributes)) < len(self.attributes):
            raise ValueError(
                f"pixel_attributes {list(self.attributes)}; expected each once, of "
                f"{', '.join(KNOBS)} (what no post-effect is solved for is only reported)"
            )
        if 1.0 not in self.lamps or min(self.lamps) <= 0 or len(set(self.lamps)) < len(self.lamps):
            raise ValueError(f"lamps {list(self.lamps)}; expected 1 and others above 0, each once")
        for name, least in (("samples", 1), ("noise_threshold", 0), ("most_stops", 0),
                            ("most_contrast", 1), ("most_blur_px", 0), ("most_sharpening", 0),
                            ("most_grain", 0), ("pull", 0)):  # fmt: skip
            if not getattr(self, name) >= least:
                raise ValueError(f"{name} is {getattr(self, name)}; expected {least} or more")
