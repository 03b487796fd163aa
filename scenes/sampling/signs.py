"""What is written on the flat sides of things, where a user asks for text."""

from collections.abc import Iterator
from itertools import chain

import numpy as np
import numpy.typing as npt

from assets.cards.card import Card
from assets.catalogue import Catalogue
from assets.lettering.faces import Face, flat_faces
from assets.lettering.settings import TextSettings
from assets.lettering.sign import draw_sign
from scenes.model.lettering import PlacedSign
from scenes.model.scene import Material, Scene
from scenes.optics.colour import LUMINANCE

FloatArray = npt.NDArray[np.float64]
STREAM = 0x51695  # of a scene's seed, apart from the others
BRIGHT = 0.18  # reflectance of a middle grey
LARGEST_M, SMALLEST_M = 0.6, 0.015  # sides of a sign
SHARE = 0.5, 0.92  # of a face's sides
FLATTEST, TALLEST = 6.0, 0.5  # width by height
Thing = tuple[int, str, FloatArray, tuple[Material, ...]]


def signs_of(scene: Scene, catalogue: Catalogue, settings: TextSettings) -> tuple[PlacedSign, ...]:
    """Return the signs in a scene: on a share of what has a flat side that the camera may see.

    The same scene and settings give the same. Cut-outs carry none, as they are photos themselves.
    Raises NoLettering, UnknownAsset.
    """
    rng = np.random.default_rng([scene.seed, STREAM])
    things = list(_things(scene))
    camera_m = scene.camera.camera_to_world[:3, 3]
    found = []
    for thing, one in zip(things, rng.spawn(len(things)), strict=True):
        asset = catalogue.get(thing[1])
        if one.random() >= settings.share or isinstance(asset.imported, Card):
            continue
        faces = flat_faces(asset.mesh())
        shown = np.array([_shown(face, thing[2], camera_m) for face in faces])
        if shown.any():
            face = faces[int(one.choice(len(faces), p=shown / shown.sum()))]
            found.append(_stuck(one, thing, face, settings))
    return tuple(sign for sign in found if min(sign.size_m) >= SMALLEST_M)


def _things(scene: Scene) -> Iterator[Thing]:
    room = scene.background.room
    for placed in scene.objects:
        yield placed.instance, placed.asset_id, placed.object_to_world, placed.materials
    for piece in chain(room.furniture if room else ()):
        yield 0, piece.asset_id, piece.object_to_world(), piece.materials


def _shown(face: Face, pose: FloatArray, camera_m: FloatArray) -> float:
    """Return a face's area as a camera sees it, up to what is the same for all of an object.

    0 from behind, and where the object is a mirror image of itself: its text would be, too.
    """
    turn = pose[:3, :3]
    way = camera_m - (turn @ face.middle + pose[:3, 3])
    cosine = float((turn @ face.outwards) @ way / np.linalg.norm(way))
    if np.linalg.det(turn) <= 0:
        return 0.0
    return max(0.0, cosine) * face.size_m[0] * face.size_m[1]


def _stuck(
    rng: np.random.Generator, thing: Thing, face: Face, settings: TextSettings
) -> PlacedSign:
    instance, _, pose, materials = thing
    scale = float(np.cbrt(np.linalg.det(pose[:3, :3])))
    room_m = np.array(face.size_m) * scale
    wide, high = np.minimum(room_m * rng.uniform(*SHARE, 2), LARGEST_M).tolist()
    wide, high = min(wide, FLATTEST * high), min(high, wide / TALLEST)
    aside = rng.uniform(-0.5, 0.5, 2) * (room_m * SHARE[1] - (wide, high)).clip(0)
    local = np.eye(4)
    local[:3, 0], local[:3, 1], local[:3, 2] = face.right, face.up, face.outwards
    local[:3, 3] = face.middle + (face.right * aside[0] + face.up * aside[1]) / scale
    to_world = pose @ local
    to_world[:3, :3] /= scale
    luminance = float(np.dot(materials[face.slot].color, LUMINANCE))
    sign = draw_sign(rng, settings, wide / high, on_bright=luminance > BRIGHT)
    return PlacedSign(
        instance=instance, sign_to_world=to_world, size_m=(wide, high), sign=sign
    )  # fmt: skip
