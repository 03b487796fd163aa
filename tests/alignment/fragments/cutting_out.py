"""`make fragments` in this process, with conf/fragments.yaml as it is but for a few words."""

from contextlib import contextmanager

from omegaconf import OmegaConf

from alignment.command.enter import settings_of
from alignment.command.stages import Stages
from alignment.fragments.settings import FragmentsSettings
from alignment.fragments.walk import make_fragments
from assets.fragments.folder import read_fragments
from assets.project import CONF

SOME = {"ground.set_boxes": 4, "cut.small_px": 12, "backgrounds.most_painted": 0.4}


def settings(real, out, **changed):
    told = OmegaConf.load(CONF / "fragments.yaml")
    for key in ("defaults", "hydra"):
        del told[key]
    for key, value in (SOME | {"real": str(real), "out": str(out)} | changed).items():
        OmegaConf.update(told, key, value)
    return settings_of(told, FragmentsSettings)


def fragments(real, out, **changed):
    with Stages(quiet=True) as stages:
        make_fragments(settings(real, out, **changed), stages)
    return read_fragments(out)


@contextmanager
def unchanged(folder):
    """Fail where a file in a folder is another, or written anew, after the block."""
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in sorted(folder.rglob("*.*g"))}
    yield
    after = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in sorted(folder.rglob("*.*g"))}
    assert before == after
