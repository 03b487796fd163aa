"""What is to be rendered and what of it is said beside the images; no Blender is needed."""

import logging
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assets.catalogue import Catalogue
from assets.meshes.folder import catalogue_of
from assets.project import PROJECT
from render.asked.settings import Settings
from scenes.config.pasting import backdrops_of, for_pasting
from scenes.dataset.dataset import Provenance, Tally
from scenes.files.atomic import make_folder
from scenes.labels.categories import labelled_lines
from scenes.plan.meshes import check_mesh_record, mesh_digests
from scenes.plan.on_disk import open_plan, stored_plan
from scenes.plan.plan import Plan, PlannedScene
from scenes.plan.splits import SplitRecord
from scenes.sampling.sampler import SceneSampler, scene_seed

LICENCE = "CC0-1.0"
PASTED_LICENCE = "unknown: made of the user's own photos"
MAKERS = ("bpy", "blenderproc", "opencv")
PACKAGES = ("numpy", "numba", "pycocotools")
log = logging.getLogger("twinset.render")


@dataclass(frozen=True, kw_only=True, eq=False)
class Commission:
    """A plan and what it is rendered with. look: all that changes an image beside its scene.

    The plan's lines lie on disk: 100,000 of them would take 2.5 GB of memory.
    """

    settings: Settings
    plan: Plan
    catalogue: Catalogue
    look: Mapping[str, Any]

    def check_references(self, left: Iterable[PlannedScene]) -> None:
        """Raise UserError where what colour transfer needs for these scenes is not there."""
        if self.settings.quality.colour:
            self.settings.references.check(planned.scene.post for planned in left)


def prepared(settings: Settings) -> Commission:
    """Read or sample what the settings ask for. Raises BadPlan, OtherMeshes, Unwritable."""
    catalogue = catalogue_of(settings.variants, settings.meshes, settings.cut_outs)
    lines = open_plan(settings.plan).scenes if settings.plan else _sampled(settings, catalogue)
    make_folder(settings.out)
    plan = stored_plan(labelled_lines(lines, catalogue, settings.labels.categories), settings.out)
    meshes = mesh_digests(plan, catalogue)
    if settings.plan:
        check_mesh_record(settings.plan, meshes)
    return Commission(
        settings=settings, catalogue=catalogue, plan=plan,
        look={**settings.look, **({"meshes": meshes} if meshes else {})},
    )  # fmt: skip


def made_by(versions: Mapping[str, Any]) -> dict[str, str]:
    """Return, of what a worker or a manifest tells, the versions of what makes the pictures."""
    return {name: versions[name] for name in MAKERS if name in versions}


def provenance(settings: Settings, makers: Mapping[str, str]) -> Provenance:
    """Return what the manifest says; makers: see `made_by`."""
    told = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    return Provenance(
        config={**settings.look},
        seeds={"run": settings.seed},
        versions={
            "twinset": told["project"]["version"], **made_by(makers),
            **{name: version(name) for name in PACKAGES},
        },
        licence=PASTED_LICENCE if settings.engine == "paste" else LICENCE,
        splits=SplitRecord.beside(settings.plan) if settings.plan else None,
    )  # fmt: skip


def tell(tally: Tally, out: Path) -> None:
    """Say what a dataset holds."""
    log.info("%d images, %d labels in %s", tally.images, sum(tally.labels.values()), out)
    for limit, count in tally.dropped.items():
        log.info("labels left out by labels.%s: %d", limit, count)


def _sampled(settings: Settings, catalogue: Catalogue) -> Iterator[PlannedScene]:
    config = settings.scene
    if settings.engine == "paste":
        config = for_pasting(config, catalogue, backdrops_of(settings.cut_outs, catalogue))
    sampler = SceneSampler.of(config, catalogue)
    return (
        PlannedScene(
            index=index, scene=sampler.sample(scene_seed(settings.seed, 0, index)), component=-1,
            weight=1 / settings.images, why=f"sampled from {config.id}",
        )
        for index in range(settings.images)
    )  # fmt: skip
