import hashlib
from dataclasses import replace
from pathlib import Path

from scenes.model.background import Background
from scenes.plan.credits import background_credits
from scenes.plan.plan import Plan, PlannedScene
from tests.scenes.hand_made import scene_of


def plan_before(*backgrounds: Background) -> Plan:
    scene = scene_of((8, 8), 1)
    return Plan(
        scenes=tuple(
            PlannedScene(
                index=i, scene=replace(scene, background=b), component=-1, weight=1, why=""
            )
            for i, b in enumerate(backgrounds)
        )
    )


def test_blender_s_environments_are_cc0_and_said_once() -> None:
    behind = replace(scene_of((8, 8), 1).background, environment="forest.exr")
    (told,) = background_credits(plan_before(behind, behind))["environments"]
    assert told["licence"] == "CC0-1.0"
    assert "polyhaven.com/a/ninomaru_teien" in told["source"]


def test_what_is_the_user_s_own_is_named_by_its_content_and_not_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "hall.exr").write_bytes(b"light")
    behind = replace(scene_of((8, 8), 1).background, environment=str(tmp_path / "hall.exr"))
    told = background_credits(plan_before(behind))
    assert told["environments"] == [
        {
            "name": "hall.exr", "licence": "unknown: the user's own",
            "sha256": hashlib.sha256(b"light").hexdigest(),
        }
    ]  # fmt: skip
    assert str(tmp_path) not in str(told)
