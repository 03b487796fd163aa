"""A fragment's folder: what stands there, what a person put there, and what is written anew."""

import hashlib
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from alignment.fragments.masking.alpha import cut_out
from assets.fragments.fragment import DOUBTFUL, META, PROC, RAW, Fragment, read_fragment
from assets.fragments.told import BadFragments
from scenes.files.atomic import make_folder, write_bytes, writing
from scenes.files.canonical_json import json_bytes
from scenes.files.pictures import encode_png

PERSON = "person"


def standing(folder: Path) -> Fragment | None:
    """Return the fragment that a folder holds, None where it holds none that is whole."""
    try:
        return read_fragment(folder)
    except BadFragments:
        return None


def is_persons(folder: Path, stood: Fragment | None) -> bool:
    """Return whether the proc.png there is another than the one we wrote."""
    path = folder / PROC
    if not path.is_file():
        return False
    ours = None if stood is None else stood.proc_sha256
    return hashlib.sha256(path.read_bytes()).hexdigest() != ours


def of_person(fragment: Fragment, stood: Fragment | None) -> Fragment:
    """Return a fragment whose proc.png a person put there. Raises BadFragments for what is none."""
    fragment.rgba()
    told = replace(
        fragment, mask_source=PERSON, mask_score=1.0,
        proc_sha256=None if stood is None else stood.proc_sha256,
    )  # fmt: skip
    return judged(told, doubtful=False)


def judged(fragment: Fragment, *, doubtful: bool) -> Fragment:
    """Return a fragment with its mask doubted or not, and used where it has no mark."""
    marks = tuple(mark for mark in fragment.marks if mark != DOUBTFUL)
    marks += (DOUBTFUL,) if doubtful else ()
    return replace(fragment, marks=marks, used=not marks)


def write_meta(fragment: Fragment) -> None:
    """Write meta.json where it tells something new. Raises Unwritable."""
    path, content = fragment.folder / META, json_bytes(fragment.told)
    if not path.is_file() or path.read_bytes() != content:
        write_bytes(path, content)


def write_cut(
    fragment: Fragment, rgb: npt.NDArray[np.uint8], alpha: npt.NDArray[np.uint8]
) -> Fragment:
    """Write raw.png, meta.json and proc.png, in this order; return it as told. Raises Unwritable.

    The proc.png that was ours goes first, so that a run that is killed in between leaves none that
    could be taken for a person's.
    """
    make_folder(fragment.folder)
    proc = _png(cut_out(rgb, alpha))
    with writing(fragment.folder / PROC):
        (fragment.folder / PROC).unlink(missing_ok=True)
    write_bytes(fragment.folder / RAW, encode_png(rgb))
    made = replace(fragment, proc_sha256=hashlib.sha256(proc).hexdigest())
    write_meta(made)
    write_bytes(fragment.folder / PROC, proc)
    return made


def _png(rgba: npt.NDArray[np.uint8]) -> bytes:
    ok, content = cv2.imencode(".png", rgba[..., [2, 1, 0, 3]])
    if not ok:
        raise RuntimeError(f"OpenCV could not encode a {rgba.shape} PNG")
    return bytes(content)
