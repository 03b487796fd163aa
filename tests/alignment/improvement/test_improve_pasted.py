"""The walk with `make align` as it is: tilted scenes and a bare one, pasted without Blender."""

import json

from alignment.improvement.scenes import align
from tests.alignment.improvement.made import drawn, first_set, improved, never, photos
from tests.cut_outs import disc
from tests.cut_outs import folder as cut_outs

ALIGN = (
    "engine=paste pool=quick pool.most_scenes=128 pool.first_configs=16 workers=1 post=none "
    "pixel_attributes=[] report.splits=20 report.cross_fits=1 report.attributes=[bbox_area] "
    "renderer.workers=1 image.long_side_px=80 preview_long_side_px=80 pairs=[] "
    "attributes=[bbox_area,aspect] target.attributes=[bbox_area]"
)  # fmt: skip


def tilted_alone(order, folder, stages):
    """As `align`, but for the control, which would cost as much again."""
    return (align if order.tilt or order.bare else drawn)(order, folder, stages)


def test_scenes_are_planned_towards_the_tilt_pasted_joined_and_found_again(tmp_path):
    cut = cut_outs(tmp_path / "cut", {"a": disc((40, 60)), "b": disc((60, 40))}, {"room": (60, 40)},
                 category="chair")  # fmt: skip
    words = (
        f"set={first_set(tmp_path / 'first')}", "images=3", "negatives.share=0.5",
        f"align='{ALIGN}'", "preset=draft",
        f"fragments='{cut}'",
    )  # fmt: skip
    real, out = photos(tmp_path / "real"), tmp_path / "out"
    told = improved(real, out, *words, make=tilted_alone)
    assert told["rounds"][0]["came"]["images"] == 2
    assert told["rounds"][0]["bare"] == 1
    (folder,) = (path.parent for path in out.glob("scenes/*/weights.json"))
    oversampled = json.loads((folder / "report.json").read_text())["settings"]["oversampled"]
    assert oversampled.startswith("weights")
    joined = json.loads((out / "set" / "annotations.json").read_text())
    assert [one["source_set"] for one in joined["images"][10:]] == [
        "round 1", "round 1", "round 1, without targets",
    ]  # fmt: skip
    with_boxes = {one["image_id"] for one in joined["annotations"]}
    assert [one["id"] for one in joined["images"] if one["id"] not in with_boxes] == [13]
    assert all("segmentation" in one for one in joined["annotations"][10:])
    assert {one.get("license") for one in joined["images"]} == {None, 1, 2}
    assert improved(real, out, *words, make=never) == told
