# Run by BlenderProc, which wants to be imported first of all:
#   blenderproc run render/gallery.py KEY=VALUE ... [--custom-blender-path .blender]
import blenderproc as bproc  # noqa: F401  # makes this script one that BlenderProc runs
import logging
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

# Blender, unlike Python, leaves a script's surroundings out
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from render.main import leave  # which also says what Blender's Python lacks

from hydra import compose, initialize_config_dir
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from assets.catalogue import Catalogue
from assets.errors import UserError
from assets.meshes.folder import catalogue_of
from assets.project import CONF
from render.blender import session
from render.capturing.capture import capture
from render.capturing.contact_sheet import contact_sheet, framed
from render.asked.settings import Settings, settings_of
from render.staging.stage import stage
from scenes.effects.develop import developed
from scenes.files.atomic import make_folder, write_bytes
from scenes.labels.labels import label_frame
from scenes.sampling.sampler import SceneSampler, scene_seed
from scenes.model.scene import Scene
from scenes.config.from_mapping import from_mapping
from scenes.sampling.showcase import showcase
from scenes.sampling.stock import NoBackgrounds

SHOWCASE_STOPS = 0.6  # a floor seen from above is to be lighter than middle grey
log = logging.getLogger("twinset.gallery")
Shown = tuple[str, Scene]


@dataclass(frozen=True, kw_only=True)
class GallerySettings:
    """All of conf/gallery.yaml."""

    out: Path
    sheets: tuple[str, ...]
    only: tuple[str, ...]
    images: int
    columns: int
    tile_px: tuple[int, int]
    limit_kb: int
    seed: int
    boxes: bool
    render: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A file name without suffix, how its pictures are rendered, and what they show.

    boxed: whether what is labelled has its box drawn.
    """

    name: str
    settings: Settings
    catalogue: Catalogue
    shown: tuple[Shown, ...]
    boxed: bool = False


def gallery(told: GallerySettings) -> None:
    """Write every sheet that is asked for. Raises UserError of many kinds."""
    make_folder(told.out)
    with session.chatter_to(told.out / "log" / "blender.log"):
        for sheet in _sheets(told):
            path = told.out / f"{sheet.name}.jpg"
            write_bytes(path, _rendered(sheet, told))
            log.info("%s: %d pictures", path, len(sheet.shown))


def _sheets(told: GallerySettings) -> Iterator[Sheet]:
    makers = {"categories": _categories, "backgrounds": _backgrounds, "strategies": _strategies}
    for kind in told.sheets:
        if kind not in makers:
            raise UserError(f"sheets: found {kind!r}; expected some of {', '.join(makers)}")
        yield from makers[kind](told)


def _categories(told: GallerySettings) -> Iterator[Sheet]:
    settings = _composed(told, f"quality.exposure_stops={SHOWCASE_STOPS}")
    catalogue = catalogue_of(1, settings.meshes)
    for category in catalogue.categories:
        if _wanted(told, category):
            shown = tuple(
                (asset.shape, showcase(asset, told.tile_px, scene_seed(told.seed, 1, number)))
                for number, asset in enumerate(catalogue.of_category(category))
            )
            yield Sheet(
                name=f"category-{category}", settings=settings, catalogue=catalogue, shown=shown
            )


def _backgrounds(told: GallerySettings) -> Iterator[Sheet]:
    for name in _names("background"):
        if _wanted(told, name):
            try:
                yield _sampled(f"background-{name}", told, f"background={name}")
            except NoBackgrounds as missing:
                log.info("background-%s is left out: %s", name, missing)


def _strategies(told: GallerySettings) -> Iterator[Sheet]:
    for name in _names("strategy"):
        if _wanted(told, name):
            sheet = _sampled(f"strategy-{name}", told, f"strategy={name}")
            yield replace(sheet, boxed=told.boxes)


def _sampled(name: str, told: GallerySettings, *words: str) -> Sheet:
    settings = _composed(told, *words)
    catalogue = catalogue_of(settings.variants, settings.meshes)
    sampler = SceneSampler.of(settings.scene, catalogue)
    seeds = [scene_seed(told.seed, 0, number) for number in range(told.images)]
    shown = tuple((f"seed {seed}", sampler.sample(seed)) for seed in seeds)
    return Sheet(name=name, settings=settings, catalogue=catalogue, shown=shown)


def _rendered(sheet: Sheet, told: GallerySettings) -> bytes:
    session.start(sheet.settings.device, sheet.settings.threads)
    tiles = []
    for name, scene in sheet.shown:
        session.reset()
        stage(scene, sheet.catalogue, dressed=True)
        taken = capture(scene, sheet.settings.quality)
        frame = developed(taken, scene.post, sheet.settings.references)
        labels = label_frame(frame, scene, sheet.catalogue, sheet.settings.labels).kept
        boxes = [label.bbox for label in labels] if sheet.boxed else []
        tiles.append((name, framed(frame.image, boxes)))
    session.reset()
    return contact_sheet(tiles, told.columns, 1000 * told.limit_kb)


def _composed(told: GallerySettings, *words: str) -> Settings:
    width, height = told.tile_px
    size = f"resolution_px=[{width},{height}]"
    return settings_of(compose("render", [size, *told.render, *words]))


def _names(group: str) -> list[str]:
    return sorted(path.stem for path in (CONF / group).glob("*.yaml"))


def _wanted(told: GallerySettings, name: str) -> bool:
    return not told.only or name in told.only


def _told(words: Sequence[str]) -> GallerySettings:
    """Return what words ask for; those that name no key of conf/gallery.yaml go to render.yaml."""
    keys = {field.name for field in fields(GallerySettings)}
    own = [word for word in words if word.split("=")[0] in keys]
    told = OmegaConf.to_container(compose("gallery", own), resolve=True)
    settings = from_mapping(GallerySettings, told)  # type: ignore[arg-type]  # a mapping
    return replace(settings, render=(*settings.render, *(w for w in words if w not in own)))


def main() -> None:
    """Make the gallery that the command line asks for."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        with initialize_config_dir(str(CONF), version_base="1.3"):
            gallery(_told(sys.argv[1:]))
    except (UserError, HydraException, OmegaConfBaseException) as error:
        leave(error)


if __name__ == "__main__":
    main()
