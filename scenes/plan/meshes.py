"""Which mesh files a plan was made with: written beside it, and held to when it is rendered."""

import json
from collections.abc import Mapping
from pathlib import Path

from assets.cards.folder import FAMILY as CUT_OUT
from assets.catalogue import Catalogue
from assets.errors import UserError
from assets.meshes.folder import FAMILY
from scenes.files.atomic import write_bytes, writing
from scenes.plan.plan import Plan

_CURE = (
    "render it with the folder that it was planned with: meshes=FOLDER, or fragments.folder=FOLDER"
)


class OtherMeshes(UserError):
    """A plan whose meshes are not there, or are others than it was made with."""


def mesh_digests(plan: Plan, catalogue: Catalogue) -> dict[str, str]:
    """Return asset id to SHA-256 and size of every mesh of a user's in a plan's scenes.

    Raises OtherMeshes where the catalogue lacks one.
    """
    placed = {key for planned in plan.scenes for key in planned.scene.asset_ids}
    named = sorted(key for key in placed if key.split("/", 1)[0] in (FAMILY, CUT_OUT))
    for key in named:
        if key not in catalogue.assets:
            raise OtherMeshes(f"the plan names {key!r}, which no folder gives; {_CURE}")
    return {key: _told(catalogue, key) for key in named}


def write_mesh_record(plan_path: Path, plan: Plan, catalogue: Catalogue) -> None:
    """Write PLAN.meshes.json beside a plan, where it names meshes. Raises Unwritable."""
    digests = mesh_digests(plan, catalogue)
    path = _beside(plan_path)
    if not digests:
        with writing(path):
            path.unlink(missing_ok=True)
        return
    write_bytes(path, (json.dumps(digests, indent=1, sort_keys=True) + "\n").encode())


def check_mesh_record(plan_path: Path, digests: Mapping[str, str]) -> None:
    """Raise OtherMeshes where a plan was made with other meshes than these (see mesh_digests)."""
    path = _beside(plan_path)
    if not path.is_file():
        return
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        other = [key for key, digest in digests.items() if told.get(key) != digest]
    except (ValueError, AttributeError) as error:
        raise OtherMeshes(f"{path}: {error}; expected what `make plan` wrote: plan again") from None
    if other:
        raise OtherMeshes(
            f"{plan_path} was planned with another {other[0]!r} ({len(other)} of {len(digests)} "
            f"meshes differ, in bytes or in size); {_CURE}"
        )


def _told(catalogue: Catalogue, key: str) -> str:
    asset = catalogue.get(key)
    size = " x ".join(f"{extent:.6g}" for extent in asset.size_m)
    return f"{asset.digest()}, {size} m"


def _beside(plan_path: Path) -> Path:
    return plan_path.with_suffix(".meshes.json")
