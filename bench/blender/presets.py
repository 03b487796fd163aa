"""Quality for its cost, by preset and setting: `python -m bench.blender.presets`, ten minutes.

`python -m bench.blender.presets drafts` holds cheaper drafts against the preset at its own size,
`python -m bench.blender.presets light` drafts without light that denoisers find hard,
`python -m bench.blender.presets rooms` says how many samples of BlenderProc's own settings are as
near as a draft, in a dozen rooms of that size,
`python -m bench.blender.presets persistent` prints what Blender's persistent data costs alone,
`python -m bench.blender.presets parts` what a draft frame's colour render pays for.

Every setting that was tried beside those of conf/quality, against a reference of 1,024 samples,
and BlenderProc's default settings at the cost of each preset.
"""

import sys
from collections.abc import Mapping, Sequence

import numpy as np

from bench.cost.all import in_blender
from bench.tables import table

PRESETS = ("sketch", "draft", "standard", "final")
THEIRS = "BlenderProc "
HALVED_DB = 10 * np.log10(4)  # the mean of two halves has a quarter of their difference's power
Curve = Mapping[str, Mapping[str, float]]


def main() -> None:
    """Print one table of settings, one of equal costs and one of persistent data."""
    if sys.argv[1:] == ["parts"]:
        sys.stdout.write(_parts_table(in_blender("parts")))
        return
    if sys.argv[1:] in (["drafts"], ["light"], ["rooms"]):
        sys.stdout.write(_settings_table(_means(sys.argv[1]), "draft"))
        return
    kept = _persistent_table(in_blender("persistent"))
    if sys.argv[1:] == ["persistent"]:
        sys.stdout.write(kept)
        return
    means = _means("presets")
    sys.stdout.write(f"{_settings_table(means, 'standard')}\n{_equal_table(means)}\n{kept}")


def _means(trial: str) -> Curve:
    return {
        name: {key: float(np.mean([one[key] for one in ones])) for key in ones[0]}
        for name, ones in in_blender("quality", trial).items()
    }


def _settings_table(means: Curve, preset: str) -> str:
    base = means[preset]["cost_s"]
    rows = [
        [name, f"{one['cost_s'] / base:.2f}x", f"{one['psnr']:.1f}", f"{one['ssim']:.3f}"]
        for name, one in means.items()
        if name != "reference"
    ]
    reference = means["reference"]
    title = (
        "Quality: presets, standard with settings changed, and BlenderProc's defaults by most "
        f"samples; cost is processor time of the colour render as a multiple of {preset}'s "
        f"({base:.1f} s). The reference costs {reference['cost_s'] / base:.0f}x; its own noise is "
        f"{reference['psnr'] + HALVED_DB:.1f} dB"
    )
    return table(title, ["settings", "cost", "PSNR, dB", "SSIM"], rows)


def _equal_table(means: Curve) -> str:
    theirs = [one for name, one in means.items() if name.startswith(THEIRS)]
    rows = [[name, *_equal_row(means[name], theirs)] for name in PRESETS]
    title = (
        "At equal cost: BlenderProc's defaults at the cost of each preset, between the measured "
        "ones by the logarithm of the cost (outside them, the nearest)"
    )
    head = ["preset", "PSNR, dB", "BlenderProc's", "SSIM", "BlenderProc's"]
    return table(title, head, rows)


def _persistent_table(measured: Curve) -> str:
    base = measured["False"]["cost_s"]
    rows = [
        [name, f"{one['cost_s'] / base:.2f}x", f"{one['gained_mb']:.0f}"]
        for name, one in (("off", measured["False"]), ("on", measured["True"]))
    ]
    title = (
        "Persistent data: standard, another room every frame, labels included; processor time and "
        "the resident memory that six frames add"
    )
    return table(title, ["persistent data", "cost", "MB"], rows)


def _parts_table(measured: Mapping[str, Mapping[str, float]]) -> str:
    rows = [[name, *(f"{seconds:.2f}" for seconds in one.values())]
            for name, one in measured.items()]  # fmt: skip
    title = (
        "What a draft frame's colour render pays for: processor seconds at 320x240, means, "
        "with one thing changed"
    )
    return table(title, ["render", *next(iter(measured.values()))], rows)


def _equal_row(ours: Mapping[str, float], theirs: Sequence[Mapping[str, float]]) -> list[str]:
    ordered = sorted(theirs, key=lambda one: one["cost_s"])
    costs = np.log([one["cost_s"] for one in ordered])
    cells = []
    for key, digits in (("psnr", 1), ("ssim", 3)):
        equal = np.interp(np.log(ours["cost_s"]), costs, [one[key] for one in ordered])
        cells += [f"{ours[key]:.{digits}f}", f"{equal:.{digits}f}"]
    return cells


if __name__ == "__main__":
    main()
