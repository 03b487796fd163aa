from pathlib import Path

import numpy as np
import pytest

from assets.catalogue import load_catalogue
from scenes.plan.plan import Plan
from tests.render.rendered import camera, looking_down, placed, render, scene, shots
from tests.scenes.penetration import drop_m, penetration_m, placed_mesh

pytestmark = pytest.mark.blender
CATALOGUE = load_catalogue(4)
TABLE, BOTTLE = CATALOGUE.get("table/rectangular/0"), CATALOGUE.get("bottle/wine/0")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bottle let go 0.3 m above a table."""
    out = tmp_path_factory.mktemp("settled") / "out"
    table = placed(1, TABLE.id, len(TABLE.mesh().slot_names), (0.0, 0.0, 0.0))
    bottle = placed(2, BOTTLE.id, len(BOTTLE.mesh().slot_names), (0.1, 0.05, 0.4))
    bottle.object_to_world.flags.writeable = True
    bottle.object_to_world[2, 3] = TABLE.size_m[2] + 0.3
    view = camera((64, 48), looking_down(4.0))
    shots(out, (scene(view, (table, bottle)),), "settle=true", "quality=labels")
    return out


def test_a_bottle_let_go_above_a_table_comes_to_rest_on_it(out: Path) -> None:
    shown = Plan.read(out / "plan.jsonl").scenes[0].scene
    table, bottle = (placed_mesh(CATALOGUE, o) for o in shown.objects)
    lowest = bottle.vertices[np.argmin(bottle.vertices[:, 2])]
    assert abs(drop_m(lowest, table, 0.01)) < 0.002
    assert penetration_m(table, bottle) < 0.005


def test_a_settled_plan_makes_the_same_labels_again(out: Path) -> None:
    again = out.with_name("again")
    done = render(f"plan={out / 'plan.jsonl'}", f"out={again}", "quality=labels")
    assert done.returncode == 0, done.stderr
    first = (out / "annotations.json").read_bytes()
    assert (again / "annotations.json").read_bytes() == first


def test_a_settled_run_goes_on_where_it_was(out: Path) -> None:
    plan = (out / "plan.jsonl").read_bytes()
    done = render(f"plan={out.with_suffix('.jsonl')}", f"out={out}", "settle=true",
                  "quality=labels", "image_format=png")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (out / "plan.jsonl").read_bytes() == plan
